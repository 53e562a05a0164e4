"""All that is read of one customer, at once: at most twelve requests over all systems, whatever the customer's size.

Enters: a customer, the sections wanted. Leaves: rows by what they are. A list that could not be read is a failure in
its place; the rest is there all the same. Only the customer's own record has to be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from agent.clients.erpnext import Opened
from agent.clients.together import together
from agent.directory import Party
from agent.errors import BackendError
from agent.intents.actions import (
    Action,
    CheckAutopay,
    GetBalance,
    ListActivity,
    ListArrangements,
    ListInvoices,
    ListPayments,
    ListPhoneLines,
    ListQuotes,
    ListTickets,
    ListWorkOrders,
)
from agent.tools.customer import RUNNING
from agent.tools.desk import Desk
from agent.tools.equipment import equipment_of
from agent.tools.lines import IN_USE, list_lines
from agent.tools.listing import MOST_ROWS
from agent.tools.records import Row
from agent.tools.tickets import OPEN
from agent.tools.work_orders import Scope, read_work

LOOK_BACK_DAYS = 365
"""How far back settled invoices and closed tickets are shown; what is still open is shown however old."""
NEEDS: Mapping[str, tuple[str, ...]] = {
    "contact": (),
    "locations": ("equipment", "devices"),
    "equipment": ("equipment", "devices"),
    "subscriptions": ("subscriptions",),
    "quotes": ("quotes",),
    "arrangements": ("arrangements",),
    "tickets": ("tickets",),
    "invoices": ("invoices",),
    "payments": ("payments",),
    "work_orders": ("work_orders",),
    "phone_lines": ("lines",),
    "notes": (),
    "timeline": ("tickets", "payments", "work_orders"),
}
"""Section -> what has to be read for it, the customer's own record aside."""
ASKED_AS: Mapping[str, Action] = {
    "quotes": ListQuotes(),
    "arrangements": ListArrangements(),
    "tickets": ListTickets(),
    "invoices": ListInvoices(),
    "payments": ListPayments(),
    "work_orders": ListWorkOrders(),
    "phone_lines": ListPhoneLines(),
    "timeline": ListActivity(),
}
"""Section -> the action that shows it alone: who may not ask for that does not get it by the way."""
_READ_AS: Mapping[str, Action] = {
    "arrangements": ListArrangements(),
    "methods": CheckAutopay(),
    "lines": ListPhoneLines(),
    "payments": ListPayments(),
    "work_orders": ListWorkOrders(),
    "tickets": ListTickets(),
}
_BADGES = ("arrangements", "methods", "lines")


@dataclass(frozen=True)
class NotRead:
    """Stands where a list could not be read, with why."""

    error: BackendError


@dataclass(frozen=True)
class CustomerFile:
    """One customer's file as it was read. ``read`` holds rows, or why there are none."""

    party: Party
    desk: Desk
    opened: Opened
    read: Mapping[str, list[Any] | NotRead]

    @property
    def customer(self) -> Row:
        """The Customer itself."""
        return self.opened.document

    def rows(self, name: str) -> list[Any]:
        """What was read under a name; nothing where it failed, or was not asked for."""
        found = self.read.get(name)
        return found if isinstance(found, list) else []

    def failure(self, *names: str) -> BackendError | None:
        """The first of these that could not be read."""
        found = [self.read.get(name) for name in names]
        return next((one.error for one in found if isinstance(one, NotRead)), None)


async def read_file(party: Party, sections: Collection[str], desk: Desk) -> CustomerFile:
    """The customer's record, what the badges need, and what the sections need; raises what the record's read raises."""
    wanted = dict.fromkeys([*_BADGES, *(name for section in sections for name in NEEDS[section])])
    names = [name for name in wanted if name not in _READ_AS or desk.may(_READ_AS[name])]
    opened, *found = await together(
        desk.records.opened("Customer", party.customer_id),
        *(_tried(_READS[name](party.customer_id, desk)) for name in names),
    )
    return CustomerFile(party, desk, opened, dict(zip(names, found, strict=True)))


