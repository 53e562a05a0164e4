"""What every document must satisfy, whatever its DocType.

In: a change with its values filled in. Out: nothing, or the refusal of the first kind of fault
found, with one message for each fault of that kind. Links are put into their exact spelling.
"""

from collections.abc import Callable, Iterator

from sandbox.erpnext.documents.rules import Change
from sandbox.erpnext.errors import Notice, Refusal, validation
from sandbox.erpnext.metadata import LONG_TEXTS, DocType, Field
from sandbox.erpnext.records import Records, Values
from sandbox.erpnext.values import echoed, stored, whole

LONGEST_DATA = 140
LARGEST_INT = 2147483647


def documents(change: Change) -> Iterator[tuple[DocType, Values, int]]:
    """The document and then its rows, each with its DocType and its row number (0: itself)."""
    yield change.doctype, change.document, 0
    for field in change.doctype.tables:
        rows = change.rows(field.fieldname)
        if rows:
            child = change.records.catalogue.get(field.options)
            for number, row in enumerate(rows, start=1):
                yield child, row, number


def links_exist(change: Change) -> None:
    """Every Link names a document. Raises Refusal (LinkValidationError) otherwise."""
    missing: list[str] = []
    for doctype, document, number in documents(change):
        for field in doctype.columns:
            if field.fieldtype not in {"Link", "Dynamic Link"} or not document.get(field.fieldname):
                continue
            target = _link_target(doctype, document, field)
            value = document[field.fieldname]
            exact = _exact(change.records, target, value)
            if exact is None:
                where = f"Row #{number}: " if number else ""
                missing.append(f"{where}{field.label}: {value}")
            else:
                document[field.fieldname] = exact
    if missing:
        message = "Could not find " + ", ".join(missing)
        raise Refusal.thrown("LinkValidationError", message)


def _link_target(doctype: DocType, document: Values, field: Field) -> str:
    if field.fieldtype == "Link":
        return field.options
    target = document.get(field.options)
    if not target:
        raise validation(f"{doctype.label(field.options)} must be set first")
    return str(target)


def _exact(records: Records, target: str, value: object) -> str | int | None:
    if target == "DocType":
        return str(value) if records.catalogue.exists(str(value)) else None
    return records.find(target, value)


def fetched(change: Change) -> None:
    """Fill the fields that copy a value from a linked document; what was sent for them does not count."""
    for doctype, document, _ in documents(change):
        for field in doctype.columns:
            link, _, source = field.fetch_from.partition(".")
            if not source or not document.get(link):
                continue
            target = doctype.by_name.get(link)
            if target and target.fieldtype == "Link" and target.options in change.records.catalogue:
                found = change.records.value(target.options, document[link], source)
                document[field.fieldname] = document.get(field.fieldname) if found is None else found


def mandatory_filled(change: Change) -> None:
    """Every required field has a value. Raises Refusal (MandatoryError) otherwise."""
    missing: list[str] = []
    notices: list[Notice] = []
    for doctype, document, number in documents(change):
        for field in doctype.fields:
            if not field.reqd or field.is_number or not _is_empty(document.get(field.fieldname)):
                continue
            missing.append(field.fieldname)
            text = (
                f"<strong>{doctype.name}</strong> Row #{number}: Value missing for: {field.label}"
                if number
                else f"Value missing for {doctype.name}: {field.label}"
            )
            notices.append(Notice(f"Error: {text}"))
    if missing:
        where = f"[{change.doctype.name}, {change.document.get('name')}]"
        message = f"{where}: {', '.join(missing)}"
        raise Refusal(417, "MandatoryError", message, notices=notices)


def _is_empty(value: object) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def choices_offered(change: Change) -> None:
    """Every Select holds one of its choices. Raises Refusal otherwise."""
    for doctype, document, number in documents(change):
        for field in doctype.columns:
            value = document.get(field.fieldname)
            if field.fieldtype != "Select" or value in {None, ""} or not field.choices:
                continue
            if field.fieldname != "naming_series" and str(value) not in field.choices:
                offered = '", "'.join(choice for choice in field.choices if choice)
                where = f"Row #{number}:" if number else ""
                raise validation(f'{where} {field.label} cannot be "{value}". It should be one of "{offered}"')


def lengths_kept(change: Change) -> None:
    """No text or number is too long for its column. Raises Refusal otherwise."""
    for doctype, document, number in documents(change):
        for field in doctype.columns:
            value = document.get(field.fieldname)
            longest = _longest(field)
            if value is None or longest is None:
                continue
            size = abs(whole(value)) if field.fieldtype == "Int" else len(str(value))
            if size > longest:
                where = f"Row #{number}: " if number else ""
                raise Refusal.thrown(
                    "CharacterLengthExceededError",
                    f"{where}{change.doctype.name} {change.document.get('name')}:"
                    f" '<strong>{field.label}</strong>' ({value}) will get truncated,"
                    f" as max characters allowed is {longest}",
                    title="Value too big",
                )


def _longest(field: Field) -> int | None:
    if field.fieldtype == "Int":
        return LARGEST_INT
    if field.is_number or field.fieldtype in LONG_TEXTS or field.fieldtype in {"Time", "Date"}:
        return None
    return field.length or LONGEST_DATA


def constants_kept(change: Change) -> None:
    """Who made a document, and when, never changes. Raises Refusal otherwise."""
    fixed = ["creation", "owner"]
    fixed += [field.fieldname for field in change.doctype.columns if field.set_only_once]
    for fieldname in fixed:
        earlier = (change.before or {}).get(fieldname)
        if earlier and change.changed(fieldname):
            label = change.doctype.label(fieldname)
            raise Refusal.thrown(
                "CannotChangeConstantError",
                f"Value cannot be changed for <strong>{label}</strong>",
            )


def submitted_kept(change: Change) -> None:
    """After its submission a document changes only where it may. Raises Refusal otherwise."""
    before = change.before or {}
    _row_kept(change.doctype, before, change.document, "")
    for field in change.doctype.tables:
        if field.allow_on_submit or field.options not in change.records.catalogue:
            continue
        child = change.records.catalogue.get(field.options)
        earlier, later = before.get(field.fieldname), change.rows(field.fieldname)
        rows = earlier if isinstance(earlier, list) else []
        if len(rows) != len(later):
            raise _locked("", field.label, f"{len(rows)} rows", f"{len(later)} rows")
        for number, (old, new) in enumerate(zip(rows, later, strict=True), start=1):
            _row_kept(child, old, new, f"Row #{number}:")


def _row_kept(doctype: DocType, before: Values, after: Values, where: str) -> None:
    for field in doctype.columns:
        if field.allow_on_submit or field.fieldname not in after:
            continue
        old = before.get(field.fieldname)
        new = after[field.fieldname]
        if _kept(doctype, field, old) != _kept(doctype, field, new):
            shown_old = echoed(field, old) if field.is_number else old
            shown_new = echoed(field, new) if field.is_number else new
            raise _locked(where, field.label, shown_old, shown_new)


def _kept(doctype: DocType, field: Field, value: object) -> object:
    return stored(doctype.name, field, echoed(field, value)) or None


def _locked(where: str, label: str, old: object, new: object) -> Refusal:
    return Refusal.thrown(
        "UpdateAfterSubmitError",
        f"{where} Not allowed to change <strong>{label}</strong> after submission"
        f" from <strong>{old}</strong> to <strong>{new}</strong>",
    )


CHECKS: tuple[Callable[[Change], None], ...] = (
    mandatory_filled,
    choices_offered,
    lengths_kept,
    constants_kept,
)
