"""Several requests in a row: a line each, numbered, between commas without verbs, under one heading."""

from __future__ import annotations

from typing import Any

import pytest

from agent.intents.local import LocalEngine
from agent.intents.understanding import Context


def _told(engine: LocalEngine, context: Context, text: str) -> list[dict[str, Any]]:
    return [a.model_dump(mode="json", exclude_none=True) for a in engine.read(text, context).actions]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1. Roy's balance\n2. her open tickets\n3. reboot her router",
         ["get_balance", "list_tickets", "reboot_device"]),
        ("Gagnon\n- is he online\n- what ip does he have", ["check_internet", "lookup_ip"]),
        ("* solde de Lavoie\n* ses lignes téléphoniques\n* sa dernière visite",
         ["get_balance", "list_phone_lines", "list_visits"]),
        ("1) le solde de Roy 2) ses paiements depuis le 1er janvier 3) son ip",
         ["get_balance", "list_payments", "lookup_ip"]),
        ("Roy's signal, his tickets, his balance", ["check_internet", "list_tickets", "get_balance"]),
        ("Lavoie : ses équipements, son ip, son internet marche-tu",
         ["list_equipment", "lookup_ip", "check_internet"]),
        ("Jean Tremblay s'engage à 65 par mois dès le 15 avril; marque aussi dans son dossier qu'il déménage",
         ["create_payment_arrangement", "add_note"]),
        ("since february, Roy's invoices n his tickets", ["list_invoices", "list_tickets"]),
        ("Luc Gagnon: 80 cash, then hook him back up", ["record_payment", "reactivate_customer"]),
        ("move Roy to Fibre 500, her email's now roy@example.com", ["change_subscription", "update_contact"]),
        ("chèque de 80 $ de Roy, rentre ça, pis elle doit combien après", ["record_payment", "get_balance"]),
    ],
)  # fmt: skip
def test_every_item_that_asks_for_something_stands(
    engine: LocalEngine, context: Context, text: str, names: list[str]
) -> None:
    assert [action["action"] for action in _told(engine, context, text)] == names


@pytest.mark.parametrize(
    ("text", "paid"),
    [
        ("payments to post:\n- Roy 40 cash\n- Lavoie 120.50 cheque\n- Gagné 60 by card",
         [("Roy", "40.00", "cash"), ("Lavoie", "120.50", "cheque"), ("Gagné", "60.00", "card")]),
        ("paiements à rentrer:\nRoy 75 comptant\nLavoie 59,95 portail",
         [("Roy", "75.00", "cash"), ("Lavoie", "59.95", "portal")]),
        ("Roy 50 cash, Lavoie 40 cheque", [("Roy", "50.00", "cash"), ("Lavoie", "40.00", "cheque")]),
        ("log these: Roy 50 cash, Lavoie 40 by cheque", [("Roy", "50.00", "cash"), ("Lavoie", "40.00", "cheque")]),
        ("210 came in from Bouchard by ppa, log it", [("Bouchard", "210.00", "ppa")]),
        ("Roy's cheque just landed, 88.20", [("Roy", "88.20", "cheque")]),
        ("le chèque de Lavoie est rentré, 90 $", [("Lavoie", "90.00", "cheque")]),
        ("Lavoie a donné 65 comptant. rentre-le", [("Lavoie", "65.00", "cash")]),
    ],
)  # fmt: skip
def test_a_row_with_a_sum_and_how_it_was_paid_is_a_payment(
    engine: LocalEngine, context: Context, text: str, paid: list[tuple[str, str, str]]
) -> None:
    told = _told(engine, context, text)
    assert {action["action"] for action in told} == {"record_payment"}
    assert [(action["customer"], action["amount"], action["method"]) for action in told] == paid


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cut these off:\nRoy\nLavoie", "suspend_customer"),
        ("suspends ces clients-là:\n- Roy\n- Lavoie", "suspend_customer"),
        ("unpaid invoices for:\nRoy\nLavoie", "list_invoices"),
    ],
)
def test_a_heading_holds_for_each_name_below_it(engine: LocalEngine, context: Context, text: str, name: str) -> None:
    told = _told(engine, context, text)
    assert [(action["action"], action["customer"]) for action in told] == [(name, "Roy"), (name, "Lavoie")]


