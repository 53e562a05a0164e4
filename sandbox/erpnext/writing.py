"""The life of a document: inserted, updated, submitted, cancelled, deleted.

In: a DocType, values, and who sends them. Out: the document as the answer to the write shows it,
which is not always what a later read shows. Each write is one transaction with its name, its
rows, what follows from it and its record among the world's effects; all of it, or nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sandbox.erpnext import checks, naming
from sandbox.erpnext.content import sanitized
from sandbox.erpnext.documents.registry import rules_for
from sandbox.erpnext.documents.rules import Change
from sandbox.erpnext.drafting import clean, fill_defaults, given, place_rows, read_rows
from sandbox.erpnext.errors import Notice, Refusal, not_found, stale, validation
from sandbox.erpnext.links import refuse_if_linked
from sandbox.erpnext.metadata import DocType, Right
from sandbox.erpnext.passwords import hide_passwords
from sandbox.erpnext.permissions import ADMINISTRATOR, Permissions
from sandbox.erpnext.records import Records, Values
from sandbox.erpnext.values import moment_text, whole

Verb = Literal["insert", "update", "submit", "cancel", "delete"]
LONGEST_NAME = 140
_DRAFT, _SUBMITTED, _CANCELLED = 0, 1, 2


class Writing:
    """Writes to one site's documents."""

    def __init__(self, records: Records, permissions: Permissions) -> None:
        self._records = records
        self._permissions = permissions
        self.notices: list[Notice] = []
        """What writes that went well had to say; whoever answers takes it."""

    def insert(self, doctype: DocType, values: Mapping[str, object], *, user: str, named: bool = True) -> Values:
        """Make a document; `named` says whether a name among the values counts."""
        with self._records.world.transaction():
            change = self._new(doctype, values, user)
            self._permissions.require(user, doctype, "create", occasion="write")
            rules = rules_for(doctype.name)
            rules.prepare(change)
            checks.links_exist(change)
            change.document["name"] = self._name(change, values.get("name") if named else None)
            self._settle(change)
            self._insert_rows(change)
            rules.after_save(change)
            shown = dict(change.document)
            if change.document["docstatus"] == _SUBMITTED:
                rules.on_submit(change)
            self._record("insert", change, given(doctype, values))
        self.notices += change.notices
        return shown

    def update(self, doctype: DocType, name: object, values: Mapping[str, object], *, user: str) -> Values:
        """Change a document. Raises Refusal when `modified` tells that it is another by now."""
        with self._records.world.transaction():
            change = self._changed(doctype, name, values, user)
            right, verb = self._transition(change)
            self._permissions.require(
                user,
                self._guardian(doctype, change.document),
                right,
                occasion="write",
                document=change.before,
            )
            rules = rules_for(doctype.name)
            if before_submission(change):
                rules.prepare(change)
            if verb != "cancel":
                checks.links_exist(change)
            self._settle(change, checked=verb != "cancel")
            self._write_changes(change)
            rules.after_save(change)
            if verb == "submit":
                rules.on_submit(change)
            elif verb == "cancel":
                rules.on_cancel(change)
                refuse_if_linked(self._records, doctype, str(change.document["name"]), cancel=True)
            sent = given(doctype, values)
            self._record(verb, change, {key: sent[key] for key in sent if change.changed(key)})
        self.notices += change.notices
        return change.document

    def run_method(
        self, doctype: DocType, name: object, method: str, arguments: Mapping[str, object], *, user: str
    ) -> bool:
        """Run a document's own method and save it; False when it has none of that name."""
        with self._records.world.transaction():
            change = self._changed(doctype, name, {}, user)
            found = rules_for(doctype.name).run(change, method, arguments)
            if found:
                self._settle(change)
                self._write_changes(change)
                self._record("update", change, {"run_method": method})
        return found

    def _make(self, doctype_name: str, values: Mapping[str, object]) -> Values:
        """What a document makes of its own accord is nobody's doing, so no right is asked."""
        return self.insert(self._records.catalogue.get(doctype_name), values, user=ADMINISTRATOR)

    def delete(self, doctype: DocType, name: object, *, user: str) -> None:
        """Delete a document. Raises Refusal when it is submitted or others point at it."""
        with self._records.world.transaction():
            before = self._records.load(doctype, name)
            self._permissions.require(
                user,
                self._guardian(doctype, before or {}),
                "delete",
                occasion="delete",
                document=before,
            )
            if before is None:
                raise not_found(doctype.name, name, told=False)
            if before["docstatus"] == _SUBMITTED:
                raise validation(
                    f"{doctype.name} {name}: Submitted Record cannot be deleted. You must cancel it first."
                )
            change = self._change(doctype, before, before, user, self._records.now())
            rules_for(doctype.name).on_trash(change)
            refuse_if_linked(self._records, doctype, str(before["name"]), cancel=False)
            self._records.delete_row(doctype, before["name"])
            self._record("delete", change, {})

    def _change(self, doctype: DocType, document: Values, before: Values | None, user: str, now: datetime) -> Change:
        return Change(self._records, doctype, document, before, user, now, self._make)

    def _new(self, doctype: DocType, values: Mapping[str, object], user: str) -> Change:
        now = self._records.now()
        document: Values = {
            "name": None,
            "owner": user,
            "creation": moment_text(now),
            "modified": moment_text(now),
            "modified_by": user,
            "docstatus": whole(values.get("docstatus")),
            "idx": whole(values.get("idx")),
            **given(doctype, values),
            "doctype": doctype.name,
        }
        if doctype.istable:
            document |= {key: values.get(key) for key in ("parent", "parentfield", "parenttype")}
        if document["docstatus"] == _CANCELLED:
            raise Refusal.thrown("DocstatusTransitionError", "Cannot insert a cancelled document")
        change = self._change(doctype, document, None, user, now)
        read_rows(change)
        fill_defaults(change)
        return change

    def _changed(self, doctype: DocType, name: object, values: Mapping[str, object], user: str) -> Change:
        before = self._records.load(doctype, name)
        self._permissions.require(
            user, self._guardian(doctype, before or {}), "write", occasion="write", document=before
        )
        if before is None or values.get("name", before["name"]) != before["name"]:
            raise not_found(doctype.name, values.get("name", name))
        rules_for(doctype.name).on_load(self._records, before)
        now = self._records.now()
        expected = values.get("modified", before["modified"])
        document = {
            **before,
            **given(doctype, values),
            **{key: values[key] for key in ("creation", "owner") if key in values},
            "docstatus": whole(values.get("docstatus", before["docstatus"])),
            "modified": moment_text(now),
            "modified_by": user,
        }
        change = self._change(doctype, document, before, user, now)
        if before["docstatus"] == _CANCELLED:
            raise Refusal(417, "ValidationError", "Cannot edit cancelled document")
        if str(expected) != str(before["modified"]) and not doctype.issingle:
            raise stale(str(before["modified"]), moment_text(now))
        read_rows(change)
        fill_defaults(change)
        return change

    def _transition(self, change: Change) -> tuple[Right, Verb]:
        """The right that a change of docstatus needs, and what it is called."""
        before = whole((change.before or {}).get("docstatus"))
        after = whole(change.document["docstatus"])
        if after == before:
            return "write", "update"
        steps: dict[tuple[int, int], tuple[Right, Verb]] = {
            (_DRAFT, _SUBMITTED): ("submit", "submit"),
            (_SUBMITTED, _CANCELLED): ("cancel", "cancel"),
        }
        step = steps.get((before, after))
        if step is None or not change.doctype.is_submittable:
            names = ("Draft", "Submitted", "Cancelled")
            told = [f"{each} ({names[each]})" if each < len(names) else str(each) for each in (before, after)]
            raise Refusal(417, "DocstatusTransitionError", f"Cannot change docstatus from {told[0]} to {told[1]}")
        return step

    def _guardian(self, doctype: DocType, document: Mapping[str, object]) -> DocType:
        """The DocType whose permissions count: a row's is that of its parent."""
        parenttype = document.get("parenttype") if doctype.istable else None
        return self._records.catalogue.get(str(parenttype)) if parenttype else doctype

    def _name(self, change: Change, wanted: object) -> str | int:
        doctype, document = change.doctype, change.document
        with self._records.world.transaction() as connection:
            if document.get("amended_from"):
                return self._amended_name(change)
            if wanted and not (doctype.autoname == "autoincrement" and isinstance(wanted, int)):
                name: str | int = sanitized(str(wanted))
                kind, _, fieldname = doctype.autoname.partition(":")
                if kind == "field":
                    document[fieldname] = name
            else:
                own = rules_for(doctype.name).name(change)
                name = own or naming.automatic_name(connection, doctype, document, change.now)
                naming.refuse_special_characters(str(name))
        return name

    def _amended_name(self, change: Change) -> str:
        original = str(change.document["amended_from"])
        earlier = self._records.values(change.doctype.name, original, ["docstatus", "amended_from"])
        if earlier.get("docstatus") != _CANCELLED:
            raise validation(f"{original} is not cancelled: only a cancelled one is amended")
        return naming.amended_name(original, already_amended=bool(earlier.get("amended_from")))

    def _settle(self, change: Change, *, checked: bool = True) -> None:
        """Everything that makes the document fit to be written; a cancellation is not checked."""
        document = change.document
        was_submitted = not before_submission(change)
        if not was_submitted:
            checks.fetched(change)
            rules_for(change.doctype.name).validate(change)
        place_rows(change)
        for check in checks.CHECKS if checked else ():
            check(change)
        if was_submitted and document["docstatus"] == _SUBMITTED:
            checks.submitted_kept(change)
        if len(str(document["name"])) > LONGEST_NAME:
            raise Refusal.crashed(
                "DataError",
                "(1406, \"Data too long for column 'name' at row 1\")",
                module="pymysql.err",
            )
        for doctype, row, _ in checks.documents(change):
            clean(doctype, row)
            hide_passwords(self._records, doctype, row)

    def _insert_rows(self, change: Change) -> None:
        for doctype, document, _ in checks.documents(change):
            self._records.insert_row(doctype, document)

    def _write_changes(self, change: Change) -> None:
        doctype, document = change.doctype, change.document
        before = change.before or {}
        names = [*doctype.system_columns, *(field.fieldname for field in doctype.columns)]
        changed = {name: document[name] for name in names if document[name] != before[name]}
        self._records.update_row(doctype, before["name"], changed)
        for field in doctype.tables:
            if field.options in self._records.catalogue:
                self._replace_rows(change, field.fieldname, field.options)

    def _replace_rows(self, change: Change, fieldname: str, child_name: str) -> None:
        parent = str(change.document["name"])
        self._records.delete_rows(child_name, change.doctype.name, parent, fieldname)
        child = self._records.catalogue.get(child_name)
        for row in change.rows(fieldname):
            self._records.insert_row(child, row)

    def _record(self, verb: Verb, change: Change, detail: Values) -> None:
        shown = {key: "********" if _is_password(change.doctype, key) else value for key, value in detail.items()}
        self._records.world.record_effect(
            system="erpnext",
            verb=verb,
            actor=change.user,
            target=f"{change.doctype.name}/{change.document['name']}",
            detail=shown,
        )


def before_submission(change: Change) -> bool:
    """Whether the document may still be worked out anew."""
    return whole((change.before or {}).get("docstatus")) == _DRAFT


def _is_password(doctype: DocType, fieldname: str) -> bool:
    field = doctype.by_name.get(fieldname)
    return field is not None and field.fieldtype == "Password"
