"""What a DocType is: its fields, its permissions and how its documents are named.

In: a DocType's definition in Frappe's own JSON. Out: typed, read-only records that the whole
engine is driven by. Names of particular DocTypes have no place here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal, Self, cast

LAYOUT = frozenset({"Section Break", "Column Break", "Tab Break", "HTML", "Button", "Heading", "Fold", "Image"})
TABLES = frozenset({"Table", "Table MultiSelect"})
WHOLE_NUMBERS = frozenset({"Int", "Check"})
DECIMALS = frozenset({"Float", "Currency", "Percent"})
LONG_TEXTS = frozenset(
    {
        "Text",
        "Small Text",
        "Long Text",
        "Text Editor",
        "Code",
        "HTML Editor",
        "Markdown Editor",
        "JSON",
        "Signature",
        "Attach",
        "Attach Image",
        "Geolocation",
    }
)
FIELDTYPES = (
    LAYOUT
    | TABLES
    | WHOLE_NUMBERS
    | DECIMALS
    | LONG_TEXTS
    | {
        "Autocomplete",
        "Barcode",
        "Color",
        "Data",
        "Date",
        "Datetime",
        "Duration",
        "Dynamic Link",
        "Icon",
        "Link",
        "Password",
        "Phone",
        "Rating",
        "Read Only",
        "Select",
        "Time",
    }
)
Right = Literal["read", "write", "create", "delete", "submit", "cancel", "amend"]

DOCUMENT_COLUMNS = ("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx")
CHILD_COLUMNS = ("parent", "parentfield", "parenttype")
SYSTEM_LABELS = {
    "name": "ID",
    "owner": "Created By",
    "creation": "Created On",
    "modified": "Last Updated On",
    "modified_by": "Last Updated By",
    "docstatus": "Document Status",
    "idx": "Index",
}


@dataclass(frozen=True)
class Field:
    """One field of a DocType (Frappe's DocField or Custom Field)."""

    fieldname: str
    fieldtype: str
    label: str = ""
    options: str = ""
    default: str | None = None
    length: int = 0
    reqd: bool = False
    unique: bool = False
    allow_on_submit: bool = False
    set_only_once: bool = False
    search_index: bool = False
    fetch_from: str = ""

    @classmethod
    def from_definition(cls, row: Mapping[str, object]) -> Self:
        """The field that a JSON row describes; what the engine has no use for is passed over."""
        values: dict[str, object] = {}
        for slot in fields(cls):
            given = row.get(slot.name)
            if given is None:
                continue
            values[slot.name] = _typed(slot.name, given)
        values.setdefault("label", str(row["fieldname"]).replace("_", " ").title())
        return cls(**values)  # type: ignore[arg-type]

    @property
    def is_table(self) -> bool:
        """Whether its value is rows of a child DocType."""
        return self.fieldtype in TABLES

    @property
    def is_column(self) -> bool:
        """Whether the database holds its value."""
        return not self.is_table and self.fieldtype not in LAYOUT

    @property
    def is_number(self) -> bool:
        """Whether its value is never null: an absent number is zero."""
        return self.fieldtype in WHOLE_NUMBERS or self.fieldtype in DECIMALS

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """The values a Select takes."""
        return tuple(self.options.split("\n")) if self.options else ()


_FLAGS = frozenset({"reqd", "unique", "allow_on_submit", "set_only_once", "search_index"})


def _typed(name: str, given: object) -> object:
    if name in _FLAGS:
        return bool(int(str(given or 0)))
    if name == "length":
        return int(str(given or 0))
    return str(given)


@dataclass(frozen=True)
class Permission:
    """What one role may do with a DocType's documents."""

    role: str
    rights: frozenset[Right]
    if_owner: bool

    @classmethod
    def from_definition(cls, row: Mapping[str, object]) -> Self:
        """The permission that a DocPerm row describes."""
        names = ("read", "write", "create", "delete", "submit", "cancel", "amend")
        rights = frozenset(cast("Right", name) for name in names if row.get(name))
        return cls(str(row["role"]), rights, bool(row.get("if_owner")))


@dataclass(frozen=True)
class DocType:
    """A kind of document: its fields, who may touch them, how documents are named."""

    name: str
    fields: tuple[Field, ...]
    permissions: tuple[Permission, ...]
    autoname: str = ""
    title_field: str = ""
    istable: bool = False
    issingle: bool = False
    is_submittable: bool = False
    custom: bool = False

    @classmethod
    def from_definition(cls, definition: Mapping[str, object]) -> Self:
        """The DocType that a definition in Frappe's JSON format describes."""
        rows = cast("list[Mapping[str, object]]", definition.get("fields") or [])
        granted = cast("list[Mapping[str, object]]", definition.get("permissions") or [])
        return cls(
            name=str(definition["name"]),
            fields=tuple(Field.from_definition(row) for row in rows if row["fieldtype"] not in LAYOUT),
            permissions=tuple(Permission.from_definition(row) for row in granted if not row.get("permlevel")),
            autoname=str(definition.get("autoname") or ""),
            title_field=str(definition.get("title_field") or ""),
            istable=bool(definition.get("istable")),
            issingle=bool(definition.get("issingle")),
            is_submittable=bool(definition.get("is_submittable")),
            custom=bool(definition.get("custom")),
        )

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Its fields by fieldname."""
        return {field.fieldname: field for field in self.fields}

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        """The fields that the database holds, in the order of the form."""
        return tuple(field for field in self.fields if field.is_column)

    @cached_property
    def tables(self) -> tuple[Field, ...]:
        """The fields that hold rows of child DocTypes."""
        return tuple(field for field in self.fields if field.is_table)

    @cached_property
    def system_columns(self) -> tuple[str, ...]:
        """The columns that every document of it has."""
        return DOCUMENT_COLUMNS + CHILD_COLUMNS if self.istable else DOCUMENT_COLUMNS

    @cached_property
    def column_names(self) -> frozenset[str]:
        """Every column of its table."""
        return frozenset(self.system_columns) | {field.fieldname for field in self.columns}

    @property
    def table(self) -> str:
        """The quoted name of its table in the database."""
        return f'"tab{self.name}"'

    def label(self, fieldname: str) -> str:
        """How people call a field."""
        if fieldname in self.by_name:
            return self.by_name[fieldname].label
        return SYSTEM_LABELS.get(fieldname, fieldname)
