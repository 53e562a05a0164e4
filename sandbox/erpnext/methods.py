"""The methods that `/api/method` serves.

In: a caller and the method's arguments by name. Out: what the real method answers.
What is not in the table does not exist, or is refused the way a real site refuses it.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.erpnext.answers import document_answer
from sandbox.erpnext.arguments import decoded, list_query
from sandbox.erpnext.errors import Notice, Refusal, not_found, not_served, validation
from sandbox.erpnext.permissions import ADMINISTRATOR, GUEST, refused
from sandbox.erpnext.records import Values
from sandbox.erpnext.site import Site

VERSIONS = {"frappe": "15.72.4", "erpnext": "15.71.1"}
LARGEST_BATCH = 200
_REPORT_ROLES = frozenset({"Accounts Manager", "Accounts User"})
_NOT_WHITELISTED = frozenset({"frappe.utils.now", "frappe.utils.nowdate", "frappe.utils.today"})


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


def call(caller: Caller, name: str, verb: str) -> object:
    """Run a method. Raises Refusal."""
    method = METHODS.get(name)
    if method is None:
        raise _not_whitelisted(name) if name in _NOT_WHITELISTED else _unknown(name)
    if caller.user == GUEST and not method.guests:
        raise _not_whitelisted(name)
    if method.writes and verb != "POST":
        raise Refusal.thrown("PermissionError", "Not permitted", status=403)
    return method.run(caller, **_arguments(method.run, caller.arguments, name))


def _arguments(
    run: Callable[..., object], given: Mapping[str, object], name: str
) -> dict[str, object]:
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
                417, "FrappeTypeError", f"Argument '{parameter.name}' should be of type 'str'"
                f" but got '{type(value).__name__}' instead.",
            )
        taken[parameter.name] = value
    if missing:
        function = name.rpartition(".")[2]
        raise Refusal.crashed(
            "TypeError", f"{function}() missing {len(missing)} required positional"
            f" argument{'s' if len(missing) > 1 else ''}: {', '.join(missing)}",
        )
    return taken


def _unknown(name: str) -> Refusal:
    module, _, function = name.rpartition(".")
    app = name.partition(".")[0]
    notices: list[Notice] = []
    if not module:
        reason = f"'{name}'"
    elif app in VERSIONS:
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


def _document(doc: object) -> tuple[str, Values]:
    found = decoded(doc)
    if not isinstance(found, dict):
        raise Refusal.crashed("TypeError", "doc must be a dictionary")
    return str(found.get("doctype") or ""), found


def ping(caller: Caller) -> object:
    """Whether the site is there."""
    del caller
    return "pong"


def get_logged_user(caller: Caller) -> object:
    """The caller's own name."""
    return caller.user


def get_versions(caller: Caller) -> object:
    """The apps of the site."""
    del caller
    titles = {"frappe": "Frappe Framework", "erpnext": "ERPNext"}
    return {
        app: {"title": titles[app], "description": titles[app], "branch": "", "version": version}
        for app, version in VERSIONS.items()
    }


def generate_keys(caller: Caller, user: str) -> object:
    """A fresh secret for a user."""
    if caller.user != ADMINISTRATOR:
        caller.site.permissions.require(
            caller.user, caller.site.catalogue.get("User"), "write", occasion="write"
        )
    return {"api_secret": caller.site.generate_keys(user)}


def get_count(caller: Caller, doctype: str, filters: object = None) -> object:
    """How many documents fit."""
    return caller.site.count(doctype, decoded(filters) if filters else None)


def get_list(caller: Caller, doctype: str, parent: str = "") -> object:
    """A list query."""
    wanted = list_query(caller.arguments)
    return caller.site.query(
        doctype, wanted, parent=parent or None, user=caller.user
    ).dictionaries()


def get(caller: Caller, doctype: str, name: object = None, filters: object = None) -> object:
    """One document, by name or by filters."""
    wanted = name
    if wanted is None:
        wanted = _first_name(caller, doctype, filters)
    return caller.shown(doctype, caller.site.get(doctype, wanted, user=caller.user))


def _first_name(caller: Caller, doctype: str, filters: object) -> object:
    found = caller.site.list(doctype, filters=decoded(filters), limit=1, user=caller.user)
    if not found:
        raise not_found(doctype, "")
    return found[0]["name"]


def get_value(
    caller: Caller, doctype: str, fieldname: object, filters: object = None
) -> object:
    """Some fields of the first document that fits; nothing when none does."""
    names = fieldname
    if isinstance(fieldname, str) and fieldname.startswith("["):
        names = decoded(fieldname)
    listed = names if isinstance(names, list) else [names]
    where = filters
    if isinstance(filters, str):
        where = decoded(filters) if filters[:1] in {"{", "["} else {"name": filters}
    found = caller.site.list(doctype, fields=listed, filters=where, limit=1, user=caller.user)
    return dict(found[0]) if found else {}


