"""Requests put by what they bring about, by somebody who doesn't know what the thing is called."""

from __future__ import annotations

from typing import Any

import pytest

from agent.intents.actions import from_wire
from agent.intents.local import LocalEngine
from agent.intents.understanding import Context

ENGINE = LocalEngine()


def understood(text: str, context: Context) -> list[dict[str, Any]]:
    free = ("question", "reason", "subject", "note", "topic")
    return [{k: v for k, v in a.wire().items() if k not in free} for a in ENGINE.read(text, context).actions]


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        (
            "Les plaintes de Ferme Leduc qui sont réglées, montre-les-moi",
            {"action": "list_tickets", "customer": "Ferme Leduc", "status": "closed"},
        ),
        (
            "Luc Gagnon a-tu une plainte ouverte?",
            {"action": "list_tickets", "customer": "Luc Gagnon", "status": "open"},
        ),
        ("fais une plainte pour Kevin Smyth, l'image fige", {"action": "create_ticket", "customer": "Kevin Smyth"}),
        ("ouvre de quoi pour Luc Gagnon, son wifi lâche", {"action": "create_ticket", "customer": "Luc Gagnon"}),
        (
            "la plainte de Patrick Bergeron, c'est Sophie qui devrait s'en occuper",
            {"action": "update_ticket", "customer": "Patrick Bergeron", "assign_to": "Sophie"},
        ),
        (
            "la plainte de Jean Tremblay est réglée, ferme-la",
            {"action": "update_ticket", "customer": "Jean Tremblay", "status": "closed"},
        ),
    ],
)
def test_a_complaint_is_a_ticket(text: str, wire: dict[str, Any], context: Context) -> None:
    assert understood(text, context) == [wire]


@pytest.mark.parametrize(
    "text",
    [
        "mets le billet de Luc Gagnon en attente et écris dedans que la pièce manque",
        "put Luc Gagnon's ticket on hold and write in it that the part is missing",
    ],
)
def test_what_is_written_in_a_ticket_is_a_comment_on_it(text: str, context: Context) -> None:
    (action,) = understood(text, context)
    comment = action.pop("comment")
    assert action == {"action": "update_ticket", "customer": "Luc Gagnon", "status": "on_hold"}
    assert comment in ("la pièce manque", "the part is missing")


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("C-10003 est barré, débarre-le", {"action": "reactivate_customer", "customer": "C-10003"}),
        ("redonne ses services à Luc Gagnon", {"action": "reactivate_customer", "customer": "Luc Gagnon"}),
        (
            "Kevin Smyth manque de vitesse avec son 100, monte-le au 500",
            {
                "action": "change_subscription",
                "customer": "Kevin Smyth",
                "from_item": "fibre 100",
                "to_item": "fibre 500",
            },
        ),
        (
            "Chez Ginette veut quelque chose de plus vite, passe-les au 1 giga",
            {"action": "change_subscription", "customer": "Chez Ginette", "to_item": "fibre 1G"},
        ),
        (
            "fais que ça sorte tout seul de la carte de crédit de Kevin Smith",
            {"action": "switch_autopay", "customer": "Kevin Smith", "provider": "stripe"},
        ),
        ("ça sort-tu tout seul du compte de Luc Gagnon?", {"action": "check_autopay", "customer": "Luc Gagnon"}),
        (
            "chez Ferme Leduc la personne à demander c'est rendu Josée Roy",
            {"action": "update_contact", "customer": "Ferme Leduc", "contact_name": "Josée Roy"},
        ),
        (
            "la job faite chez Luc Gagnon a pas été chargée, fais la facture",
            {"action": "invoice_work_order", "customer": "Luc Gagnon"},
        ),
        (
            "l'installation de Luc Gagnon, mets Dave là-dessus le 20 mars",
            {"action": "schedule_installation", "customer": "Luc Gagnon", "date": "2026-03-20", "technician": "Dave"},
        ),
        (
            "quand le 450-247-3300 appelle le 911, faut que l'ambulance aille au 12 Main Street, Hemmingford",
            {"action": "update_e911_address", "did": "4502473300", "address": "12 Main Street, Hemmingford"},
        ),
        (
            "le 450-825-2100 veut pus de messages, ferme sa boîte vocale",
            {"action": "set_voicemail", "did": "4508252100", "enabled": False},
        ),
    ],
)
def test_things_called_by_what_they_do(text: str, wire: dict[str, Any], context: Context) -> None:
    assert understood(text, context) == [wire]


def test_a_stand_in_word_between_how_many_and_a_thing(context: Context) -> None:
    (action,) = understood("prépare un estimé pour Émile Lavoie, deux machins mesh", context)
    assert action["items"] == [{"item": "WiFi mesh", "qty": 2}]


def test_to_what_somebody_is_moved_is_a_plan_and_no_service_put_back(context: Context) -> None:
    (action,) = understood("le giga c'est trop pour Sylvie Côté, ramène-la au 500", context)
    assert (action["action"], action.get("to_item")) == ("change_subscription", "fibre 500")


@pytest.mark.parametrize("text", ["ferme-le", "c'est beau, ferme-la"])
def test_what_is_closed_after_tickets_were_listed_is_a_ticket(text: str, context: Context) -> None:
    listed = from_wire({"action": "list_tickets", "customer": "Luc Gagnon"})
    after = Context(context.today, context.directory, customer="C-10001", recent=(listed,))
    (action,) = understood(text, after)
    assert (action["action"], action.get("status")) == ("update_ticket", "closed")
