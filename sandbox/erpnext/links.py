"""Which documents point at a document, so that it is neither deleted nor cancelled under them.

In: a document. Out: nothing, or the refusal that names the first document pointing at it.
Comments and other traces of what people did never stand in the way.
"""

from sandbox.erpnext.errors import Refusal
from sandbox.erpnext.metadata import DocType
from sandbox.erpnext.records import Records
from sandbox.erpnext.sql import statement

TRACES = frozenset({"Comment", "Communication", "ToDo"})
_SUBMITTED = 1


def refuse_if_linked(records: Records, doctype: DocType, name: str, *, cancel: bool) -> None:
    """Raise Refusal when another document points at this one; for a cancel, a submitted one."""
    for other in records.catalogue:
        if other.name in TRACES:
            continue
        for field in other.columns:
            if field.fieldtype == "Link" and field.options == doctype.name:
                condition, parameters = f'"{field.fieldname}" = ?', (name,)
            elif field.fieldtype == "Dynamic Link":
                condition = f'"{field.fieldname}" = ? AND "{field.options}" = ?'
                parameters = (name, doctype.name)  # type: ignore[assignment]
            else:
                continue
            if cancel:
                condition += f' AND "docstatus" = {_SUBMITTED}'
            found = _pointing(records, other, condition, parameters)
            if found and found != (doctype.name, name):
                raise linked(doctype.name, name, *found)


def linked(doctype: str, name: str, other: str, other_name: str) -> Refusal:
    """The refusal that names both documents."""
    return Refusal.thrown(
        "LinkExistsError",
        f'Cannot delete or cancel because {doctype} <a href="/app/Form/{doctype}/{name}">{name}</a>'
        f' is linked with {other} <a href="/app/Form/{other}/{other_name}">{other_name}</a>',
    )


def _pointing(
    records: Records, doctype: DocType, condition: str, parameters: tuple[str, ...]
) -> tuple[str, str] | None:
    columns = "parenttype, parent" if doctype.istable else f"'{doctype.name}', name"
    with records.world.reading() as connection:
        row = connection.execute(
            statement("SELECT", columns, "FROM", doctype.table, "WHERE", condition, "LIMIT 1"),
            parameters,
        ).fetchone()
    return (str(row[0]), str(row[1])) if row else None