def insert(caller: Caller, doc: object) -> object:
    """Make a document; a name among its values is not honoured here."""
    doctype, values = _document(doc)
    made = caller.site.insert(doctype, values, user=caller.user, named=False)
    return caller.shown(doctype, made)


def insert_many(caller: Caller, docs: object) -> object:
    """Make up to 200 documents, all or none; answers their names."""
    listed = decoded(docs)
    documents = listed if isinstance(listed, list) else []
    if len(documents) > LARGEST_BATCH:
        raise validation("Only 200 inserts allowed in one request")
    with caller.site.world.transaction():
        made = [
            caller.site.insert(*_document(each), user=caller.user, named=False)
            for each in documents
        ]
    return [document["name"] for document in made]


def save(caller: Caller, doc: object) -> object:
    """Write a whole document back."""
    doctype, values = _document(doc)
    values = {"modified": None, **values}
    return caller.shown(
        doctype, caller.site.update(doctype, values.get("name"), values, user=caller.user)
    )


def submit(caller: Caller, doc: object) -> object:
    """Submit a document, given whole and fresh."""
    doctype, values = _document(doc)
    values = {"modified": None, **values, "docstatus": 1}
    return caller.shown(
        doctype, caller.site.update(doctype, values.get("name"), values, user=caller.user)
    )


def cancel(caller: Caller, doctype: str, name: object) -> object:
    """Cancel a submitted document."""
    return caller.shown(
        doctype, caller.site.update(doctype, name, {"docstatus": 2}, user=caller.user)
    )


def delete(caller: Caller, doctype: str, name: object) -> object:
    """Delete a document."""
    caller.site.delete(doctype, name, user=caller.user)
    return None


def set_value(
    caller: Caller, doctype: str, name: object, fieldname: object, value: object = None
) -> object:
    """Write one field or several; of a row, through the document that holds it."""
    if isinstance(fieldname, str):
        found = decoded(fieldname) if fieldname.startswith("{") else {fieldname: value}
    else:
        found = fieldname
    values: Values = dict(found) if isinstance(found, dict) else {}
    kind = caller.site.catalogue.get(doctype)
    if not kind.istable:
        return caller.shown(
            doctype, caller.site.update(doctype, name, values, user=caller.user)
        )
    row = caller.site.get(doctype, name, user=caller.user)
    parent, table = str(row["parenttype"]), str(row["parentfield"])
    rows = caller.site.get(parent, row["parent"], user=caller.user)[table]
    changed = [
        {**each, **values} if each["name"] == row["name"] else each
        for each in (rows if isinstance(rows, list) else [])
    ]
    return caller.shown(
        parent, caller.site.update(parent, row["parent"], {table: changed}, user=caller.user)
    )


def validate_link(caller: Caller, doctype: str, docname: str) -> object:
    """The exact name of a document, or nothing."""
    return {"name": caller.site.records.find(doctype, docname)}


def run_report(caller: Caller, report_name: str) -> object:
    """Reports are not served; who may not read them is told so first."""
    roles = caller.site.permissions.roles(caller.user)
    if caller.user != ADMINISTRATOR and not roles & _REPORT_ROLES:
        refusal = refused(caller.user, report_name, "document")
        text = f"You don't have access to Report: {report_name}"
        raise Refusal.thrown(refusal.exc_type, text, status=403)
    raise not_served("Report")


METHODS: dict[str, Method] = {
    "ping": Method(ping, guests=True),
    "frappe.ping": Method(ping, guests=True),
    "frappe.auth.get_logged_user": Method(get_logged_user),
    "frappe.utils.change_log.get_versions": Method(get_versions),
    "frappe.core.doctype.user.user.generate_keys": Method(generate_keys, writes=True),
    "frappe.client.get_count": Method(get_count),
    "frappe.client.get_list": Method(get_list),
    "frappe.client.get": Method(get),
    "frappe.client.get_value": Method(get_value),
    "frappe.client.insert": Method(insert, writes=True),
    "frappe.client.insert_many": Method(insert_many, writes=True),
    "frappe.client.save": Method(save, writes=True),
    "frappe.client.submit": Method(submit, writes=True),
    "frappe.client.cancel": Method(cancel, writes=True),
    "frappe.client.delete": Method(delete, writes=True),
    "frappe.client.set_value": Method(set_value, writes=True),
    "frappe.client.validate_link": Method(validate_link),
    "frappe.desk.query_report.run": Method(run_report),
}
