"""Calling a method of `/api/method`: who may, with which arguments.

In: a table of methods, a caller, a name. Out: what the method answers, or a refusal in the words
of the real thing for a method that is unknown, closed, or called the wrong way.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.erpnext.answers import document_answer
from sandbox.erpnext.errors import Notice, Refusal, not_served, validation
from sandbox.erpnext.permissions import GUEST
from sandbox.erpnext.records import Values
from sandbox.erpnext.site import Site

_APPS = frozenset({"frappe", "erpnext"})
_NOT_WHITELISTED = frozenset({"frappe.utils.now", "frappe.utils.nowdate", "frappe.utils.today"})
# Methods of a real site that tools may come to call, and that this one has not grown.
_UNSERVED = frozenset(
    {
        "erpnext.accounts.doctype.payment_entry.payment_entry.get_payment_entry",
        "erpnext.accounts.doctype.sales_invoice.sales_invoice.make_sales_return",
        "erpnext.accounts.party.get_party_details",
        "erpnext.selling.doctype.quotation.quotation.make_sales_invoice",
        "erpnext.selling.doctype.quotation.quotation.make_sales_order",
        "frappe.client.attach_file",
        "frappe.client.rename_doc",
        "frappe.desk.form.save.savedocs",
        "frappe.desk.search.search_link",
        "run_doc_method",
        "upload_file",
    }
)


@dataclass(frozen=True)
class Caller:
    """Who calls a method, on which site, with what arguments."""

    site: Site
    user: str
    arguments: Mapping[str, object]

    def shown(self, doctype_name: str, document: Values) -> Values:
        """A document with its nulls, as methods answer it."""
        doctype = self.site.catalogue.get(doctype_name)
        return document_answer(doctype, document, nulls=True)


@dataclass(frozen=True)
class Method:
    """A method that callers may use."""

    run: Callable[..., object]
    writes: bool = False
    guests: bool = False
    bare: bool = False
    """Whether it fills the answer's body itself, where others have theirs put under `message`."""


def call(methods: Mapping[str, Method], caller: Caller, name: str, verb: str) -> object:
    """Run a method. Raises Refusal."""
    method = methods.get(name)
    if method is None:
        raise _absent(name)
    if caller.user == GUEST and not method.guests:
        raise _not_whitelisted(name)
    if method.writes and verb != "POST":
        raise Refusal.thrown("PermissionError", "Not permitted", status=403)
    return method.run(caller, **_arguments(method.run, caller.arguments, name))


def _arguments(run: Callable[..., object], given: Mapping[str, object], name: str) -> dict[str, object]:
    """The arguments that a method takes; others are ignored."""
    taken: dict[str, object] = {}
    missing: list[str] = []
    for parameter in list(inspect.signature(run).parameters.values())[1:]:
        if parameter.name not in given:
            if parameter.default is parameter.empty:
                missing.append(f"'{parameter.name}'")
            continue
        value = given[parameter.name]
        if parameter.annotation is str and not isinstance(value, str):
            raise Refusal(
                417,
                "FrappeTypeError",
                f"Argument '{parameter.name}' should be of type 'str' but got '{type(value).__name__}' instead.",
            )
        taken[parameter.name] = value
    if missing:
        function = name.rpartition(".")[2]
        raise Refusal.crashed(
            "TypeError",
            f"{function}() missing {len(missing)} required positional"
            f" argument{'s' if len(missing) > 1 else ''}: {', '.join(missing)}",
        )
    return taken


def _absent(name: str) -> Refusal:
    if name in _NOT_WHITELISTED:
        return _not_whitelisted(name)
    return not_served(name, "method") if name in _UNSERVED else _unknown(name)


def _unknown(name: str) -> Refusal:
    module, _, function = name.rpartition(".")
    app = name.partition(".")[0]
    notices: list[Notice] = []
    if not module:
        reason = f"'{name}'"
    elif app in _APPS:
        reason = f"module '{module}' has no attribute '{function}'"
    else:
        reason = f"App {app} is not installed"
        notices = [Notice(reason, indicator="red", raised=True)]
    refusal = validation(f"Failed to get method for command {name} with {reason}")
    refusal.notices = [*notices, *refusal.notices]
    return refusal


def _not_whitelisted(name: str) -> Refusal:
    return Refusal.thrown(
        "PermissionError",
        "<details><summary>You are not permitted to access this resource. Login to access"
        f"</summary>Function <strong>{name}</strong> is not whitelisted.</details>",
        status=403,
    )
