"""What may be asked, as Stripe's parameters.

In: `a[b]=c` pairs of a form or a query. Out: models whose fields bear Stripe's names. An empty value means "none" and
takes back what was set; an absent one leaves it as it is.
"""

import re
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError

from sandbox.stripe.errors import StripeRefusal

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]+\])*)")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _email(value: str) -> str:
    if value and not _EMAIL.fullmatch(value):
        raise PydanticCustomError("invalid_email", "not an address")
    return value


Email = Annotated[str, StringConstraints(max_length=512), AfterValidator(_email)]
Name = Annotated[str, StringConstraints(max_length=256)]
Metadata = dict[Annotated[str, StringConstraints(max_length=40)], Annotated[str, StringConstraints(max_length=500)]]


class Parameters(BaseModel):
    """What one endpoint takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paging(Parameters):
    """Which part of a list."""

    limit: int = Field(default=10, ge=1, le=100)
    starting_after: str | None = None
    ending_before: str | None = None


class CustomerList(Paging):
    """`GET /customers`; the e-mail as it was written, case included."""

    email: str | None = None


class CardList(Paging):
    """`GET /customers/{id}/payment_methods`."""

    type: Literal["card"] | None = None


class Search(Parameters):
    """`GET /customers/search`."""

    query: str
    limit: int = Field(default=10, ge=1, le=100)
    page: str | None = None


class InvoiceSettings(Parameters):
    """The card that is charged by itself."""

    default_payment_method: str | None = None


class CustomerWish(Parameters):
    """`POST /customers`."""

    email: Email | None = None
    name: Name | None = None
    metadata: Metadata | Literal[""] | None = None


class CustomerChange(CustomerWish):
    """`POST /customers/{id}`."""

    invoice_settings: InvoiceSettings | None = None


class Attachment(Parameters):
    """`POST /payment_methods/{id}/attach`."""

    customer: str


class Nothing(Parameters):
    """An endpoint that takes no parameter."""


def nested(encoded: str) -> dict[str, Any]:
    """The pairs of a form, `a[b]=c` as `{"a": {"b": "c"}}`; raises StripeRefusal 400 for a name that is none."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        shape = _NAME.fullmatch(name)
        if shape is None:
            raise StripeRefusal(400, f"Invalid parameter name: {name}", param=name, begun=False)
        *outer, last = [shape[1], *re.findall(r"\[([^\[\]]+)\]", shape[2])]
        place = found
        for part in outer:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise StripeRefusal(400, f"Invalid hash: {shape[1]}", param=shape[1], begun=False)
        place[last] = value
    return found
