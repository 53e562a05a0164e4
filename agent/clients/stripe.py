"""Stripe: the customers who pay by card, and which of their cards is charged by itself.

Enters: ids, names, idempotency keys. Leaves: what Stripe knows, typed. The official library makes the requests and
reads the answers; sending, waiting, trying again and errors are ``HttpSystem``'s, as for every other system
(decision 0006). A card's id is a token: it belongs in a request to Stripe and nowhere else, and stays out of
every ``repr``.
Every method raises ``Unavailable``, ``AccessDenied`` or another ``Rejected``; those that write ``OutcomeUnknown`` too.
The same key again, within a day, does nothing twice and answers as the first time did: what Stripe holds *now* is
asked by reading. A key used for something else is a ``Conflict``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from pydantic import AliasPath, BaseModel, ConfigDict, Field, ValidationError

from agent.clients.http import HttpSystem, Method
from agent.errors import Missing

if TYPE_CHECKING:
    from stripe import ListObject, RequestOptions, SearchResultObject, StripeClient, StripeObject
    from stripe.params import CustomerCreateParams

    Pages: TypeAlias = ListObject[Any] | SearchResultObject[Any]

KeyMode = Literal["test", "live"]

_CUSTOMER = "customer"
"""The key of Stripe's metadata under which ERPNext's name of the customer stands."""
_MODES: dict[str, KeyMode] = {"sk_test_": "test", "rk_test_": "test", "sk_live_": "live", "rk_live_": "live"}
_LISTS = {"list", "search_result"}
_PAGE = 100


class StripeRecord(BaseModel):
    """Something that Stripe told; it may tell more than we read."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=True, validate_by_alias=True)

    id: str


class StripeCustomer(StripeRecord):
    """A customer of ours as Stripe knows him."""

    object: Literal["customer"] = "customer"
    email: str | None = None
    name: str | None = None
    metadata: dict[str, str] = Field(default_factory=dict)
    default_payment_method: str | None = Field(
        None,
        validation_alias=AliasPath("invoice_settings", "default_payment_method"),
        repr=False,
        description="the card that is charged by itself; None where none is",
    )


class StripeCard(StripeRecord):
    """A card on file."""

    object: Literal["payment_method"] = "payment_method"
    id: str = Field(repr=False)
    brand: str = Field(validation_alias=AliasPath("card", "brand"), description="visa, mastercard, amex, ...")
    last_four: str = Field(validation_alias=AliasPath("card", "last4"))
    exp_month: int = Field(validation_alias=AliasPath("card", "exp_month"), ge=1, le=12)
    exp_year: int = Field(validation_alias=AliasPath("card", "exp_year"), description="four digits; good through it")


Record = TypeVar("Record", bound=StripeRecord)


def key_mode(key: str) -> KeyMode | None:
    """Whether a secret key moves real money, told by its prefix; None for what is no secret key."""
    return next((mode for prefix, mode in _MODES.items() if key.startswith(prefix)), None)


