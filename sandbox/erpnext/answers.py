"""How documents look in answers.

In: documents as the engine holds them. Out: what goes over the wire. A single document leaves
out what is null, unless the method shows everything.
"""

from sandbox.erpnext.metadata import DocType
from sandbox.erpnext.records import Values


def document_answer(doctype: DocType, document: Values, *, nulls: bool = False) -> Values:
    """A document as an answer shows it."""
    shown = {
        key: [_row(row, nulls=nulls) for row in value] if isinstance(value, list) else value
        for key, value in document.items()
        if nulls or value is not None
    }
    if doctype.issingle:
        shown.pop("creation", None)
        shown["idx"] = "0"
    return shown


def _row(row: Values, *, nulls: bool) -> Values:
    return {key: value for key, value in row.items() if nulls or value is not None}
