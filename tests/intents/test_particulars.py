"""The details of the larger actions, from free words in both languages: items, addresses, lines, hours, problems."""

from __future__ import annotations

from typing import Any

import pytest

from agent.intents.local import LocalEngine
from agent.intents.local.particulars.hours import clocks, lengths, span_of_work
from agent.intents.understanding import Context

ENGINE = LocalEngine()

CASES: list[tuple[str, dict[str, Any]]] = [
    (
        'add the comment "client called back" to ISS-2026-00008 and close it',
        {"action": "update_ticket", "ticket": "ISS-2026-00008", "status": "closed", "comment": "client called back"},
    ),
    (
        "arrivée 9h départ 11h chez Gagné, Sophie, hier, avec deux connecteurs comme pièces, bon de travail",
        {"action": "log_work_order", "customer": "Gagné", "technician": "Sophie", "date": "2026-03-11",
         "arrived": "09:00", "left": "11:00", "parts": [{"item": "connecteurs", "qty": "2"}]},
    ),
    (
        "visites prévues chez Roy d'ici vendredi",
        {"action": "list_visits", "customer": "Roy", "status": "planned", "until": "2026-03-13"},
    ),
    (
        "activité de Roy hier",
        {"action": "list_activity", "customer": "Roy", "since": "2026-03-11", "until": "2026-03-11"},
    ),
    (
        "heures de Marc-André, février.",
        {"action": "technician_hours", "technician": "Marc-André", "since": "2026-02-01", "until": "2026-02-28"},
    ),
    (
        "a technician has to go by Roy's on Tuesday morning because the line is noisy",
        {"action": "dispatch_technician", "customer": "Roy", "date": "2026-03-17", "part_of_day": "morning",
         "reason": "the line is noisy"},
    ),
    (
        "Sylvie Côté would like Fibre 500M. Write her a quote at 75.50 a month please",
        {"action": "create_quote", "customer": "Sylvie Côté", "items": [{"item": "fibre 500", "rate": "75.50"}]},
    ),
    (
        "Luc Gagnon veut un prix par écrit pour la télé de base. Peux-tu lui faire une soumission?",
        {"action": "create_quote", "customer": "Luc Gagnon", "items": [{"item": "télé de base"}]},
    ),
    (
        "prépare une soumission pour Roy, deux WiFi mesh, avec en note que le premier mois est gratuit",
        {"action": "create_quote", "customer": "Roy", "items": [{"item": "WiFi mesh", "qty": 2}],
         "note": "le premier mois est gratuit"},
    ),
    (
        "SOQ-902 is accepted. Please make it live on April 1st.",
        {"action": "convert_quote", "quote": "SOQ-902", "start_date": "2026-04-01"},
    ),
    (
        "Post a 120.50 cheque for Luc Gagnon",
        {"action": "record_payment", "customer": "Luc Gagnon", "amount": "120.50", "method": "cheque"},
    ),
    (
        "hier Sophie a passé 2 heures chez Luc Gagnon, mets ça dans les bons de travail avec la note : ONT changé",
        {"action": "log_work_order", "customer": "Luc Gagnon", "technician": "Sophie", "date": "2026-03-11",
         "hours": "2", "note": "ONT changé"},
    ),
    (
        "sophie was at c-10018 yesterday from 1 pm to 3 pm write up the work order one router used",
        {"action": "log_work_order", "customer": "C-10018", "technician": "sophie", "date": "2026-03-11",
         "arrived": "13:00", "left": "15:00", "parts": [{"item": "routeur WiFi"}]},
    ),
    (
        "bon de travail chez Gagné, Sophie, 10 mars, arrivée 8h15 départ 9h45; deux WiFi mesh; facturable",
        {"action": "log_work_order", "customer": "Gagné", "technician": "Sophie", "date": "2026-03-10",
         "arrived": "08:15", "left": "09:45", "parts": [{"item": "WiFi mesh", "qty": "2"}], "billable": True},
    ),
    (
        "dans ISS-2026-00031 ajoute le commentaire que personne répond pis mets-le en attente",
        {"action": "update_ticket", "ticket": "ISS-2026-00031", "status": "on_hold", "comment": "personne répond"},
    ),
    (
        'Put ISS-2026-00033 on hold with the comment "waiting for the part"',
        {"action": "update_ticket", "ticket": "ISS-2026-00033", "status": "on_hold",
         "comment": "waiting for the part"},
    ),
    (
        "could the priority of ISS-2026-00008 be brought down to low?",
        {"action": "update_ticket", "ticket": "ISS-2026-00008", "priority": "low"},
    ),
    (
        "Roy still has an unbilled work order, can you bill it please?",
        {"action": "invoice_work_order", "customer": "Roy"},
    ),
    ("le bon WO-00044 reste à facturer", {"action": "invoice_work_order", "work_order": "WO-00044"}),
    (
        "no more preauthorized payments for Roy, they'll mail us cheques",
        {"action": "switch_autopay", "customer": "Roy", "provider": "off"},
    ),
    (
        "arrange for Roy's bills to come out of his bank account automatically",
        {"action": "switch_autopay", "customer": "Roy", "provider": "bank"},
    ),
    (
        "schedule Sophie at Ferme Leduc tomorrow 1 pm",
        {"action": "dispatch_technician", "customer": "Ferme Leduc", "date": "2026-03-13", "time": "13:00",
         "technician": "Sophie"},
    ),
    (
        "envoie Sophie chez Roy lundi am pour déplacer la prise",
        {"action": "dispatch_technician", "customer": "Roy", "date": "2026-03-16", "part_of_day": "morning",
         "technician": "Sophie", "reason": "déplacer la prise"},
    ),
    (
        "log 3h for Sophie at 522 Rang Saint-Louis on March 9: new drop, 2 connectors used, not billable",
        {"action": "log_work_order", "location": "522 Rang Saint-Louis", "technician": "Sophie", "date": "2026-03-09",
         "hours": "3", "note": "new drop", "parts": [{"item": "connectors", "qty": "2"}], "billable": False},
    ),
    (
        "Sophie chez Gagné hier de 13h à 15h45, changé le routeur, à facturer",
        {"action": "log_work_order", "customer": "Gagné", "technician": "Sophie", "date": "2026-03-11",
         "arrived": "13:00", "left": "15:45", "note": "changé le routeur", "billable": True},
    ),
    (
        "Need a quote: Roy, fibre 1G at $89.95 plus two routers, good till April 10",
        {"action": "create_quote", "customer": "Roy", "valid_until": "2026-04-10",
         "items": [{"item": "fibre 1G", "rate": "89.95"}, {"item": "routeur WiFi", "qty": 2}]},
    ),
    (
        "swap Roy's fibre 100 for fibre 500",
        {"action": "change_subscription", "customer": "Roy", "from_item": "fibre 100", "to_item": "fibre 500"},
    ),
    (
        "résilie le mesh de Gagné le 31 mars, il s'en sert pas",
        {"action": "cancel_subscription", "customer": "Gagné", "item": "WiFi mesh", "effective_date": "2026-03-31",
         "reason": "il s'en sert pas"},
    ),
    (
        "Enregistre le chèque no 2209 de Luc Gagnon, 312,40 $, reçu le 10 mars.",
        {"action": "record_payment", "customer": "Luc Gagnon", "amount": "312.40", "date": "2026-03-10",
         "method": "cheque", "reference": "2209"},
    ),
    ("switch Bouchard from bank to Stripe", {"action": "switch_autopay", "customer": "Bouchard", "provider": "stripe"}),
    (
        "open an urgent ticket for billing: Roy was charged twice",
        {"action": "create_ticket", "customer": "Roy", "subject": "was charged twice", "priority": "urgent",
         "department": "Facturation"},
    ),
    (
        "ferme le billet ISS-2026-00018, commentaire: rappelé à 11 h, tout marche",
        {"action": "update_ticket", "ticket": "ISS-2026-00018", "status": "closed",
         "comment": "rappelé à 11 h, tout marche"},
    ),
    (
        "add 450-264-7004 for Kevin Smith at 3 Rue Prince with voicemail to kev@example.com, caller ID Smith K",
        {"action": "add_phone_line", "customer": "Kevin Smith", "location": "3 Rue Prince", "did": "4502647004",
         "voicemail": True, "voicemail_email": "kev@example.com", "caller_id": "Smith K"},
    ),
    (
        "turn off the voicemail on 450-272-2408",
        {"action": "set_voicemail", "did": "4502722408", "enabled": False},
    ),
    (
        "mets donc le 911 de Gagné à 31 rang du Dix à Howick",
        {"action": "update_e911_address", "customer": "Gagné", "address": "31 rang du Dix, Howick"},
    ),
    (
        "Ferme Leduc: l'adresse de service du 522 Rang Saint-Louis devient le 526 Rang Saint-Louis",
        {"action": "update_service_address", "customer": "Ferme Leduc", "location": "522 Rang Saint-Louis",
         "address": "526 Rang Saint-Louis"},
    ),
    (
        "provision Kevin Smith on OLT-WEST 1/1/4 with fibre 500, serial GGFB00112233",
        {"action": "provision_fibre", "customer": "Kevin Smith", "olt": "OLT-WEST", "port": "1/1/4",
         "ont_serial": "GGFB00112233", "item": "fibre 500"},
    ),
    (
        "le contact chez Bouchard c'est maintenant Julie Paré",
        {"action": "update_contact", "customer": "Bouchard", "contact_name": "Julie Paré"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "action"), CASES)
def test_the_details_fill_their_fields(text: str, action: dict[str, Any], context: Context) -> None:
    assert [found.wire() for found in ENGINE.read(text, context).actions] == [action]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Send Marc-André over to Sylvie Côté's, outlet in the basement is dead", ["date"]),
        ("Nathalie Roy just paid me by cheque, mark it down", ["amount"]),
        ("ouvre un billet pour Émile Lavoie svp", ["subject"]),
        ("Change the 911 address on 450-825-2100 please", ["address"]),
        ("change the 911 address of 450-825-2100 to 8 Main Street, to 12 Main Street", ["address"]),
        ("Put Kevin Smith on automatic payments please, he keeps forgetting his bill.", ["provider"]),
    ],
)
def test_what_nobody_said_is_asked_for(text: str, missing: list[str], context: Context) -> None:
    heard = ENGINE.read(text, context)
    assert [action.wire().get("missing") for action in heard.actions] == [missing]