@pytest.mark.parametrize(
    "text",
    [
        "don't cut these off:\nRoy\nLavoie",
        "coupe pas ceux-là:\n- Roy\n- Lavoie",
    ],
)
def test_a_heading_that_forbids_forbids_for_each(engine: LocalEngine, context: Context, text: str) -> None:
    assert {action["action"] for action in _told(engine, context, text)} == {"out_of_scope"}


def test_a_note_goes_on_over_its_lines(engine: LocalEngine, context: Context) -> None:
    told = _told(engine, context, "note for Roy:\nthe dog bites\ngate code is 4411")
    assert [action["action"] for action in told] == ["add_note"]
    assert "4411" in told[0]["note"]


def test_who_just_paid_is_asked_how_much(engine: LocalEngine, context: Context) -> None:
    told = _told(engine, context, "Nathalie Roy just paid")
    assert [(action["action"], action["missing"]) for action in told] == [("clarify", ["amount"])]


def test_a_period_that_all_begins_with_holds_for_what_is_joined(engine: LocalEngine, context: Context) -> None:
    told = _told(engine, context, "since january, Roy's invoices and her payments")
    assert [(action["action"], action["since"]) for action in told] == [
        ("list_invoices", "2026-01-01"),
        ("list_payments", "2026-01-01"),
    ]


def test_each_place_of_the_one_all_is_about_is_hers(engine: LocalEngine, context: Context) -> None:
    told = _told(engine, context, "Roy: equipment at 104 Boulevard du Havre, subscriptions at 112 Boulevard du Havre")
    assert [action["customer"] for action in told] == ["Roy", "Roy"]


