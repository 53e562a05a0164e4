"""Sales: quotes, what becomes of them, and what a customer subscribes to."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic_core import from_json

from agent.intents.actions.action import Action, CustomerMention, Day, FreeText, Kind, LocationMention, Money

QuoteStatus = Literal["all", "open", "ordered", "expired"]
Quantity = Annotated[
    Decimal,
    Field(gt=0, le=1000, decimal_places=2),
    PlainSerializer(lambda qty: int(qty) if qty == int(qty) else float(qty), return_type=int | float),
]
ItemMention = Annotated[
    str | None, Field(max_length=200, description="an item or plan as the user said it, or its code: FIBRE-500")
]


class QuoteItem(BaseModel):
    """One thing quoted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: str = Field(max_length=200, description="the item as the user said it, or its code: FIBRE-100")
    qty: Quantity = Decimal(1)
    rate: Money | None = Field(None, description="a price of its own for one, CAD, before tax; null means the list's")


def _from_text(items: object) -> object:
    """A list that came as JSON text: the choice that answers a question carries its value so."""
    return from_json(items) if isinstance(items, str) else items


class ListQuotes(Action):
    """A customer's quotes, or the company's where no customer is named."""

    kind: ClassVar[Kind] = "read"
    action: Literal["list_quotes"] = "list_quotes"
    customer: CustomerMention = None
    status: QuoteStatus = "all"


class ListSubscriptions(Action):
    """What a customer subscribes to, with prices, or the company's subscriptions where no customer is named."""

    kind: ClassVar[Kind] = "read"
    action: Literal["list_subscriptions"] = "list_subscriptions"
    customer: CustomerMention = None
    location: LocationMention = None


class CreateQuote(Action):
    """An offer to a customer: plans by the month and things sold once, with both taxes."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    money: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who", "items")
    action: Literal["create_quote"] = "create_quote"
    customer: CustomerMention = None
    items: Annotated[list[QuoteItem] | None, BeforeValidator(_from_text), Field(min_length=1, max_length=50)] = None
    location: LocationMention = None
    valid_until: Day | None = Field(None, description="the last day that the offer holds, ISO")
    note: FreeText = None


class ConvertQuote(Action):
    """A quote that the customer accepted becomes subscriptions, and an invoice for what is sold once."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    money: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["convert_quote"] = "convert_quote"
    quote: str | None = Field(None, description="its number, SOQ-908")
    customer: CustomerMention = None
    start_date: Day | None = Field(None, description="the day that the subscriptions start, ISO; null means today")


class ChangeSubscription(Action):
    """Another plan instead of the one that a customer has."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who", "to_item")
    action: Literal["change_subscription"] = "change_subscription"
    customer: CustomerMention = None
    location: LocationMention = None
    from_item: ItemMention = Field(None, description="the plan that is left, where it is named")
    to_item: ItemMention = Field(None, description="the plan that takes its place")
    effective_date: Day | None = Field(None, description="the day it takes effect, ISO; null means now")


class CancelSubscription(Action):
    """End one of the things that a customer subscribes to."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["cancel_subscription"] = "cancel_subscription"
    customer: CustomerMention = None
    location: LocationMention = None
    item: ItemMention = Field(None, description="what is ended, where it is named")
    effective_date: Day | None = Field(None, description="the day it ends, ISO; null means now")
    reason: FreeText = None
