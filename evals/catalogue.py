"""What the judge knows of the catalogue: the wire names, which of them write, and how each field is compared.

The names are fixed, because evaluation files outside the project are written against them. They stand here and not
in the models alone, because a file may expect an action that has no model yet, and because a judge who asked the
judged which actions write would forgive the mistake that matters most.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from agent.intents.actions import CATALOGUE


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


READS = _words(
    """get_customer get_balance list_invoices list_payments list_quotes list_subscriptions list_tickets
    list_equipment list_arrangements list_activity check_autopay check_internet lookup_ip list_visits
    list_work_orders technician_hours list_phone_lines get_e911_address get_voicemail_password did_report
    e911_mismatches e911_orphans"""
)
WRITES = _words(
    """create_quote convert_quote schedule_installation change_subscription cancel_subscription
    create_payment_arrangement cancel_payment_arrangement record_payment suspend_customer reactivate_customer
    switch_autopay create_ticket update_ticket dispatch_technician log_work_order invoice_work_order
    reboot_device provision_fibre add_phone_line remove_phone_line update_e911_address deregister_e911
    set_voicemail update_service_address update_contact add_note"""
)
CONVERSATION = _words("approve reject amend undo help clarify out_of_scope")
EVERY_NAME = READS | WRITES | CONVERSATION
SETS_SOMETHING_OFF = WRITES | {"approve", "undo"}
"""What must never be understood unless it was said."""

Kind = Literal[
    "text",
    "address",
    "customer",
    "technician",
    "item",
    "items",
    "phone",
    "email",
    "code",
    "date",
    "time",
    "number",
    "flag",
    "presence",
    "department",
    "names",
    "missing",
    "changes",
]

_FIELDS_OF: Mapping[Kind, str] = {
    "address": "location address e911_address",
    "customer": "customer",
    "technician": "technician assign_to",
    "item": "item from_item to_item ata_model",
    "items": "items parts",
    "phone": "did phone cell caller_id",
    "email": "email voicemail_email",
    "code": "serial ont_serial ata_mac ticket quote invoice work_order arrangement plan reference",
    "date": "date due_date cutoff_date effective_date start_date valid_until since until",
    "time": "time arrived left",
    "number": "amount rate qty hours installments",
    "flag": "replace billable voicemail enabled reset_password all_orphans",
    "presence": "reason note subject description comment",
    "department": "department",
    "names": "sections",
    "missing": "missing",
    "changes": "changes",
}
_KIND_OF: Mapping[str, Kind] = {field: kind for kind, fields in _FIELDS_OF.items() for field in fields.split()}

NOT_COMPARED = frozenset({("out_of_scope", "reason"), ("help", "topic"), ("clarify", "question"), ("reject", "reason")})
REFERENCES = frozenset({"customer", "location", "did", "ticket", "quote", "plan"})
"""What may be left null or named where it is under discussion."""
WHO = frozenset({"customer", "location", "did"})
CRITICAL = _words(
    """customer location address e911_address did serial ont_serial olt port ticket quote invoice work_order
    arrangement amount rate date due_date cutoff_date effective_date start_date valid_until since until"""
)
"""Customer, line, address, amount, date, and the documents that lead to a customer."""

_AT_ONCE = frozenset({"effective_date", "start_date"})
_SAYS_SOMETHING_ONLY_WHEN_TRUE = {"replace": False, "all_orphans": False, "reset_password": False}


def kind_of(field: str) -> Kind:
    """How a field is compared; a name that is not in the catalogue is text."""
    return _KIND_OF.get(field, "text")


def null_means_today(action: str, field: str) -> bool:
    """Whether leaving the date out says "now or today"."""
    return field in _AT_ONCE or (action, field) == ("record_payment", "date")


def null_says_something(action: str, field: str) -> bool:
    """Whether leaving the field out is a value of its own: today, or the whole balance."""
    return null_means_today(action, field) or (action, field) == ("record_payment", "amount")


def defaults_of(action: str) -> dict[str, Any]:
    """The defaults that the catalogue states, which may be given or left out."""
    model = CATALOGUE.get(action)
    if model is None:
        stated: dict[str, Any] = {"export": "table"}
        if action.startswith("list_") or action == "did_report":
            stated["status"] = "all"
    else:
        stated = {
            spec.alias or name: spec.default
            for name, spec in model.model_fields.items()
            if name != "action" and not spec.is_required() and spec.default is not None
        }
    return {**_SAYS_SOMETHING_ONLY_WHEN_TRUE, **stated}


def fields_of(action: str) -> frozenset[str] | None:
    """The wire names of an action's fields, or None where no model says them yet."""
    model = CATALOGUE.get(action)
    if model is None:
        return None
    return frozenset(spec.alias or name for name, spec in model.model_fields.items())
