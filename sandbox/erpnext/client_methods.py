"""The methods of `frappe.client`: documents read and written by method instead of by resource.

In: a caller and a method's arguments. Out: what the real method answers: a document comes with
its nulls.
"""

from sandbox.erpnext.arguments import decoded, list_query
from sandbox.erpnext.calling import Caller
from sandbox.erpnext.errors import Refusal, not_found, unknown_column, validation
from sandbox.erpnext.metadata import SYSTEM_LABELS
from sandbox.erpnext.records import Values

LARGEST_BATCH = 200


def _document(doc: object) -> tuple[str, Values]:
    found = decoded(doc)
    if not isinstance(found, dict):
        raise Refusal.crashed("TypeError", "doc must be a dictionary")
    return str(found.get("doctype") or ""), found


def get_count(caller: Caller, doctype: str, filters: object = None) -> object:
    """How many documents fit."""
    if not caller.site.catalogue.exists(doctype):
        message = f"(1146, \"Table 'sandbox.tab{doctype}' doesn't exist\")"
        raise Refusal.crashed("ProgrammingError", message, module="pymysql.err")
    try:
        return caller.site.count(doctype, decoded(filters) if filters else None)
    except Refusal as refusal:
        if refusal.exc_type != "DataError":
            raise
        raise unknown_column(refusal.message.rpartition(" ")[2], "WHERE") from refusal


def get_list(caller: Caller, doctype: str, parent: str = "") -> object:
    """A list query; `limit` means nothing to it."""
    given = {key: value for key, value in caller.arguments.items() if key != "limit"}
    wanted = list_query(given)
    return caller.site.query(doctype, wanted, parent=parent or None, user=caller.user).dictionaries()


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


def get_value(caller: Caller, doctype: str, fieldname: object, filters: object = None) -> object:
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
        made = [caller.site.insert(*_document(each), user=caller.user, named=False) for each in documents]
    return [document["name"] for document in made]


def save(caller: Caller, doc: object) -> object:
    """Write a whole document back."""
    doctype, values = _document(doc)
    values = {"modified": None, **values}
    return caller.shown(doctype, caller.site.update(doctype, values.get("name"), values, user=caller.user))


def submit(caller: Caller, doc: object) -> object:
    """Submit a document, given whole and fresh."""
    doctype, values = _document(doc)
    values = {"modified": None, **values, "docstatus": 1}
    return caller.shown(doctype, caller.site.update(doctype, values.get("name"), values, user=caller.user))


def cancel(caller: Caller, doctype: str, name: object) -> object:
    """Cancel a submitted document."""
    return caller.shown(doctype, caller.site.update(doctype, name, {"docstatus": 2}, user=caller.user))


def delete(caller: Caller, doctype: str, name: object) -> object:
    """Delete a document."""
    caller.site.delete(doctype, name, user=caller.user)
    return None


def set_value(caller: Caller, doctype: str, name: object, fieldname: object, value: object = None) -> object:
    """Write one field or several; of a row, through the document that holds it."""
    if isinstance(fieldname, str):
        found = decoded(fieldname) if fieldname.startswith("{") else {fieldname: value}
    else:
        found = fieldname
    values: Values = dict(found) if isinstance(found, dict) else {}
    if isinstance(fieldname, str) and fieldname in SYSTEM_LABELS:
        raise validation("Cannot edit standard fields")
    kind = caller.site.catalogue.get(doctype)
    if not kind.istable:
        return caller.shown(doctype, caller.site.update(doctype, name, values, user=caller.user))
    row = caller.site.get(doctype, name, user=caller.user)
    parent, table = str(row["parenttype"]), str(row["parentfield"])
    rows = caller.site.get(parent, row["parent"], user=caller.user)[table]
    changed = [
        {**each, **values} if each["name"] == row["name"] else each for each in (rows if isinstance(rows, list) else [])
    ]
    return caller.shown(parent, caller.site.update(parent, row["parent"], {table: changed}, user=caller.user))


def bulk_update(caller: Caller, docs: object) -> object:
    """Write several documents, each for itself; answers those that were refused.

    The documents must come as JSON text.
    """
    listed = decoded(docs)
    if not isinstance(docs, str) or not isinstance(listed, list):
        raise Refusal.crashed("TypeError", "the JSON object must be str, bytes or bytearray, not list")
    failed: list[Values] = []
    for each in listed:
        values = {key: value for key, value in each.items() if key not in {"doctype", "docname"}}
        try:
            caller.site.update(str(each["doctype"]), each["docname"], values, user=caller.user)
        except Refusal as refusal:
            failed.append({"doc": each, "exc": f"Traceback (most recent call last):\n{refusal.exc_type}"})
            caller.site.notices += refusal.notices
    return {"failed_docs": failed}


def validate_link(caller: Caller, doctype: str, docname: str, fields: object = None) -> object:
    """The exact name of a document, or nothing, with some of its fields."""
    wanted = decoded(fields) if fields else []
    names = ["name", *wanted] if isinstance(wanted, list) else ["name"]
    found = caller.site.list(doctype, fields=names, filters={"name": docname}, limit=1, user=caller.user)
    return dict(found[0]) if found else {"name": None}
