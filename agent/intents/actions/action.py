"""What an action is: one typed request of a user, in the catalogue's wire form ``{"action": name, ...fields}``.

A model says what it is (kind, whether it can be undone, what it needs). It knows nothing of systems or plans.
A field's description may reach a language model: it is prompt text.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

Kind = Literal["read", "write", "sensitive", "conversation"]

Money = Annotated[
    Decimal,
    Field(gt=0, max_digits=12, decimal_places=2),
    AfterValidator(lambda amount: amount.quantize(Decimal("0.01"))),  # 150 and 150.00 are one amount, shown alike
    PlainSerializer(lambda amount: f"{amount:.2f}", return_type=str),
]
"""A positive amount in CAD, ``"150.00"`` on the wire."""

CustomerMention = Annotated[
    str | None,
    Field(
        max_length=200,
        description="the customer as the user named it, without titles: a name, C-10001, a phone number "
        "or an e-mail; null when a pronoun points at the customer under discussion",
    ),
]
LocationMention = Annotated[
    str | None,
    Field(max_length=200, description="a service address or part of one, as the user said it"),
]
FreeText = Annotated[str | None, Field(max_length=4000)]
Day = dt.date


class Action(BaseModel):
    """One request. Subclasses add the catalogue's fields; absent means null."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    kind: ClassVar[Kind]
    undoable: ClassVar[bool] = False
    money: ClassVar[bool] = False
    """Whether its plan comes to an amount in CAD, for a policy to limit."""
    required: ClassVar[tuple[str, ...]] = ()
    """What must be known before a tool is asked; ``who`` is a customer or what leads to one."""
    asks_for: ClassVar[str] = "customer"
    """What a missing ``who`` is asked for as: some actions are about a ticket or a quote."""
    either: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Ways to say one more thing that is needed, each a set of fields: the hours, or arrived and left."""

    action: str

    @property
    def name(self) -> str:
        """The wire name, ``suspend_customer``."""
        return self.action

    def wire(self) -> dict[str, Any]:
        """The catalogue's wire form: JSON values, without nulls and stated defaults."""
        fields = self.model_dump(mode="json", exclude_defaults=True, exclude_none=True, by_alias=True)
        return {"action": self.action, **{k: v for k, v in fields.items() if k != "action"}}

    def lacking(self) -> list[str]:
        """The required fields that are null, in the catalogue's names (``who`` reads ``customer``)."""
        lacking = [
            self.asks_for if need == "who" else need
            for need in self.required
            if (not self.points_at_someone() if need == "who" else getattr(self, need) is None)
        ]
        said = any(all(getattr(self, field) is not None for field in way) for way in self.either)
        return lacking if said or not self.either else [*lacking, *self.either[0]]

    def points_at_someone(self) -> bool:
        """True when the message itself names a customer or anything that leads to one."""
        leads = ("customer", "location", "did", "ticket", "quote", "serial", "arrangement", "work_order", "invoice")
        return any(getattr(self, field, None) is not None for field in leads)
