"""From what a caller sent to a document that can be checked: types, rows, defaults.

In: values as they came over the wire. Out: a document whose numbers are numbers, whose rows know
their document, and whose empty fields hold their defaults. Nothing is refused here but what has
no shape at all.
"""

from collections.abc import Mapping

from sandbox.erpnext import checks, naming
from sandbox.erpnext.content import sanitized
from sandbox.erpnext.documents.rules import Change
from sandbox.erpnext.errors import Refusal
from sandbox.erpnext.metadata import DocType, Field
from sandbox.erpnext.records import Values
from sandbox.erpnext.values import default_value, echoed, whole

_SITE_DEFAULTS = {
    "company": "default_company",
    "currency": "default_currency",
    "country": "country",
    "disable_rounded_total": "disable_rounded_total",
}


def given(doctype: DocType, values: Mapping[str, object]) -> Values:
    """What a caller's values say about the fields that the DocType has."""
    found: Values = {}
    for fieldname, value in values.items():
        field = doctype.by_name.get(fieldname)
        if field is not None:
            blank = field.unique and isinstance(value, str) and not value.strip()
            found[fieldname] = value if field.is_table else echoed(field, None if blank else value)
    return found


def read_rows(change: Change) -> None:
    """Turn what was sent as a table into rows that know their parent."""
    for field in change.doctype.tables:
        sent = change.document.get(field.fieldname) or []
        if not isinstance(sent, list):
            raise Refusal.crashed("TypeError", "'str' object does not support item assignment")
        rows: list[Values] = []
        for sent_row in sent:
            child = change.records.catalogue.get(field.options)
            unsaved = bool(sent_row.get("__unsaved") or not sent_row.get("name"))
            row: Values = {
                "name": sent_row.get("name") or naming.hash_name(),
                "idx": whole(sent_row.get("idx")),
                **given(child, sent_row),
                "doctype": child.name,
            }
            if unsaved:
                row["__unsaved"] = 1
            rows.append(row)
        change.document[field.fieldname] = rows


def fill_defaults(change: Change) -> None:
    """Give every field that nobody filled the site's default, or its own; of a document that exists, in new rows."""
    site = {
        field: change.records.value("Global Defaults", "Global Defaults", setting)
        for field, setting in _SITE_DEFAULTS.items()
    }
    for doctype, document, _ in checks.documents(change):
        if not (change.is_new or document.get("__unsaved")):
            continue
        for field in doctype.columns:
            if document.get(field.fieldname) is None:
                default = site.get(field.fieldname) if field.fieldtype in {"Link", "Check"} else None
                document[field.fieldname] = echoed(field, _own_default(change, field) if default is None else default)


def _own_default(change: Change, field: Field) -> object:
    default = default_value(field, now=change.now, user=change.user)
    if default is None and field.fieldtype == "Select" and field.choices:
        return field.choices[0]
    if default is None and field.fieldtype == "Time":
        return str(change.now.time())
    return default


def place_rows(change: Change) -> None:
    """Give every row its place, and what it shares with its document."""
    shared = {key: change.document[key] for key in ("creation", "owner", "modified", "modified_by", "docstatus")}
    for field in change.doctype.tables:
        for number, row in enumerate(change.rows(field.fieldname), start=1):
            row.update(
                shared,
                parent=change.document["name"],
                parentfield=field.fieldname,
                parenttype=change.doctype.name,
                idx=row.get("idx") or number,
            )
            child = change.records.catalogue.get(field.options)
            for column in child.columns:
                row[column.fieldname] = echoed(column, row.get(column.fieldname))


def clean(doctype: DocType, document: Values) -> None:
    """Take out of a document's texts what could run in a browser."""
    for field in doctype.columns:
        value = document.get(field.fieldname)
        if isinstance(value, str) and ("<" in value or ">" in value):
            document[field.fieldname] = sanitized(value)