def test_every_document_named_is_a_request_of_its_own(context: Context) -> None:
    heard = ENGINE.read("facture les bons WO-00040 et WO-00041", context)
    assert [action.wire().get("work_order") for action in heard.actions] == ["WO-00040", "WO-00041"]


def test_a_numbered_list_is_parted_where_it_is_numbered(context: Context) -> None:
    text = "Morning list: 1) note on Robert Dubois: call before going up 2) close ISS-2026-00021"
    assert [action.wire() for action in ENGINE.read(text, context).actions] == [
        {"action": "add_note", "customer": "Robert Dubois", "note": "call before going up"},
        {"action": "update_ticket", "ticket": "ISS-2026-00021", "status": "closed"},
    ]


@pytest.mark.parametrize(
    ("flat", "times"),
    [
        ("at 1:30 pm", ["13:30"]),
        ("a 8 h 30", ["08:30"]),
        ("vers midi et demie", ["12:30"]),
        ("at 2", ["14:00"]),
        ("demain apres-midi", []),
        ("2 hours", []),
    ],
)
def test_times_of_the_day(flat: str, times: list[str]) -> None:
    assert [clock.text for clock in clocks(flat)] == times


@pytest.mark.parametrize(
    ("flat", "span"),
    [
        ("was there 9 to 11:30", ("09:00", "11:30")),
        ("de 13h a 15h45", ("13:00", "15:45")),
        ("in at 9:10 out at 11:40", ("09:10", "11:40")),
        ("arrive 13 h , parti 15 h 15", ("13:00", "15:15")),
        ("from 10 to 2", ("10:00", "14:00")),
    ],
)
def test_spans_of_work(flat: str, span: tuple[str, str]) -> None:
    arrived, left = span_of_work(flat)
    assert (arrived and arrived.text, left and left.text) == span


@pytest.mark.parametrize(
    ("flat", "hours"),
    [
        ("2.5 hrs", "2.5"),
        ("2 heures et demie", "2.5"),
        ("an hour and a half", "1.5"),
        ("45 minutes", "0.75"),
        ("2h15", "2.25"),
    ],
)
def test_lengths_of_work(flat: str, hours: str) -> None:
    assert [str(length.hours) for length in lengths(flat)] == [hours]


def test_what_is_put_on_hold_after_a_ticket_is_the_ticket(context: Context) -> None:
    heard = ENGINE.read("assign Bergeron's ticket to Sophie and put it on hold", context)
    assert [action.wire() for action in heard.actions] == [
        {"action": "update_ticket", "customer": "Bergeron", "status": "on_hold", "assign_to": "Sophie"}
    ]
