"""The details of the larger actions: what their fields are worth beyond customer, amount and day.

Enters: an action's name and the view of its request. Leaves: the values of its fields. Actions without a reader
here are filled by ``roles`` alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.intents.local.particulars import contact, lines, sales, tickets, work
from agent.intents.local.particulars.view import Found, Reading, View

READERS: Mapping[str, Reading] = {
    "update_contact": contact.reached,
    "provision_fibre": contact.provisioned,
    "lookup_ip": contact.held_on,
    "create_quote": sales.quote,
    "convert_quote": sales.conversion,
    "change_subscription": sales.swap,
    "cancel_subscription": sales.ended,
    "record_payment": sales.payment,
    "switch_autopay": sales.autopay,
    "create_ticket": tickets.opened,
    "update_ticket": tickets.changed,
    "dispatch_technician": work.visit,
    "schedule_installation": work.visit,
    "log_work_order": work.done,
    "invoice_work_order": lambda _: Found(),
    "add_phone_line": lines.new_line,
    "remove_phone_line": lines.lines,
    "get_e911_address": lines.lines,
    "get_voicemail_password": lines.lines,
    "deregister_e911": lines.struck_out,
    "set_voicemail": lines.voicemail,
    "update_e911_address": lines.address_911,
    "update_service_address": lines.service_address,
}
"""How the details of each action are read."""

__all__ = ["READERS", "Found", "Reading", "View"]
