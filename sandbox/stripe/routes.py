"""Stripe's HTTP surface: paths, keys, forms, headers.

In: requests under `/stripe/v1`. Out: JSON, whatever happens. What a request means is decided in `customers` and
`cards`; here it is only read and answered.
"""

import re
import secrets
from collections.abc import Callable
from functools import partial

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from sandbox.bearer import owner_of
from sandbox.stripe import cards, customers, parameters, schema
from sandbox.stripe.errors import StripeRefusal, Wire, wrong_parameter
from sandbox.stripe.keys import Answer, Asked, once
from sandbox.stripe.lists import page_of, search_page
from sandbox.world import World

Encoded = dict[str, object]
Reader = Callable[[Encoded, str], Wire]
Writer = Callable[[Encoded, str, str, str], Callable[[], Wire]]


class Account:
    """The endpoints, bound to one world. A reader takes parameters and an id, a writer also who asks and his key."""

    def __init__(self, world: World) -> None:
        self.world = world

    def list_customers(self, encoded: Encoded, _name: str) -> Wire:
        """`GET /customers`."""
        wish = parameters.CustomerList.model_validate(encoded)
        with self.world.reading() as connection:
            found = customers.list_customers(connection, wish.email)
        return page_of(found, wish, url="/v1/customers", kind="customer")

    def search_customers(self, encoded: Encoded, _name: str) -> Wire:
        """`GET /customers/search`."""
        wish = parameters.Search.model_validate(encoded)
        now = int(self.world.now().timestamp())
        with self.world.reading() as connection:
            found = customers.search_customers(connection, wish.query, now)
        return search_page(found, wish, url="/v1/customers/search")

    def get_customer(self, encoded: Encoded, name: str) -> Wire:
        """`GET /customers/{id}`."""
        parameters.Nothing.model_validate(encoded)
        with self.world.reading() as connection:
            return customers.find_customer(connection, name).wire()

    def list_cards(self, encoded: Encoded, name: str) -> Wire:
        """`GET /customers/{id}/payment_methods`."""
        wish = parameters.CardList.model_validate(encoded)
        with self.world.reading() as connection:
            customers.find_customer(connection, name, param="customer")
            found = cards.cards_of(connection, name)
        return page_of(found, wish, url=f"/v1/customers/{name}/payment_methods", kind="PaymentMethod")

    def get_card(self, encoded: Encoded, name: str) -> Wire:
        """`GET /payment_methods/{id}`."""
        parameters.Nothing.model_validate(encoded)
        with self.world.reading() as connection:
            return cards.find_card(connection, name).wire()

    def create_customer(self, encoded: Encoded, _name: str, actor: str, key: str) -> Callable[[], Wire]:
        """`POST /customers`."""
        wish = parameters.CustomerWish.model_validate(encoded)
        return lambda: customers.create_customer(self.world, wish, actor=actor, key=key).wire()

    def update_customer(self, encoded: Encoded, name: str, actor: str, key: str) -> Callable[[], Wire]:
        """`POST /customers/{id}`."""
        wish = parameters.CustomerChange.model_validate(encoded)
        return lambda: customers.update_customer(self.world, name, wish, actor=actor, key=key).wire()

    def attach_card(self, encoded: Encoded, name: str, actor: str, key: str) -> Callable[[], Wire]:
        """`POST /payment_methods/{id}/attach`."""
        wish = parameters.Attachment.model_validate(encoded)

        def attach() -> Wire:
            with self.world.reading() as connection:
                customers.find_customer(connection, wish.customer, param="customer", status=400)
            return cards.attach(self.world, name, wish.customer, actor=actor, key=key).wire()

        return attach

    def detach_card(self, encoded: Encoded, name: str, actor: str, key: str) -> Callable[[], Wire]:
        """`POST /payment_methods/{id}/detach`."""
        parameters.Nothing.model_validate(encoded)
        return lambda: cards.detach(self.world, name, actor=actor, key=key).wire()


