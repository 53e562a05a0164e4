"""What is told beside a request is no request of its own, and its customer is whom the request is about."""

from __future__ import annotations

import pytest

from agent.intents.local import LocalEngine
from agent.intents.understanding import Context


@pytest.mark.parametrize(
    ("text", "name", "customer"),
    [
        (
            "Daniel O'Connor has been phoning all week about a bill. What's his balance?",
            "get_balance",
            "Daniel",
        ),
        (
            "I walked over to Nathalie Roy's, nobody came out. Show me her open tickets",
            "list_tickets",
            "Roy",
        ),
        ("There's a red light on the box at Kevin Smith's. Can you reboot his ONT?", "reboot_device", "Kevin Smith"),
        ("They still owe us a fortune at Ferme Leduc since the fall. Suspend them.", "suspend_customer", "Ferme Leduc"),
        ("Patrick Bergeron était pas de bonne humeur à matin. C'est quoi son solde?", "get_balance", "Bergeron"),
        ("Le monsieur Lavoie trouve pas son modem dans tout ça. Redémarre son ONT", "reboot_device", "Lavoie"),
        ("Sylvie Côté capote, ça fait trois fois qu'elle appelle. Montre ses billets ouverts", "list_tickets", "Côté"),
        ("Bouchard & Fils nous doit de l'argent depuis Noël. Suspends-les.", "suspend_customer", "Bouchard"),
    ],
)
def test_a_tale_before_a_request_is_not_answered(
    engine: LocalEngine, context: Context, text: str, name: str, customer: str
) -> None:
    actions = engine.read(text, context).actions
    assert [action.action for action in actions] == [name]
    assert customer in str(actions[0].model_dump()["customer"])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("his internet is down at Luc Gagnon's", ["check_internet"]),
        ("reboot Roy's router and write in his file that he was fine with it", ["reboot_device", "add_note"]),
        ("le solde pis les factures impayées de Roy", ["get_balance", "list_invoices"]),
        ("give me Lavoie's file, and his balance too", ["get_customer", "get_balance"]),
    ],
)
def test_what_is_told_alone_or_asked_beside_stays(
    engine: LocalEngine, context: Context, text: str, names: list[str]
) -> None:
    assert [action.action for action in engine.read(text, context).actions] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Update her new cell for Roy, 514-555-0122, and tell me how much she owes", ["update_contact", "get_balance"]),
        ("C-10011: signal, open tickets, and any planned visits", ["check_internet", "list_tickets", "list_visits"]),
        ("montre le solde de Roy, pis c'est quoi son adresse IP?", ["get_balance", "lookup_ip"]),
    ],
)
def test_what_is_put_as_something_else_is_a_request_of_its_own(
    engine: LocalEngine, context: Context, text: str, names: list[str]
) -> None:
    assert [action.action for action in engine.read(text, context).actions] == names
