"""ERPNext's documents, as they are: read, listed, inserted, updated, submitted, cancelled, deleted.

Enters: DocType and document names, filters and values of our own types. Leaves: documents as dictionaries, as
ERPNext spells them (amounts floats, checks 0 or 1, moments site-local text); null fields are absent from a single
document and None in a list. It knows no business rule and no DocType by name.
Every method raises ``Unavailable``, ``AccessDenied`` or another ``Rejected``; those that write ``OutcomeUnknown`` too.
"""

from __future__ import annotations

import builtins
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agent.clients.http import DateSeen, HttpSystem
from agent.clients.wire import encode
from agent.errors import AccessDenied, Missing, Rejected

Document = dict[str, Any]
Filters = Sequence[Sequence[Any]] | Mapping[str, Any]

PAGE = 500
# gunicorn, which serves most sites, takes a request line of 4094 bytes.
LONGEST_QUERY = 2000


@dataclass(frozen=True)
class Opened:
    """A document with what its form shows around it.

    A comment has ``content`` (HTML), ``owner`` and ``creation``; of contacts a customer's alone are told.
    """

    document: Document
    comments: list[Document]
    contacts: list[Document]


class ErpNext:
    """A site's REST API, as one user. Names are encoded here; callers pass them as they are."""

    def __init__(self, http: HttpSystem) -> None:
        self._http = http
        self._sums_as_text = True

    async def get(self, doctype: str, name: str) -> Document:
        """The document, child tables included. Raises ``Missing``."""
        return await self._http.read("api", "resource", doctype, name, shape=_document("data"))

    async def find(self, doctype: str, name: str) -> Document | None:
        """The document, or None where there is none."""
        try:
            return await self.get(doctype, name)
        except Missing:
            return None

    async def opened(self, doctype: str, name: str) -> Opened:
        """The document as the desk opens it: with its comments and contacts, in one request. Raises ``Missing``."""
        return await self._http.read(
            "api",
            "method",
            "frappe.desk.form.load.getdoc",
            query={"doctype": doctype, "name": name},
            shape=_opened,
        )

    async def list(
        self,
        doctype: str,
        *,
        fields: Sequence[str],
        filters: Filters | None = None,
        or_filters: Filters | None = None,
        order_by: str | None = None,
        limit: int = 0,
        start: int = 0,
        group_by: str | None = None,
    ) -> builtins.list[Document]:
        """Rows with these fields; ``limit`` 0 means all, and then ``start`` must be 0 as ERPNext would ignore it.

        ``=`` and ``like`` ignore case and accents; ``!=``, ``not in`` and ``= ""`` match empty ones. A child field
        (``"items.qty"``) repeats the row once per child.
        """
        if start and not limit:
            raise ValueError("ERPNext ignores start without a limit")
        question: dict[str, object] = {
            "fields": list(fields),
            "filters": encode(filters) if filters else None,
            "or_filters": encode(or_filters) if or_filters else None,
            "order_by": order_by,
            "group_by": group_by,
            "limit_start": start or None,
            "limit_page_length": limit,
        }
        return await self._rows(doctype, {key: value for key, value in question.items() if value is not None})

    async def every(
        self,
        doctype: str,
        *,
        fields: Sequence[str],
        filters: Sequence[Sequence[Any]] = (),
        or_filters: Filters | None = None,
    ) -> AsyncIterator[Document]:
        """All rows in the order of their names, 500 a request, each with its ``name``.

        Each page starts after the last name and not at a count, so that rows that come and go while we read
        neither hide others nor show them twice. Not for child fields, whose rows share a name.
        """
        after: builtins.list[Sequence[Any]] = []
        while True:
            page = await self.list(
                doctype,
                fields=list(dict.fromkeys(["name", *fields])),
                filters=[*filters, *after],
                or_filters=or_filters,
                order_by="name asc",
                limit=PAGE,
            )
            for row in page:
                yield row
            if len(page) < PAGE:
                return
            after = [["name", ">", page[-1]["name"]]]

    async def sum(self, doctype: str, field: str, filters: Filters | None = None) -> Decimal:
        """The sum of a field, 0 over nothing, rounded to six places to shed the dust of float addition."""
        if self._sums_as_text:
            try:
                return await self._sum(doctype, f"sum({field}) as total", filters)
            except (AccessDenied, Missing):
                raise
            except Rejected as refused:
                # Version 16 wants a dictionary where 15 wants text; where both refuse, the first one says why.
                try:
                    total = await self._sum(doctype, {"SUM": field, "as": "total"}, filters)
                except Rejected:
                    raise refused from None
                self._sums_as_text = False
                return total
        return await self._sum(doctype, {"SUM": field, "as": "total"}, filters)

    async def insert(self, doctype: str, values: Mapping[str, Any]) -> Document:
        """Make a document; a ``name`` among the values is honoured. Raises ``Duplicate``.

        The answer echoes what was sent: read the document again for what ERPNext made of it.
        """
        return await self._http.write(
            "POST", "api", "resource", doctype, body=_encoded(values), shape=_document("data")
        )

    async def inserted_by_step(self, doctype: str, agent_step: str) -> Document | None:
        """The document that a plan's step made, if it took: how an insert without an answer is looked up."""
        if not agent_step:
            raise ValueError("an empty agent_step would match every document without one")
        rows = await self.list(doctype, fields=["name"], filters=[["agent_step", "=", agent_step]], limit=1)
        return await self.find(doctype, str(rows[0]["name"])) if rows else None

    async def update(self, doctype: str, name: str, values: Mapping[str, Any], *, modified: str | None) -> Document:
        """Change fields; a child table among them is replaced whole.

        With ``modified`` as it was read (to the microsecond), raises ``Conflict`` where the document has changed
        since; with None the last write wins.
        """
        body = {**_encoded(values), **({} if modified is None else {"modified": modified})}
        return await self._http.write("PUT", "api", "resource", doctype, name, body=body, shape=_document("data"))

    async def submit(self, doctype: str, name: str, *, modified: str | None = None) -> Document:
        """Make a draft final."""
        return await self.update(doctype, name, {"docstatus": 1}, modified=modified)

    async def cancel(self, doctype: str, name: str, *, modified: str | None = None) -> Document:
        """Void a submitted document, which stays on record."""
        return await self.update(doctype, name, {"docstatus": 2}, modified=modified)

    async def delete(self, doctype: str, name: str) -> None:
        """Remove a document. Raises ``Missing``, or ``Rejected`` where others link to it."""
        await self._http.write("DELETE", "api", "resource", doctype, name, shape=_member("data", str))

    async def whoami(self) -> str:
        """The user whose credentials these are."""
        method = "frappe.auth.get_logged_user"
        return await self._http.read("api", "method", method, shape=_member("message", str))

    async def date(self) -> DateSeen | None:
        """The site's clock as a cheap request shows it; None where its answers bear no date."""
        await self._http.read("api", "method", "ping", shape=_member("message", str))
        return self._http.last_date

    @property
    def last_date(self) -> DateSeen | None:
        """The site's clock as the last answer of any kind showed it."""
        return self._http.last_date

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _sum(self, doctype: str, aggregate: object, filters: Filters | None) -> Decimal:
        question: dict[str, object] = {"fields": [aggregate], "limit_page_length": 0}
        if filters:
            question["filters"] = encode(filters)
        total = (await self._rows(doctype, question))[0]["total"]
        return Decimal(str(round(total or 0, 6)))

    async def _rows(self, doctype: str, question: Mapping[str, object]) -> builtins.list[Document]:
        query = {
            key: value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)
            for key, value in question.items()
        }
        if sum(len(str(value).encode(errors="replace")) for value in query.values()) <= LONGEST_QUERY:
            return await self._http.read("api", "resource", doctype, query=query, shape=_documents("data"))
        return await self._http.read(
            "api",
            "method",
            "frappe.client.get_list",
            body={"doctype": doctype, **question},
            shape=_documents("message"),
        )


def _encoded(values: Mapping[str, Any]) -> dict[str, object]:
    return {key: encode(value) for key, value in values.items()}


def _member(key: str, kind: type[Any]) -> Callable[[object], Any]:
    """The value under this key of the answer, which has to be of this kind."""

    def shape(body: object) -> Any:  # noqa: ANN401 - checked at run time
        value = body[key] if isinstance(body, dict) else None
        if not isinstance(value, kind):
            raise TypeError(key)
        return value

    return shape


def _document(key: str) -> Callable[[object], Document]:
    return _member(key, dict)


def _documents(key: str) -> Callable[[object], builtins.list[Document]]:
    return _member(key, list)


def _opened(body: object) -> Opened:
    [document] = _documents("docs")(body)
    onload = document.pop("__onload", None) or {}
    around = _document("docinfo")(body)
    comments = [row for row in around.get("comments") or [] if row.get("comment_type", "Comment") == "Comment"]
    return Opened(document, comments, list(onload.get("contact_list") or []))