class Surface:
    """Which path and method leads where."""

    def __init__(self, world: World) -> None:
        account = Account(world)
        self.world = world
        self.readers: list[tuple[str, Reader]] = [
            ("/customers", account.list_customers),
            ("/customers/search", account.search_customers),
            ("/customers/{name}", account.get_customer),
            ("/customers/{name}/payment_methods", account.list_cards),
            ("/payment_methods/{name}", account.get_card),
        ]
        self.writers: list[tuple[str, Writer]] = [
            ("/customers", account.create_customer),
            ("/customers/{name}", account.update_customer),
            ("/payment_methods/{name}/attach", account.attach_card),
            ("/payment_methods/{name}/detach", account.detach_card),
        ]

    def routes(self) -> list[BaseRoute]:
        """All of them, then what there is not."""
        return [
            *(Route(path, self._answering(partial(self._read, end)), methods=["GET"]) for path, end in self.readers),
            *(Route(path, self._answering(partial(self._write, end)), methods=["POST"]) for path, end in self.writers),
            Route("/{rest:path}", self._answering(self._unknown), methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ]

    def _read(self, end: Reader, request: Request, _body: str, _owner: str, request_id: str) -> Answer:
        return Answer(200, end(parameters.nested(request.url.query), _name(request)), request_id)

    def _write(self, end: Writer, request: Request, body: str, owner: str, request_id: str) -> Answer:
        key = request.headers.get("Idempotency-Key", "")
        encoded = parameters.nested(body)
        act = end(encoded, _name(request), owner, key)
        return once(self.world, Asked(request_id, key, _path(request), encoded), act)

    def _unknown(self, request: Request, _body: str, _owner: str, _request_id: str) -> Answer:
        raise StripeRefusal(404, f"Unrecognized request URL ({request.method}: {_path(request)}).")

    def _answering(self, end: Callable[[Request, str, str, str], Answer]) -> Callable[[Request], object]:
        """An endpoint behind the key check, with refusals and headers as Stripe's."""

        async def answer(request: Request) -> Response:
            request_id = f"req_{secrets.token_hex(7)}"
            body = (await request.body()).decode(errors="replace")
            try:
                told = end(request, body, self._owner(request), request_id)
            except ValidationError as error:
                refusal = wrong_parameter(error)
                told = Answer(refusal.status, refusal.body(), request_id)
            except StripeRefusal as refusal:
                told = Answer(refusal.status, refusal.body(), request_id)
            return _response(request, told, request_id)

        return answer

    def _owner(self, request: Request) -> str:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise StripeRefusal(401, "You did not provide an API key.")
        owner = owner_of(self.world, "stripe", key)
        if owner is None:
            raise StripeRefusal(401, f"Invalid API Key provided: {_starred(key)}")
        return owner


def stripe_routes(world: World) -> list[BaseRoute]:
    """Stripe under `/stripe/v1`, on its tables in the world's file."""
    schema.install(world)
    return [Mount("/stripe/v1", routes=Surface(world).routes())]


def _response(request: Request, told: Answer, request_id: str) -> JSONResponse:
    headers = {"Request-Id": request_id}
    if version := request.headers.get("Stripe-Version"):
        headers["Stripe-Version"] = version
    if request.method == "POST" and (key := request.headers.get("Idempotency-Key")):
        headers |= {"Idempotency-Key": key, "Original-Request": told.original_request}
    if told.replayed:
        headers["Idempotent-Replayed"] = "true"
    if told.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="Stripe"'
    return JSONResponse(told.body, told.status, headers)


def _name(request: Request) -> str:
    return str(request.path_params.get("name", ""))


def _path(request: Request) -> str:
    return re.sub(r"^/stripe", "", request.url.path)


def _starred(key: str) -> str:
    """As much of a key as tells its owner which one it is."""
    return f"{key[:8]}{'*' * max(len(key) - 12, 4)}{key[-4:]}" if len(key) > 16 else "****"
