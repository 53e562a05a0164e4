"""The demo company, written into an empty world.

In: a world. Out: the same company every time, down to the last name and amount: in ERPNext, in the hub, in the
PBX, at the 911 provider and at Stripe, each agreeing with the others but where a fact of the company says otherwise.
"""

from collections.abc import Sequence
from random import Random

from sandbox import bearer
from sandbox.demo import billing, cards, field_work, follow_ups, identity, office, promises, service, voice
from sandbox.demo.books import Books
from sandbox.demo.neighbours import neighbours
from sandbox.demo.people import NAMED, Client
from sandbox.e911 import registry
from sandbox.erpnext.site import Site
from sandbox.hub import schema as hub
from sandbox.pbx import schema as pbx
from sandbox.pbx.lines import add_numbers
from sandbox.stripe import schema as stripe
from sandbox.world import World


def seed(world: World) -> None:
    """Make the demo company in a world that holds nothing yet."""
    random = Random(identity.SEED)  # noqa: S311 (determinism is the point)
    clients = (*NAMED, *neighbours(random))
    with world.transaction():
        site = Site(world)
        office.customize(site)
        books = Books(random)
        office.write_office(books)
        _write_company(world, books, clients)
        books.write(site)
        office.add_users(site)
        world.forget_effects()


def _write_company(world: World, books: Books, clients: Sequence[Client]) -> None:
    by_number = {client.number: client for client in clients}
    locations: dict[str, list[str]] = {}
    for system in (bearer, hub, pbx, registry, stripe):
        system.install(world)
    with world.transaction() as connection:
        for name, token in identity.DEMO_TOKENS.items():
            bearer.register_token(connection, name, token, "agent")
        service.install_ports(connection)
        add_numbers(connection, voice.FREE_NUMBERS)
        cards.write_account(connection, clients)
        for client in clients:
            locations[client.customer_id] = _write_client(world, books, client)
        voice.install(connection, voice.write_retired_lines(books, by_number, locations))
    books.start_after("C-", clients[-1].number)
    billing.write_ledger(books, clients)
    promises.write_arrangements(books)
    promises.write_quotes(books, by_number, locations)
    open_tickets = field_work.write_field_work(books, by_number, locations)
    follow_ups.write_follow_ups(books, by_number, locations, open_tickets)


def _write_client(world: World, books: Books, client: Client) -> list[str]:
    """A customer with everything at his addresses; answers his locations."""
    service.write_customer(books, client)
    billing.write_payment_methods(books, client)
    locations = [service.write_location(books, client, premises) for premises in client.premises]
    telephony = billing.write_subscriptions(books, client, locations)
    for premises, location in zip(client.premises, locations, strict=True):
        delivery = service.write_equipment(books, client, premises, location)
        with world.transaction() as connection:
            service.install_devices(connection, books, delivery)
            voice.install(connection, voice.write_lines(books, delivery, telephony.get(location)))
    return locations
