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
from sandbox.erpnext.metadata import DocType
from sandbox.erpnext.records import Values
from sandbox.erpnext.values import default_value, echoed, whole

_SITE_DEFAULTS = {
    "company": "default_company",
    "currency": "default_currency",
    "country": "country",
}


def given(doctype: DocType, values: Mapping[str, object]) -> Values:
    """What a caller's values say about the fields that the DocType has."""
    found: Values = {}
    for fieldname, value in values.items():
        field = doctype.by_name.get(fieldname)
        if field is not None:
            found[fieldname] = value if field.is_table else echoed(field, value)
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
    """Give every field that nobody filled its default, then the site's own."""
    site = {
        field: change.records.value("Global Defaults", "Global Defaults", setting)
        for field, setting in _SITE_DEFAULTS.items()
    }
    for doctype, document, _ in checks.documents(change):
        for field in doctype.columns:
            if document.get(field.fieldname) is None:
                default = default_value(field, now=change.now, user=change.user)
                if default is None and field.fieldtype == "Select" and field.choices:
                    default = field.choices[0]
                if default is None and field.fieldtype == "Link":
                    default = site.get(field.fieldname)
                if default is None and field.fieldtype == "Time":
                    default = str(change.now.time())
                document[field.fieldname] = echoed(field, default)


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
