"""The seam where one DocType's own behaviour hangs: filling in, checking, following up.

In: a change to one document, on its way. Out: the same document, completed, or a refusal.
A rule writes through `change.records` only, so that everything stays in one transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.erpnext.errors import Notice
from sandbox.erpnext.metadata import DocType
from sandbox.erpnext.records import Records, Values


@dataclass
class Change:
    """One document on its way into the database, and what it was before."""

    records: Records
    doctype: DocType
    document: Values
    before: Values | None
    user: str
    now: datetime
    make: Callable[[str, Mapping[str, object]], Values]
    """Insert another document in the same transaction, by its own DocType's rules."""
    notices: list[Notice] = field(default_factory=list)
    """What the person at the screen is told although all went well."""

    @property
    def is_new(self) -> bool:
        """Whether the document does not exist yet."""
        return self.before is None

    def changed(self, fieldname: str) -> bool:
        """Whether the change gives a field another value."""
        earlier = self.before.get(fieldname) if self.before else None
        return bool(earlier != self.document.get(fieldname))

    def rows(self, fieldname: str) -> list[Values]:
        """The rows of one of the document's tables."""
        found = self.document.get(fieldname)
        return found if isinstance(found, list) else []

    def set_now(self, values: Mapping[str, object]) -> None:
        """Write some fields of the document at once, once it is in the database."""
        self.document.update(values)
        if self.before is not None:
            self.before.update(values)
        self.records.update_row(self.doctype, self.document["name"], values)


class Rules:
    """What happens to documents of one DocType; nothing, unless a subclass says so."""

    def name(self, change: Change) -> str | None:
        """A name of its own; None leaves it to the DocType's rule."""
        del change
        return None

    def prepare(self, change: Change) -> None:
        """Fill in what follows from the document, before its links are checked."""

    def validate(self, change: Change) -> None:
        """Compute and check, before mandatory fields are."""

    def after_save(self, change: Change) -> None:
        """Follow up on an insert or an update."""

    def on_submit(self, change: Change) -> None:
        """Follow up on a submit; the answer to an insert does not show what is written here."""

    def on_cancel(self, change: Change) -> None:
        """Follow up on a cancellation."""

    def on_trash(self, change: Change) -> None:
        """Refuse or follow up on a deletion."""

    def run(self, change: Change, method: str, arguments: Mapping[str, object]) -> bool:
        """Do what one of the document's own methods does; False when it has none of that name."""
        del change, method, arguments
        return False

    def on_load(self, records: Records, document: Values) -> None:
        """Complete a document that is read."""
