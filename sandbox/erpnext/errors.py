"""What a real ERPNext answers when it refuses, as exceptions.

In: the facts of a refusal. Out: a `Refusal` that carries the HTTP status, Frappe's own
`exc_type` and the messages its envelope holds. Which of `exception`, `exc` and
`_server_messages` are present differs from case to case, as the recordings show.
A refusal must never carry a secret: its text reaches logs and screens.
"""

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Self

_EXCEPTION_MODULE = "frappe.exceptions"
_exception_numbers = count(1)


@dataclass(frozen=True)
class Notice:
    """One message for the person at the screen, HTML allowed."""

    message: str
    title: str = "Message"
    indicator: str | None = None
    raised: bool = False

    def encoded(self) -> str:
        """The notice as one JSON string of `_server_messages`."""
        body: dict[str, object] = {"message": self.message, "title": self.title}
        if self.indicator:
            body["indicator"] = self.indicator
        if self.raised:
            body["raise_exception"] = 1
            body["__frappe_exc_id"] = f"{next(_exception_numbers):056x}"
        return json.dumps(body, ensure_ascii=False)


@dataclass
class Refusal(Exception):
    """An answer other than success. `traced` tells whether a traceback goes with it."""

    status: int
    exc_type: str
    message: str = ""
    module: str = _EXCEPTION_MODULE
    traced: bool = True
    notices: list[Notice] = field(default_factory=list)
    extra: dict[str, object] = field(default_factory=dict)

    @classmethod
    def thrown(
        cls,
        exc_type: str,
        message: str,
        *,
        status: int = 417,
        title: str = "Message",
        module: str = _EXCEPTION_MODULE,
    ) -> Self:
        """A refusal whose text is also shown as a red message."""
        notice = Notice(message, title, indicator="red", raised=True)
        return cls(status, exc_type, message, module=module, notices=[notice])

    @classmethod
    def crashed(cls, exc_type: str, message: str, *, module: str = "", **extra: object) -> Self:
        """What an unforeseen value makes of a real server: a 500 without a message."""
        return cls(500, exc_type, message, module=module, extra=extra)

    def from_erpnext(self) -> Self:
        """The same refusal, raised by the ERPNext app instead of the framework."""
        self.extra["_exc_source"] = "erpnext (app)"
        return self

    def body(self, *, tracebacks: bool) -> dict[str, object]:
        """Frappe's error envelope; without `tracebacks` as a site in production answers."""
        envelope: dict[str, object] = {}
        if tracebacks and self.traced:
            name = f"{self.module}.{self.exc_type}" if self.module else self.exc_type
            line = f"{name}: {self.message}" if self.message else name
            envelope["exception"] = line
            trace = f"Traceback (most recent call last):\n  (sandbox)\n{line}\n"
            envelope["exc"] = json.dumps([trace], ensure_ascii=False)
        envelope["exc_type"] = self.exc_type
        if self.notices:
            envelope["_server_messages"] = json.dumps([notice.encoded() for notice in self.notices], ensure_ascii=False)
        return envelope | self.extra


@dataclass
class HtmlRefusal(Exception):
    """A refusal of the web server itself, which speaks HTML."""

    status: int
    title: str
    text: str

    def page(self) -> str:
        """The page that a real server sends."""
        return (
            f"<!doctype html>\n<html lang=en>\n<title>{self.status} {self.title}</title>\n"
            f"<h1>{self.title}</h1>\n<p>{self.text}</p>\n"
        )


def validation(message: str, *, title: str = "Message") -> Refusal:
    """A rule of the business that a value breaks."""
    return Refusal.thrown("ValidationError", message, title=title)


def not_found(doctype: str, name: object, *, told: bool = True) -> Refusal:
    """A document that is not there; `told` false where the real thing says nothing more."""
    notice = Notice(f"{doctype} {name} not found", indicator="red", raised=True)
    return Refusal(404, "DoesNotExistError", traced=False, notices=[notice] if told else [])


def not_served(name: str, kind: str = "DocType") -> Refusal:
    """Something of the real thing that this sandbox has not grown."""
    message = f"the sandbox does not serve the {kind} {name}"
    notice = Notice(f"The sandbox does not serve the {kind} {name}", indicator="red")
    return Refusal(501, "NotImplementedError", message, module="", notices=[notice])


def unknown_module(doctype: str) -> Refusal:
    """One document of a DocType that nobody knows."""
    scrubbed = doctype.lower().replace(" ", "_").replace("-", "_")
    if doctype == scrubbed:
        return Refusal.crashed("ImportError", doctype)
    message = f"No module named 'frappe.core.doctype.{scrubbed}'"
    return Refusal.crashed("ImportError", message)


def bad_column_value(kind: str, value: object, doctype: str, fieldname: str) -> Refusal:
    """A date, time or number that the database will not take."""
    message = (
        f"(1292, \"Incorrect {kind} value: '{value}' for column `sandbox`.`tab{doctype}`.`{fieldname}` at row 1\")"
    )
    return Refusal.crashed("OperationalError", message, module="pymysql.err")


def unknown_column(column: str, clause: str) -> Refusal:
    """A column that the query names and no table has."""
    message = f"(1054, \"Unknown column '{column}' in '{clause}'\")"
    return Refusal.crashed("OperationalError", message, module="pymysql.err")


def field_not_permitted(name: str) -> Refusal:
    """A field in a query that the DocType lacks."""
    return Refusal.thrown("DataError", f"Field not permitted in query: {name}")


def stale(found: str, now: str) -> Refusal:
    """A write that was prepared on an older state of the document."""
    return Refusal.thrown(
        "TimestampMismatchError",
        "Error: Document has been modified after you have opened it"
        f" ({found}, {now}). Please refresh to get the latest document.",
    )