def may_see(section: str, desk: Desk) -> bool:
    """Whether the user may be shown a section."""
    if section == "invoices" and not desk.may(GetBalance()):
        return False
    return section not in ASKED_AS or desk.may(ASKED_AS[section])


async def _tried(reading: Awaitable[list[Any]]) -> list[Any] | NotRead:
    try:
        return await reading
    except BackendError as error:
        return NotRead(error)


def _subscriptions(customer: str, desk: Desk) -> Awaitable[list[Row]]:
    return desk.records.list(
        "Subscription",
        fields=["name", "status", "start_date", "service_location", "plans.plan"],
        filters=[("party_type", "=", "Customer"), ("party", "=", customer), ("status", "!=", "Cancelled")],
        order_by="service_location asc, name asc",
    )


def _quotes(customer: str, desk: Desk) -> Awaitable[list[Row]]:
    return desk.records.list(
        "Quotation",
        fields=["transaction_date", "valid_till", "status", "grand_total"],
        filters=[("docstatus", "=", 1), ("quotation_to", "=", "Customer"), ("party_name", "=", customer)],
        order_by="transaction_date desc, name desc",
        limit=MOST_ROWS,
    )


def _arrangements(customer: str, desk: Desk) -> Awaitable[list[Row]]:
    return desk.records.list(
        "Payment Arrangement",
        fields=["name", "amount", "due_date", "cutoff_date", "status", "frequency", "method"],
        filters=[("customer", "=", customer)],
        either=[("status", "in", list(RUNNING)), ("due_date", ">=", _back(desk))],
        order_by="due_date desc, name desc",
    )


def _methods(customer: str, desk: Desk) -> Awaitable[list[Row]]:
    return desk.records.list(
        "Payment Method",
        fields=["name", "provider", "last_four", "is_auto"],
        filters=[("customer", "=", customer), ("is_active", "=", 1)],
    )


def _lines(customer: str, desk: Desk) -> Awaitable[list[Row]]:
    return list_lines(desk, ("customer", "=", customer), ("status", "in", list(IN_USE)))


def _tickets(customer: str, desk: Desk) -> Awaitable[list[Row]]:
    return desk.records.list(
        "Issue",
        fields=["name", "customer", "subject", "status", "priority", "opening_date", "opening_time"],
        filters=[("customer", "=", customer)],
        either=[("status", "in", list(OPEN)), ("opening_date", ">=", _back(desk))],
        order_by="opening_date desc, name desc",
    )


def _invoices(customer: str, desk: Desk) -> Awaitable[list[Row]]:
    return desk.records.list(
        "Sales Invoice",
        fields=["name", "posting_date", "due_date", "grand_total", "outstanding_amount"],
        filters=[("customer", "=", customer), ("docstatus", "=", 1)],
        either=[("outstanding_amount", "!=", 0), ("posting_date", ">=", _back(desk))],
        order_by="posting_date desc, name desc",
    )


def _payments(customer: str, desk: Desk) -> Awaitable[list[Row]]:
    return desk.records.list(
        "Payment Entry",
        fields=["party", "posting_date", "mode_of_payment", "reference_no", "paid_amount"],
        filters=[("party", "=", customer), ("docstatus", "=", 1), ("payment_type", "=", "Receive")],
        order_by="posting_date desc, name desc",
        limit=MOST_ROWS,
    )


def _work_orders(customer: str, desk: Desk) -> Awaitable[list[Any]]:
    return read_work(Scope(customer, None, (), None, None), desk)


def _devices(customer: str, desk: Desk) -> Awaitable[list[Any]]:
    return desk.network.devices(customer=customer)


def _back(desk: Desk) -> str:
    return (desk.today - dt.timedelta(days=LOOK_BACK_DAYS)).isoformat()


_READS: Mapping[str, Callable[[str, Desk], Awaitable[list[Any]]]] = {
    "subscriptions": _subscriptions,
    "quotes": _quotes,
    "arrangements": _arrangements,
    "methods": _methods,
    "lines": _lines,
    "tickets": _tickets,
    "invoices": _invoices,
    "payments": _payments,
    "work_orders": _work_orders,
    "equipment": equipment_of,
    "devices": _devices,
}
