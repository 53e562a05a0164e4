"""The table: for every write of the catalogue at least one request over the demo company, asked for without words.

Where an action makes different plans there is a row for each. What a row needs first, another request of the same
kind has done: so the whole table lives on what can be asked for. A write without a row fails the tests.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from agent.intents.actions import CATALOGUE, Action, from_wire

Wire = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One request. ``first`` is done in peace before; it stands on the picture from which every cell begins.

    ``undo``: the request is done in peace too, and taking it back is what is tried.
    """

    name: str
    wire: Wire
    also: tuple[Wire, ...] = ()
    """What is asked for in the same message."""
    first: tuple[Wire, ...] = ()
    undo: bool = False

    @property
    def action(self) -> str:
        """The action that the row stands for."""
        return str(self.wire["action"])

    @property
    def actions(self) -> list[Action]:
        """The whole message."""
        return [from_wire(wire) for wire in (self.wire, *self.also)]


def row(name: str, *, also: tuple[Wire, ...] = (), first: tuple[Wire, ...] = (), **fields: Any) -> Row:
    """``row("suspend_customer: a farm", customer="C-10007")``."""
    return Row(name, {"action": name.partition(":")[0], **fields}, also, first)


_GAGNON, _NUMBER = "C-10003", "4502647003"
_BACKED: Wire = {"ata_mac": "00:0B:82:12:34:56", "voicemail_email": "sylvie@example.com"}
_OTHER_ORPHANS = tuple(
    {"action": "deregister_e911", "did": did}
    for did in (
        "4502646112", "4502646140", "4502646223", "4502646236", "4502646247", "4502476018", "4508296075", "4503736027",
        "4508266091",
    )
)  # fmt: skip
_LOGGED: Wire = {
    "action": "log_work_order", "customer": "C-10005", "technician": "Dave", "hours": "2", "billable": True,
    "parts": [{"item": "WIFI-ROUTER"}],
}  # fmt: skip

ROWS: tuple[Row, ...] = (
    row("add_note", customer="C-10002", note="Rappeler lundi"),
    row("suspend_customer", customer="C-10018", reason="non-payment"),
    row("suspend_customer: several ports", customer="C-10007", reason="non-payment"),
    row("reactivate_customer", customer=_GAGNON, reason="paid"),
    row(
        "create_payment_arrangement",
        customer="C-10001",
        amount="150.00",
        due_date="2026-03-26",
        cutoff_date="2026-04-02",
    ),
    row(
        "create_payment_arrangement: installments",
        customer="C-10001",
        amount="50.00",
        due_date="2026-03-26",
        every="weekly",
        installments=3,
    ),
    row(
        "create_payment_arrangement: instead", customer="C-10008", amount="200.00", due_date="2026-03-27", replace=True
    ),
    row("cancel_payment_arrangement", customer="C-10008", reason="moved away"),
    row("record_payment", customer=_GAGNON, amount="60.00", method="cash"),
    row(
        "record_payment: then reactivated",
        customer=_GAGNON,
        amount="60.00",
        method="cash",
        also=({"action": "reactivate_customer", "customer": _GAGNON},),
    ),
    row("create_quote", customer="C-10005", items=[{"item": "FIBRE-1000"}, {"item": "WIFI-ROUTER"}], note="Doubler"),
    row("convert_quote: by the month and once", quote="SOQ-908"),
    row("schedule_installation", quote="SOQ-908", date="2026-03-17", time="09:00", technician="Sophie"),
    row("change_subscription", customer="C-10001", to_item="FIBRE-500"),
    row("cancel_subscription", customer="C-10001", item="FIBRE-100", reason="moves away"),
    row("switch_autopay: to the card", customer="C-10016", provider="stripe"),
    row(
        "switch_autopay: to the bank",
        customer="C-10016",
        provider="bank",
        first=({"action": "switch_autopay", "customer": "C-10016", "provider": "stripe"},),
    ),
    row("switch_autopay: off", customer="C-10005", provider="off"),
    row("switch_autopay: nobody at Stripe yet", customer="C-10001", provider="stripe"),
    row(
        "provision_fibre", customer="C-10012", olt="OLT-EAST", port="1/2/7", ont_serial="GFON0A1B2C3D", item="FIBRE-100"
    ),
    row("provision_fibre: no ONT yet", customer="C-10008", olt="OLT-WEST", port="1/1/4"),
    row("update_contact", customer="C-10005", cell="514 555 0177", email="sylvie.nouveau@example.com"),
    row("update_contact: a second number", customer="C-10010", phone="450 264 6000", contact_name="Ginette Roy"),
    row("reboot_device", customer="C-10018", device="router"),
    row("reboot_device: all", customer="C-10018", device="all"),
    row("create_ticket", customer="C-10011", subject="No TV", priority="high"),
    row(
        "update_ticket",
        ticket="ISS-2026-00032",
        status="on_hold",
        comment="Waiting for a part",
        priority="urgent",
        assign_to="Dave",
    ),
    row(
        "dispatch_technician",
        customer="C-10005",
        date="2026-03-20",
        part_of_day="morning",
        technician="Dave",
        reason="weak signal",
    ),
    row("log_work_order", **{name: value for name, value in _LOGGED.items() if name != "action"}),
    row("invoice_work_order", work_order="WO-00026", first=(_LOGGED,)),
    row("add_phone_line: voicemail and adapter", customer="C-10005", did=_NUMBER, **_BACKED),
    row("add_phone_line: bare", customer="C-10005", did=_NUMBER),
    row(
        "add_phone_line: given up before",
        customer="C-10018",
        did="4508252100",
        first=({"action": "remove_phone_line", "did": "4508252100"},),
    ),
    row("remove_phone_line", did="4508252100", reason="no longer used"),
    row("update_e911_address", did="4502473300", address="12 Main Street"),
    row("deregister_e911", did="4502646112"),
    row("deregister_e911: all that are left", all_orphans=True, first=_OTHER_ORPHANS),
    row("set_voicemail", did="4502722408", email="jean.t@example.com"),
    row("set_voicemail: off, another password", did="4502722408", enabled=False, reset_password=True),
    row("update_service_address: with 911", customer="C-10006", address="14 Main Street"),
    row("update_service_address: four lines", customer="C-10004", address="1210 Route 138"),
    row("update_service_address: no line", customer="C-10008", address="33 Rue Lake"),
)
_TAKEN_BACK = (
    "add_note", "suspend_customer", "create_payment_arrangement: instead", "record_payment",
    "convert_quote: by the month and once", "switch_autopay: to the card", "update_ticket", "invoice_work_order",
    "add_phone_line: voicemail and adapter", "remove_phone_line", "deregister_e911", "set_voicemail",
    "update_service_address: with 911",
    "provision_fibre",
    "update_contact",
)  # fmt: skip
"""Whose undoing is tried too: between them they have every step that only taking back knows."""
ROWS = (*ROWS, *(replace(one, name=f"{one.name}, undone", undo=True) for one in ROWS if one.name in _TAKEN_BACK))
BY_NAME = {one.name: one for one in ROWS}


def missing() -> set[str]:
    """The writes of the catalogue that have no row."""
    writes = {name for name, model in CATALOGUE.items() if model.kind == "write"}
    return writes - {one.action for one in ROWS}
