"""What planners may read: ERPNext and the hub, with the changes of the plan's earlier actions laid over.

"Record 60 $, then reactivate" has to plan the second over the effect of the first. There is no way to write from
here: a planner cannot change the world even by mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

from agent.clients.erpnext import ErpNext, Opened
from agent.clients.hub import Device, Hub, Port
from agent.confirm.steps import (
    AnyStep,
    AssignPort,
    CancelDoc,
    DeleteDoc,
    Implied,
    InsertDoc,
    SetPort,
    SubmitDoc,
    UpdateDoc,
    same,
)

Row = dict[str, Any]
Filter = tuple[str, str, Any] | tuple[str, str, str, Any]
"""Field, operator, value; before them the rows' DocType where the field is one of a table."""

_ORDERED = {">": gt, "<": lt, ">=": ge, "<=": le}


class Records:
    """ERPNext documents as they will be once the pending steps have run."""

    def __init__(self, erp: ErpNext, pending: Sequence[AnyStep] = ()) -> None:
        self._erp = erp
        self._pending = pending

    async def get(self, doctype: str, name: str) -> Row:
        """One document; raises ``Missing`` where there is none."""
        return self._patched(doctype, await self._erp.get(doctype, name))

    async def opened(self, doctype: str, name: str) -> Opened:
        """One document with its comments (the newest first) and contacts, in one request."""
        found = await self._erp.opened(doctype, name)
        added = [
            {"content": step.values["content"], "owner": "", "creation": ""}
            for step in self._pending
            if isinstance(step, InsertDoc) and step.doctype == "Comment" and step.values.get("reference_name") == name
        ]
        comments = sorted(found.comments, key=lambda row: str(row.get("creation")), reverse=True)
        contacts = [self._patched("Contact", row) for row in found.contacts]
        return Opened(self._patched(doctype, found.document), [*added, *comments], contacts)

    async def find(self, doctype: str, name: str) -> Row | None:
        """One document, or None."""
        row = await self._erp.find(doctype, name)
        return self._patched(doctype, row) if row else None

    async def list(
        self,
        doctype: str,
        *,
        fields: Sequence[str],
        filters: Sequence[Filter] = (),
        either: Sequence[Filter] = (),
        order_by: str | None = None,
        limit: int = 0,
    ) -> list[Row]:
        """The documents that fit all filters, and one of ``either`` where it is given; ``limit`` 0 means all."""
        asked = list(dict.fromkeys(["name", *fields, *(one[0] for one in (*filters, *either) if len(one) == 3)]))
        rows = await self._erp.list(
            doctype,
            fields=asked,
            filters=[list(one) for one in filters],
            or_filters=[list(one) for one in either] or None,
            order_by=order_by,
            limit=limit,
        )
        changed = [step for step in self._pending if getattr(step, "doctype", None) == doctype]
        known = {row["name"] for row in rows}
        named = [step.name for step in changed if isinstance(step, UpdateDoc)]
        named += [one.name for one in self._implied() if one.doctype == doctype]
        # A single document leaves out what is null.
        empty = dict.fromkeys(asked)
        rows += [{**empty, **await self._erp.get(doctype, name)} for name in dict.fromkeys(named) if name not in known]
        for step in changed:
            if isinstance(step, InsertDoc):
                rows.append({**empty, "name": "", **step.values})
        return [
            row
            for row in (self._patched(doctype, row) for row in rows)
            if row and _fits(row, filters) and (not either or any(_meets(row, one) for one in either))
        ]

    async def sum(self, doctype: str, field: str, filters: Sequence[Filter]) -> Any:  # noqa: ANN401 - a number
        """The sum of a field over what fits, as ERPNext adds it up."""
        touched = any(getattr(step, "doctype", None) == doctype for step in self._pending)
        if touched or any(one.doctype == doctype for one in self._implied()):
            rows = await self.list(doctype, fields=[field], filters=filters)
            return sum((Decimal(str(row.get(field) or 0)) for row in rows), Decimal(0))
        return await self._erp.sum(doctype, field, [list(one) for one in filters])

    def _implied(self) -> Sequence[Implied]:
        """What the pending steps change in other documents."""
        return [one for step in self._pending if isinstance(step, SubmitDoc | CancelDoc) for one in step.implies]

    def _patched(self, doctype: str, row: Row) -> Row:
        for step in self._pending:
            if getattr(step, "doctype", None) == doctype and getattr(step, "name", None) == row["name"]:
                if isinstance(step, UpdateDoc):
                    row = {**row, **step.after}
                elif isinstance(step, DeleteDoc):
                    return {}
        for one in self._implied():
            if one.doctype == doctype and one.name == row["name"]:
                row = {**row, one.field: one.after}
        return row


class Network:
    """The hub's devices and ports as they will be once the pending steps have run."""

    def __init__(self, hub: Hub, pending: Sequence[AnyStep] = ()) -> None:
        self._hub = hub
        self._ports = {(step.olt, step.port): step.after for step in pending if isinstance(step, SetPort)}
        self._given = {(step.olt, step.port): step for step in pending if isinstance(step, AssignPort)}

    async def devices(self, *, customer: str | None = None, serial: str | Sequence[str] | None = None) -> list[Device]:
        """The devices of a customer, or those of serial numbers, in one request."""
        return await self._hub.devices(customer=customer, serial=serial)

    async def port(self, olt: str, port: str) -> Port:
        """One port; raises ``Missing``."""
        found = await self._hub.port(olt, port)
        step = self._given.get((found.olt, found.port))
        taken = {"customer": step.customer, "location": step.location, "enabled": True} if step else {}
        return found.model_copy(update=taken)

    async def free_ports(self, olt: str | None = None) -> list[Port]:
        """The ports that hang on nobody, of one OLT or all."""
        return [one for one in await self._hub.free_ports(olt) if (one.olt, one.port) not in self._given]

    async def ports(self, customer: str) -> list[Port]:
        """A customer's OLT ports."""
        ports = await self._hub.ports(customer)
        return [
            port.model_copy(update={"enabled": self._ports.get((port.olt, port.port), port.enabled)}) for port in ports
        ]


def _fits(row: Row, filters: Sequence[Filter]) -> bool:
    return all(_meets(row, one) for one in filters)


def _meets(row: Row, condition: Filter) -> bool:
    if len(condition) == 3:
        field, operator, value = condition
        return _compare(row.get(field), operator, value)
    _, field, operator, value = condition
    # ERPNext has seen to its own rows; a document still to be made bears its tables whole.
    rows = [one for table in row.values() if isinstance(table, list) for one in table]
    return bool(row.get("name")) or any(_compare(one.get(field), operator, value) for one in rows)


def _compare(found: object, operator: str, wanted: Any) -> bool:  # noqa: ANN401 - a filter's value
    if operator == "=":
        return same(found, wanted)
    if operator == "!=":
        return not same(found, wanted)
    if operator == "in":
        return any(same(found, one) for one in wanted)
    if operator in _ORDERED:
        return found not in (None, "") and bool(_ORDERED[operator](str(found), str(wanted)))
    raise ValueError(f"no overlay for the operator {operator!r}")