@pytest.mark.parametrize(
    ("text", "name", "fields"),
    [
        ("mets Roy sur le prélèvement bancaire automatique", "switch_autopay", {"provider": "bank"}),
        ("fini le paiement automatique pour Lavoie", "switch_autopay", {"provider": "off"}),
        ("Lavoie is done with autopay", "switch_autopay", {"provider": "off"}),
        ("rends-lui son internet, Roy vient de payer", "reactivate_customer", {"customer": "Roy"}),
        ("mets Roy su'a glace jusqu'au 15 mai", "suspend_customer", {"until": "2026-05-15"}),
        ("power cycle every single box at Roy's", "reboot_device", {"device": "all"}),
        ("arrangement for Roy, $60 every two weeks from march 27, 3 of them", "create_payment_arrangement",
         {"installments": 3}),
        ("switch Roy's modem off n on again", "reboot_device", {"customer": "Roy"}),
    ],
)  # fmt: skip
def test_loosely_said_changes(
    engine: LocalEngine, context: Context, text: str, name: str, fields: dict[str, Any]
) -> None:
    (action,) = _told(engine, context, text)
    assert action["action"] == name
    assert fields.items() <= action.items()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("log 1.5 hours on ISS-2026-00118, then put it on hold",
         [("log_work_order", {"ticket": "ISS-2026-00118"}),
          ("update_ticket", {"ticket": "ISS-2026-00118", "status": "on_hold"})]),
        ("entre 2 heures sur ISS-2026-00118 pis ferme-le",
         [("log_work_order", {"ticket": "ISS-2026-00118"}),
          ("update_ticket", {"ticket": "ISS-2026-00118", "status": "closed"})]),
        ("ferme ISS-2026-00118 et rentre une heure et demie dessus",
         [("update_ticket", {"ticket": "ISS-2026-00118"}),
          ("log_work_order", {"ticket": "ISS-2026-00118", "hours": "1.5"})]),
        ("the 911 mismatches, then the orphans. excel for both",
         [("e911_mismatches", {"export": "xlsx"}), ("e911_orphans", {"export": "xlsx"})]),
        ("sors les discordances 911 pis les orphelins, en csv les deux",
         [("e911_mismatches", {"export": "csv"}), ("e911_orphans", {"export": "csv"})]),
        ("Roy's subscriptions and a rundown of the equipment she has",
         [("list_subscriptions", {"customer": "Roy"}), ("list_equipment", {"customer": "Roy"})]),
        ("les abonnements de Roy pis une liste de son équipement",
         [("list_subscriptions", {"customer": "Roy"}), ("list_equipment", {"customer": "Roy"})]),
        ("for Roy: balance, overdue invoices, and any planned visits",
         [("get_balance", {"customer": "Roy"}), ("list_invoices", {"customer": "Roy"}),
          ("list_visits", {"customer": "Roy", "status": "planned"})]),
        ("Robert Dubois on line one: what's his balance, and his autopay",
         [("get_balance", {"customer": "Robert Dubois"}), ("check_autopay", {"customer": "Robert Dubois"})]),
        ("Nathalie Roy au téléphone. son solde, son paiement automatique",
         [("get_balance", {"customer": "Nathalie Roy"}), ("check_autopay", {"customer": "Nathalie Roy"})]),
        ("Roy et Gagnon doivent trois mois, coupe-les tous les deux",
         [("suspend_customer", {"customer": "Roy"}), ("suspend_customer", {"customer": "Gagnon"})]),
        ("Roy and Gagnon called. suspend Roy", [("suspend_customer", {"customer": "Roy"})]),
        ("quarante piasses cash de Roy, rentre ce paiement-là",
         [("record_payment", {"customer": "Roy", "amount": "40.00"})]),
        ("80 from Roy by cheque, log that payment", [("record_payment", {"customer": "Roy", "amount": "80.00"})]),
        ("Roy paid $120 by cheque, no 4471", [("record_payment", {"amount": "120.00", "reference": "4471"})]),
        ("120$ de Roy par chèque numéro 10022", [("record_payment", {"customer": "Roy", "reference": "10022"})]),
        ("il y a un bon de travail pas facturé pour Leduc, facture-le",
         [("invoice_work_order", {"customer": "Leduc"})]),
        ("there's a work order at Roy's nobody ever billed, can you bill it",
         [("invoice_work_order", {"customer": "Roy"})]),
        ("OLT-EAST is stuck, restart it", [("out_of_scope", {})]),
        ("l'OLT-SUD répond plus, redémarre-le", [("out_of_scope", {})]),
        ("raise fibre 500 to 79.95 for everybody in May", [("out_of_scope", {})]),
        ("cancel the TV for everybody", [("out_of_scope", {})]),
        ("un appel manqué du 450-825-2100, c'est qui?", [("get_customer", {"customer": "4508252100"})]),
        ("missed call from 450-825-2100 at noon. Who's that?", [("get_customer", {"customer": "4508252100"})]),
        ("give that one to Sophie", [("clarify", {"for_": "update_ticket"})]),
        ("celle-là, mets-la en attente", [("clarify", {"for_": "update_ticket"})]),
        ("if we cancel Roy's plan, what happens to his phone?", [("help", {})]),
        ("need Dave at Roy's on Friday morning",
         [("dispatch_technician", {"customer": "Roy", "technician": "Dave", "part_of_day": "morning"})]),
        ("ça me prend Sophie chez Roy vendredi matin",
         [("dispatch_technician", {"customer": "Roy", "technician": "Sophie", "part_of_day": "morning"})]),
    ],
)  # fmt: skip
def test_what_is_joined_is_about_the_same(
    engine: LocalEngine, context: Context, text: str, told: list[tuple[str, dict[str, Any]]]
) -> None:
    actions = _told(engine, context, text)
    assert [action["action"] for action in actions] == [name for name, _ in told]
    for action, (_, fields) in zip(actions, told, strict=True):
        assert fields.items() <= action.items()
