"""DocTypes and Custom Fields as documents: what a site's set-up reads and makes over REST.

In: changes to documents of the DocTypes `DocType` and `Custom Field`. Out: the catalogue follows.
"""

from collections import Counter
from typing import cast

from sandbox.erpnext.documents.rules import Change, Rules
from sandbox.erpnext.errors import Notice, Refusal, validation
from sandbox.erpnext.metadata import (
    CHILD_COLUMNS,
    DOCUMENT_COLUMNS,
    FIELDTYPES,
    LAYOUT,
)
from sandbox.erpnext.naming import hash_name
from sandbox.erpnext.records import Records, Values
from sandbox.erpnext.values import echoed

_MODULE = "frappe.core.doctype.doctype.doctype"
_LISTED = 4
_RESERVED = frozenset(DOCUMENT_COLUMNS) | frozenset(CHILD_COLUMNS) | {"doctype"}


class DocTypeRules(Rules):
    """Making, changing and dropping DocTypes."""

    def name(self, change: Change) -> str | None:
        """A DocType is called what its maker says."""
        return str(change.document.get("name") or "") or None

    def validate(self, change: Change) -> None:
        """Refuse what the real thing refuses of a new DocType."""
        document = change.document
        if change.is_new and not document.get("custom"):
            raise Refusal.thrown(
                "CannotCreateStandardDoctypeError",
                "Not in Developer Mode! Set in site_config.json or make 'Custom' DocType.",
                module=_MODULE,
            )
        if change.is_new and change.records.catalogue.exists(str(document["name"])):
            raise _exists(str(document["name"]))
        for number, row in enumerate(change.rows("fields"), start=1):
            _check_field(change, row, number)
        counted = Counter(row.get("fieldname") for row in change.rows("fields"))
        for fieldname, times in counted.items():
            if times > 1:
                raise _refused("UniqueFieldnameError", change, f"Fieldname {fieldname} appears multiple times")
        _complete(change)

    def after_save(self, change: Change) -> None:
        """Bring the catalogue and the tables up to date."""
        change.records.catalogue.install(change.document)

    def on_trash(self, change: Change) -> None:
        """Forget the DocType; its documents stay in the database, for one that is made again."""
        change.records.catalogue.remove(str(change.document["name"]))

    def on_load(self, records: Records, document: Values) -> None:
        """Show the fields and permissions that the catalogue holds."""
        definition = records.catalogue.definition(str(document["name"]))
        for table in ("fields", "permissions"):
            rows = cast("list[Values]", definition.get(table) or [])
            document[table] = [
                {"idx": number, "parent": document["name"], "parentfield": table, "parenttype": "DocType", **row}
                for number, row in enumerate(rows, start=1)
            ]
            for row in cast("list[Values]", document[table]):
                row.pop("__unsaved", None)


class CustomFieldRules(Rules):
    """Fields that a site adds to DocTypes."""

    def name(self, change: Change) -> str | None:
        """A custom field is called after its DocType and itself."""
        document = change.document
        if not document.get("fieldname"):
            label = str(document.get("label") or "").lower().replace(" ", "_")
            document["fieldname"] = f"custom_{label}"
        return f"{document.get('dt')}-{document['fieldname']}"

    def validate(self, change: Change) -> None:
        """Refuse a field that the DocType has already."""
        doctype = change.records.catalogue.get(str(change.document["dt"]))
        fieldname = str(change.document["fieldname"])
        if change.is_new and fieldname in doctype.by_name:
            raise validation(f"A field with the name <strong>{fieldname}</strong> already exists in {doctype.name}")

    def after_save(self, change: Change) -> None:
        """Give the DocType the field."""
        if change.is_new:
            change.records.catalogue.add_field(str(change.document["dt"]), change.document)

    def on_trash(self, change: Change) -> None:
        """Take the field from the DocType."""
        document = change.document
        change.records.catalogue.remove_field(str(document["dt"]), str(document["fieldname"]))


def _check_field(change: Change, row: Values, number: int) -> None:
    fieldtype, fieldname = str(row.get("fieldtype")), str(row.get("fieldname") or "")
    if fieldtype not in FIELDTYPES:
        offered = '", "'.join(sorted(FIELDTYPES))
        raise validation(f'Row #{number}: Type cannot be "{fieldtype}". It should be one of "{offered}"')
    if fieldname in _RESERVED and fieldtype not in LAYOUT:
        raise Refusal.thrown("InvalidFieldNameError", f"Fieldname {fieldname} is restricted", module=_MODULE)
    own = str(change.document["name"])
    target = str(row.get("options") or "")
    needs_doctype = fieldtype in {"Link", "Table"}
    if needs_doctype and target != own and not change.records.catalogue.exists(target):
        raise _refused(
            "WrongOptionsDoctypeLinkError",
            change,
            f"Options must be a valid DocType for field {row.get('label')} in row {number}",
        )


def _complete(change: Change) -> None:
    """What the real thing adds to the fields of a DocType."""
    document, rows = change.document, change.rows("fields")
    known = {row.get("fieldname") for row in rows}
    if document.get("is_submittable") and "amended_from" not in known:
        rows.append(_amended_from(change))
    if document.get("autoname") == "autoincrement":
        document["allow_rename"] = 0
    if not any(row.get("in_list_view") for row in rows):
        for row in [row for row in rows if row.get("reqd") and not row.get("hidden")][:_LISTED]:
            row["in_list_view"] = 1
    for row in rows:
        if row.get("fieldtype") == "Check":
            row["default"] = row.get("default") or "0"


def _amended_from(change: Change) -> Values:
    kind = change.records.catalogue.get("DocField")
    defaults = {field.fieldname: echoed(field, field.default) for field in kind.columns}
    return {
        **defaults,
        "name": hash_name(),
        "doctype": kind.name,
        "label": "Amended From",
        "fieldname": "amended_from",
        "fieldtype": "Link",
        "options": change.document["name"],
        "no_copy": 1,
        "print_hide": 1,
        "read_only": 1,
        "search_index": 1,
    }


def _refused(exc_type: str, change: Change, text: str) -> Refusal:
    return Refusal.thrown(exc_type, f"{change.document['name']}: {text}", module=_MODULE)


def _exists(name: str) -> Refusal:
    notice = Notice(f"DocType <strong>{name}</strong> already exists", "Duplicate Name", "red")
    return Refusal(409, "DuplicateEntryError", f"('DocType', '{name}')", notices=[notice])
