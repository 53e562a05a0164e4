"""One ERPNext site: its documents, its users, its DocTypes, in one place.

In: calls from the API, from seeding and from tests. Out: documents.
Each call is whole: it happens with all that follows from it, or not at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import cast

from sandbox.erpnext import query
from sandbox.erpnext.catalogue import Catalogue, standard_definitions
from sandbox.erpnext.documents.registry import rules_for
from sandbox.erpnext.documents.user import new_key, set_keys
from sandbox.erpnext.errors import Notice, Refusal, not_found
from sandbox.erpnext.metadata import DocType
from sandbox.erpnext.naming import hash_name
from sandbox.erpnext.passwords import keep_secret
from sandbox.erpnext.permissions import ADMINISTRATOR, Permissions
from sandbox.erpnext.query import Answer, ListQuery
from sandbox.erpnext.records import Records, Values
from sandbox.erpnext.standard import STANDARD_RECORDS
from sandbox.erpnext.values import SqlValue, default_value, moment_text, stored
from sandbox.erpnext.writing import Writing
from sandbox.world import World

# How many documents are held in memory while many are written.
BATCH = 2000


class Site:
    """An ERPNext site kept in a world; made with its standard DocTypes when it is new."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.catalogue = Catalogue(world)
        self.records = Records(world, self.catalogue)
        self.permissions = Permissions(self.records)
        self._writing = Writing(self.records, self.permissions)
        with world.transaction():
            if self.catalogue.is_empty:
                self._create()
        self.catalogue.refresh()

    def _create(self) -> None:
        self.catalogue.create()
        installed = [self.catalogue.install(each) for each in standard_definitions()]
        for doctype in installed:
            self._list_doctype(doctype)
        for doctype_name, rows in STANDARD_RECORDS.items():
            self.insert_many_raw(doctype_name, rows)

    def install_doctype(self, definition: Mapping[str, object]) -> None:
        """Add a DocType from its JSON in Frappe's format; one that exists is brought up to date."""
        with self.world.transaction():
            self.catalogue.refresh()
            self._list_doctype(self.catalogue.install(definition))

    def _list_doctype(self, doctype: DocType) -> None:
        """Let the DocType show among the documents of `DocType`; a single holds its one document."""
        if self.records.find("DocType", doctype.name) is None:
            header = self.catalogue.get("DocType")
            definition = self.catalogue.definition(doctype.name)
            columns = {field.fieldname for field in header.columns}
            row = {key: value for key, value in definition.items() if key in columns}
            self.insert_many_raw("DocType", [{**row, "name": doctype.name}])
        if doctype.issingle and self.records.find(doctype.name, doctype.name) is None:
            self.insert_many_raw(doctype.name, [{"name": doctype.name}])

    def install_custom_field(self, doctype_name: str, field: Mapping[str, object]) -> None:
        """Add a field to a DocType, unless it has it."""
        self.catalogue.refresh()
        if field["fieldname"] not in self.catalogue.get(doctype_name).by_name:
            self.insert("Custom Field", {"dt": doctype_name, **field})

    def create_user(self, email: str, full_name: str, roles: Sequence[str], api_key: str, api_secret: str) -> None:
        """Add a user who acts through a key and its secret."""
        with self.world.transaction():
            first, _, last = full_name.partition(" ")
            known = set(self.records.matching("Role", disabled=0))
            self.insert_many_raw("Role", [{"name": role, "role_name": role} for role in roles if role not in known])
            self.insert(
                "User",
                {
                    "email": email,
                    "first_name": first,
                    "last_name": last,
                    "username": email,
                    "user_type": "System User",
                    "roles": [{"role": role} for role in roles],
                },
            )
            set_keys(self.records, email, api_key, api_secret)

    def set_password(self, user: str, password: str) -> None:
        """Give a user the password to log in with."""
        keep_secret(self.records, "User", user, "password", password)

    def generate_keys(self, user: str) -> str:
        """Give a user a fresh secret, and a key when there is none; returns the secret."""
        with self.world.transaction():
            found = self.records.values("User", user, ["name", "api_key"])
            if not found:
                raise not_found("User", user)
            secret = new_key()
            set_keys(self.records, user, str(found["api_key"] or new_key()), secret)
        return secret

    def insert(
        self,
        doctype_name: str,
        values: Mapping[str, object],
        *,
        user: str = ADMINISTRATOR,
        named: bool = True,
    ) -> Values:
        """Make a document; the answer is what a POST answers. Raises Refusal."""
        self.catalogue.refresh()
        doctype = self.catalogue.get(doctype_name)
        return self._writing.insert(doctype, values, user=user, named=named)

    def update(
        self,
        doctype_name: str,
        name: object,
        values: Mapping[str, object],
        *,
        user: str = ADMINISTRATOR,
    ) -> Values:
        """Change a document; the answer is what a PUT answers. Raises Refusal."""
        self.catalogue.refresh()
        doctype = self.catalogue.get(doctype_name)
        return self._writing.update(doctype, name, values, user=user)

    def run_method(
        self,
        doctype_name: str,
        name: object,
        method: str,
        arguments: Mapping[str, object] | None = None,
        *,
        user: str = ADMINISTRATOR,
    ) -> bool:
        """Run a document's own method; False when it has none of that name. Raises Refusal."""
        self.catalogue.refresh()
        doctype = self.catalogue.get(doctype_name)
        return self._writing.run_method(doctype, name, method, arguments or {}, user=user)

    @property
    def notices(self) -> list[Notice]:
        """What the writes of the present request had to say although they went well."""
        return self._writing.notices

    @notices.setter
    def notices(self, notices: list[Notice]) -> None:
        self._writing.notices = notices

    def delete(self, doctype_name: str, name: object, *, user: str = ADMINISTRATOR) -> None:
        """Delete a document. Raises Refusal."""
        self.catalogue.refresh()
        self._writing.delete(self.catalogue.get(doctype_name), name, user=user)

    def get(self, doctype_name: str, name: object, *, user: str = ADMINISTRATOR) -> Values:
        """One document with its rows. Raises Refusal: 404, or 403 before that."""
        self.catalogue.refresh()
        doctype = self.catalogue.get(doctype_name)
        document = self.records.load(doctype, name)
        if document is None:
            self.permissions.require(user, doctype, "read", occasion="write")
            raise not_found(doctype_name, name)
        guardian = doctype
        if doctype.istable and document.get("parenttype"):
            guardian = self.catalogue.get(str(document["parenttype"]))
        self.permissions.require(user, guardian, "read", occasion="document", document=document)
        rules_for(doctype.name).on_load(self.records, document)
        return document

    def list(
        self,
        doctype_name: str,
        *,
        fields: Sequence[object] = ("name",),
        filters: object = None,
        or_filters: object = None,
        order_by: str = "",
        group_by: str = "",
        limit_start: int = 0,
        limit: int = 0,
        parent: str | None = None,
        user: str = ADMINISTRATOR,
    ) -> list[dict[str, SqlValue]]:
        """Some fields of the documents that fit; all of them unless `limit` says. Raises Refusal."""
        wanted = ListQuery(tuple(fields), filters, or_filters, order_by, group_by, limit_start, limit)
        return self.query(doctype_name, wanted, parent=parent, user=user).dictionaries()

    def query(
        self,
        doctype_name: str,
        wanted: ListQuery,
        *,
        parent: str | None = None,
        user: str = ADMINISTRATOR,
    ) -> Answer:
        """The answer to a list query as `user` may see it. Raises Refusal."""
        self.catalogue.refresh()
        doctype = self.catalogue.get(doctype_name)
        guardian = doctype
        if doctype.istable:
            if not parent:
                raise Refusal(403, "PermissionError")
            guardian = self.catalogue.get(parent)
        self.permissions.require(user, guardian, "read", occasion="list")
        if doctype.issingle:
            raise Refusal.crashed("ProgrammingError", f"('DocType', '{doctype_name}')", module="pymysql.err")
        if self.permissions.owner_only(user, guardian):
            wanted = replace(wanted, owner=user)
        return query.run(self.world, self.catalogue, doctype, wanted, self.world.now())

    def count(self, doctype_name: str, filters: object = None, or_filters: object = None) -> int:
        """How many documents fit; permissions are not asked, as on a real site."""
        self.catalogue.refresh()
        doctype = self.catalogue.get(doctype_name)
        wanted = ListQuery(filters=filters, or_filters=or_filters)
        return query.count(self.world, self.catalogue, doctype, wanted, self.world.now())

    def insert_many_raw(self, doctype_name: str, rows: Iterable[Mapping[str, object]]) -> int:
        """Write many documents fast: defaults and types, no rule, no check, no effect.

        A row may hold its tables as lists of rows. Returns how many documents were written.
        """
        self.catalogue.refresh()
        doctype = self.catalogue.get(doctype_name)
        written = 0
        waiting = iter(rows)
        with self.world.transaction():
            stamp = moment_text(self.world.now())
            defaults = self._defaults(doctype)
            while batch := [_raw(doctype, defaults, row, stamp) for row in islice(waiting, BATCH)]:
                written += self._insert_batch(doctype, batch)
        return written

    def _insert_batch(self, doctype: DocType, documents: Sequence[Values]) -> int:
        children: dict[str, list[Values]] = {}
        for document in documents:
            for field in doctype.tables:
                sent = cast("list[Mapping[str, object]]", document.pop(field.fieldname, []))
                children.setdefault(field.options, []).extend(
                    _child_row(doctype, document, field.fieldname, number, row)
                    for number, row in enumerate(sent, start=1)
                )
        written = self.records.insert_rows(doctype, documents)
        for child_name, found in children.items():
            if found:
                self.insert_many_raw(child_name, found)
        return written

    def _defaults(self, doctype: DocType) -> dict[str, SqlValue]:
        now = self.world.now()
        return {
            field.fieldname: stored(doctype.name, field, default_value(field, now=now, user=ADMINISTRATOR))
            for field in doctype.columns
        }


def _raw(doctype: DocType, defaults: Mapping[str, SqlValue], row: Mapping[str, object], stamp: str) -> Values:
    document: Values = {
        "name": row.get("name") or hash_name(),
        "owner": ADMINISTRATOR,
        "creation": stamp,
        "modified": row.get("creation", stamp),
        "modified_by": ADMINISTRATOR,
        "docstatus": 0,
        "idx": 0,
        **defaults,
    }
    for fieldname, value in row.items():
        field = doctype.by_name.get(fieldname)
        known = field is not None and field.is_column
        document[fieldname] = stored(doctype.name, field, value) if field and known else value
    return document


def _child_row(doctype: DocType, document: Values, fieldname: str, number: int, row: Mapping[str, object]) -> Values:
    shared = {key: document[key] for key in ("creation", "modified", "owner", "docstatus")}
    return {
        "idx": number,
        "parent": document["name"],
        "parenttype": doctype.name,
        "parentfield": fieldname,
        **shared,
        **row,
    }