class Stripe:
    """Stripe's API, as far as paying by itself needs it."""

    def __init__(self, http: HttpSystem, key: str) -> None:
        self.mode = key_mode(key)
        self._http = http
        self._key = key
        self._made: StripeClient | None = None

    async def customer(self, customer_id: str) -> StripeCustomer:
        """The customer with Stripe's own id. Raises ``Missing``, also for one that was deleted."""
        asked = _checked(customer_id)
        found = await self._library().v1.customers.retrieve_async(asked)
        return self._one(StripeCustomer, found, writing=False)

    async def customers_of(self, customer: str, *, email: str | None = None) -> list[StripeCustomer]:
        """Those made for a customer of ERPNext (``C-10005``); nobody knows him where the list is empty.

        Stripe's search is up to a minute behind, its list by e-mail (exact, case included) is not: with the ``email``
        a customer made just now is found too.
        """
        customers = self._library().v1.customers
        query = f"metadata['{_CUSTOMER}']:'{_quoted(self._text(customer))}'"
        found = await self._all(StripeCustomer, await customers.search_async({"query": query, "limit": _PAGE}))
        if email:
            same = await self._all(
                StripeCustomer, await customers.list_async({"email": self._text(email), "limit": _PAGE})
            )
            found += [one for one in same if one.metadata.get(_CUSTOMER) == customer]
        return list({one.id: one for one in found}.values())

    async def probe(self) -> None:
        """Ask for next to nothing, to learn whether Stripe answers and takes the key."""
        await self._library().v1.customers.list_async({"email": "nobody@example.com", "limit": 1})

    async def create_customer(self, customer: str, *, name: str, email: str | None, key: str) -> StripeCustomer:
        """Make a customer of ERPNext known to Stripe; the same ``key`` again answers the one made the first time."""
        wish: CustomerCreateParams = {"name": self._text(name), "metadata": {_CUSTOMER: self._text(customer)}}
        if email:
            wish["email"] = self._text(email)
        made = await self._library().v1.customers.create_async(wish, _under(key))
        return self._one(StripeCustomer, made, writing=True)

    async def cards(self, customer_id: str) -> list[StripeCard]:
        """The cards on file, the newest first. Raises ``Missing`` for an unknown customer."""
        asked = _checked(customer_id)
        methods = self._library().v1.customers.payment_methods
        return await self._all(StripeCard, await methods.list_async(asked, {"type": "card", "limit": _PAGE}))

    async def set_default_card(self, customer_id: str, card_id: str | None, *, key: str) -> StripeCustomer:
        """Have a card on file charged by itself, or none. Raises ``Rejected`` for a card that is not the customer's."""
        asked = _checked(customer_id)
        # To Stripe an empty value means none; left out, it would mean unchanged.
        default = "" if card_id is None else _checked(card_id)
        changed = await self._library().v1.customers.update_async(
            asked, {"invoice_settings": {"default_payment_method": default}}, _under(key)
        )
        return self._one(StripeCustomer, changed, writing=True)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def _text(self, value: str) -> str:
        """Text that the library can encode; it would raise something of its own for any other."""
        try:
            value.encode()
        except UnicodeEncodeError:
            raise self._http.unsendable() from None
        return value

    def _one(self, model: type[Record], found: StripeObject, *, writing: bool) -> Record:
        told = found.to_dict()
        if told.get("deleted"):
            raise _missing("it was deleted")
        try:
            return model.model_validate(told)
        except ValidationError:
            # Not chained: what a validator says may quote the answer.
            raise self._http.nonsense(writing=writing) from None

    async def _all(self, model: type[Record], pages: Pages) -> list[Record]:
        """Everything on a page and on those after it."""
        # Anything else that the library knows would page through all that there is of its kind.
        if pages.to_dict().get("object") not in _LISTS:
            raise self._http.nonsense(writing=False)
        try:
            return [self._one(model, found, writing=False) async for found in pages.auto_paging_iter()]
        except (AttributeError, LookupError, TypeError, ValueError):
            # What the library raises where an answer lacks what a list has.
            raise self._http.nonsense(writing=False) from None

    def _library(self) -> StripeClient:
        if self._made is None:
            self._made = _load(self._http, self._key)
        return self._made


def _load(http: HttpSystem, key: str) -> StripeClient:
    """The official library, sending through our connections and neither retrying nor reporting by itself."""
    import stripe  # noqa: PLC0415 - heavy, and of no use before somebody asks about a card
    from stripe import _util  # noqa: PLC0415

    # It would write a file into the user's folder and tell Stripe how long its answers took.
    stripe.enable_telemetry = False
    # It logs requests and answers whole, card tokens included; under STRIPE_LOG it prints them, past any logger.
    logging.getLogger("stripe").disabled = True
    _util.STRIPE_LOG = None

    class OurConnections(stripe.HTTPClient):
        """The library's extension point for whoever sends by other means."""

        name = "httpx"

        async def request_async(
            self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
        ) -> tuple[bytes, int, Mapping[str, str]]:
            """Only a success is answered: every failure is raised, translated, past the library."""
            verb: Method = "GET" if method == "get" else "POST"
            response = await http.forward(verb, url, headers=headers, content=post_data)
            return response.content, response.status_code, response.headers

    return stripe.StripeClient(
        key, base_addresses={"api": http.base_url}, http_client=OurConnections(), max_network_retries=0
    )


def _under(key: str) -> RequestOptions:
    """Without a key the library would make one up for each try, and a lost answer could not be asked for again."""
    if not key:
        raise ValueError("an idempotency key is needed")
    return {"idempotency_key": key}


def _checked(stripe_id: str) -> str:
    """An id of Stripe's, fit for a path: an empty one there would be a list, and as a value would clear."""
    if not re.fullmatch(r"\w{1,255}", stripe_id, re.ASCII):
        raise _missing("a name that no record can have")
    return stripe_id


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _missing(reason: str) -> Missing:
    return Missing("stripe has no such record.", system="stripe", status=0, reason=reason, error_type="")
