"""What is dictated: numbers, times, days and codes in words, work told from the truck, a breath drawn in a list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.intents.local import LocalEngine
from agent.intents.local.said import Said
from agent.intents.understanding import Context

Wire = dict[str, Any]


def _read(text: str, engine: LocalEngine, context: Context) -> list[Wire]:
    return [action.wire() for action in engine.read(text, context).actions]


@pytest.mark.parametrize(
    ("said", "french", "written"),
    [
        ("monday at two fifteen pm", False, "monday at 2:15 pm"),
        ("from eight twenty to eleven forty", False, "from 8:20 to 11:40"),
        ("left at one oh five", False, "left at 1:05"),
        ("left at ten fifteen one router", False, "left at 10:15 1 router"),
        ("cap it at ten fifty a month", False, "cap it at 10.50 a month"),
        ("at ten fifty main street", False, "at 1050 main street"),
        ("May third twenty twenty four", False, "May 3rd 2024"),
        ("à neuf heures", True, "à 9 heures"),
        ("un routeur neuf", True, "un routeur neuf"),
        ("soixante-dix et quarante par chèque", True, "70.40 par chèque"),
        ("entre trente et cinquante", True, "entre 30 et 50"),
        ("douze cents route cent trente-huit", True, "1200 route 138"),
        ("le neuf un un de la ligne", True, "le 911 de la ligne"),
        ("bon zéro zéro quatorze", True, "bon 0014"),
    ],
)
def test_numbers_are_read_as_they_would_be_written(said: str, french: bool, written: str) -> None:  # noqa: FBT001
    assert Said.of(said, french=french).text == written


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("convert quote S O Q nine oh seven", {"action": "convert_quote", "quote": "SOQ-907"}),
        ("convertis la soumission S-O-Q neuf cent sept", {"action": "convert_quote", "quote": "SOQ-907"}),
        (
            "update Roy's email to s underscore roy at my dash mail dot com",
            {"action": "update_contact", "customer": "Roy", "email": "s_roy@my-mail.com"},
        ),
        (
            "le nouveau courriel de Roy c'est s point roy arobase exemple point ca",
            {"action": "update_contact", "customer": "Roy", "email": "s.roy@exemple.ca"},
        ),
        (
            "change l'adresse de service de Roy pour le douze rue Wellington à Huntingdon J zéro S un H zéro",
            {
                "action": "update_service_address",
                "customer": "Roy",
                "address": "12 rue Wellington, Huntingdon J0S 1H0",
            },
        ),
        (
            "hours for Dave between the first and the fifteenth of February",
            {"action": "technician_hours", "technician": "Dave", "since": "2026-02-01", "until": "2026-02-15"},
        ),
        (
            "suspends Roy du cinq au dix mai",
            {
                "action": "suspend_customer",
                "customer": "Roy",
                "effective_date": "2026-05-05",
                "until": "2026-05-10",
            },
        ),
        (
            "envoie Dave chez Roy lundi à dix heures moins vingt",
            {
                "action": "dispatch_technician",
                "customer": "Roy",
                "technician": "Dave",
                "date": "2026-03-16",
                "time": "09:40",
            },
        ),
    ],
)
def test_codes_days_and_hours_may_be_spoken(text: str, action: Wire, engine: LocalEngine, context: Context) -> None:
    assert _read(text, engine, context) == [action]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            "Dave here, put me down for two hours at Roy's this morning, parts one ONT and one ATA",
            {"customer": "Roy", "technician": "Dave", "hours": "2", "items": ["ONT", "adaptateur téléphonique"]},
        ),
        (
            "Sophie ici je suis dans le camion mets-moi deux heures chez Gagné hier pièces un routeur",
            {"customer": "Gagné", "technician": "Sophie", "hours": "2", "items": ["routeur WiFi"]},
        ),
        (
            "work order at Roy's tech Dave arrived eight thirty left ten fifteen one wifi mesh and an ATA billable",
            {"customer": "Roy", "arrived": "08:30", "left": "10:15", "items": ["WiFi mesh", "adaptateur téléphonique"]},
        ),
        (
            "c'est Marc-André, j'ai passé trois heures chez Bergeron hier, deux wifi mesh posés",
            {"customer": "Bergeron", "technician": "Marc-André", "hours": "3", "items": ["WiFi mesh"]},
        ),
    ],
)
def test_work_is_told_from_the_truck(text: str, fields: Wire, engine: LocalEngine, context: Context) -> None:
    (one,) = _read(text, engine, context)
    assert one["action"] == "log_work_order"
    assert "note" not in one
    seen = {**one, "items": [part["item"] for part in one.get("parts", [])]}
    assert {name: seen.get(name) for name in fields} == fields


@pytest.mark.parametrize(
    "text", ["work order, two hours for Sophie yesterday", "bon de travail, une heure et demie pour Sophie hier"]
)
def test_a_work_order_with_its_hours_is_one_to_record(text: str, engine: LocalEngine, context: Context) -> None:
    (one,) = _read(text, engine, context)
    assert (one["action"], one["for"], one["missing"]) == ("clarify", "log_work_order", ["customer"])


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        (
            "set up an arrangement for Roy, 90 due April 10, and note that he changes jobs",
            ["create_payment_arrangement"],
        ),
        ("entente pour Roy cent piastres le trente mars pis note qu'elle est en congé", ["create_payment_arrangement"]),
        ("mets deux heures pour Sophie chez Gagné hier pis note que le fil était coupé", ["log_work_order"]),
        (
            "set up an arrangement for Roy, 90 due April 10, and add a note to his file that he called",
            ["create_payment_arrangement", "add_note"],
        ),
        ("suspend Kevin Smith and note that he hung up on me", ["suspend_customer", "add_note"]),
    ],
)
def test_a_note_within_an_action_that_has_one_is_its_own(
    text: str, actions: list[str], engine: LocalEngine, context: Context
) -> None:
    read = _read(text, engine, context)
    assert [one["action"] for one in read] == actions
    assert read[-1].get("note")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("quote for Roy fibre five hundred uh one phone line two mesh units", ["fibre 500", "téléphonie", "WiFi mesh"]),
        ("soumission pour Roy deux wifi mesh pis euh un routeur", ["WiFi mesh", "routeur WiFi"]),
    ],
)
def test_a_breath_in_a_list_takes_nothing_back(
    text: str, names: list[str], engine: LocalEngine, context: Context
) -> None:
    (one,) = _read(text, engine, context)
    assert [item["item"] for item in one["items"]] == names


def test_a_breath_before_the_same_thing_corrects_it(engine: LocalEngine, context: Context) -> None:
    (one,) = _read("entente pour Roy cent piastres euh cent vingt le trente mars", engine, context)
    assert one["amount"] == "120.00"


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("got a cheque in from Roy eighty two dollars, put that in", "record_payment"),
        ("on a eu un chèque de quatre-vingts piastres de Bouchard, rentre ça", "record_payment"),
        ("Roy wants 450-264-3102 removed", "remove_phone_line"),
        ("Bouchard veut faire enlever le 450-264-3102", "remove_phone_line"),
        ("change le code de la messagerie du 450-272-2408, elle l'a oublié", "set_voicemail"),
        ("can you put up an ad for the one gig plan", "out_of_scope"),
        ("fais une annonce sur Facebook pour la fibre", "out_of_scope"),
    ],
)
def test_what_is_asked_in_passing_words(text: str, action: str, engine: LocalEngine, context: Context) -> None:
    (one,) = _read(text, engine, context)
    assert one["action"] == action


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Dave at Roy's tomorrow at nine, his mesh drops", {"date": "2026-03-13", "time": "09:00"}),
        ("Sophie chez Gagné lundi à 14 h", {"date": "2026-03-16", "time": "14:00"}),
        ("Monday at nine, send Sophie to Kevin Smyth's", {"date": "2026-03-16", "time": "09:00"}),
        ("dispatch Sophie to Roy's Monday, no internet at all", {"reason": "no internet at all", "time": None}),
    ],
)
def test_a_visit_to_come_is_told_in_few_words(text: str, fields: Wire, engine: LocalEngine, context: Context) -> None:
    (one,) = _read(text, engine, context)
    assert (one["action"], one.get("location")) == ("dispatch_technician", None)
    assert {name: one.get(name) for name in fields} == fields


@pytest.mark.parametrize(
    ("request_", "reply", "understood"),
    [
        ("ouvre un billet pour Roy, wifi lent", "monte-le à urgent", {"priority": "urgent"}),
        ("open a ticket for Roy, slow wifi", "bump that up to high priority", {"priority": "high"}),
        ("log 2 hours for Sophie at Roy's yesterday", "no no it was three and a half hours", {"hours": "3.5"}),
        ("mets 2 heures pour Sophie chez Roy hier", "non c'était trois heures", {"hours": "3"}),
        (
            "payment arrangement for Roy, 120 due March 31",
            "hm she can only swing ninety, change it",
            {"amount": "90.00"},
        ),
        ("open a ticket for Roy, slow wifi", "oh actually no need", None),
        ("ouvre un billet pour Roy, wifi lent", "euh non finalement pas besoin", None),
    ],
)
def test_a_loose_reply_changes_the_plan_or_drops_it(
    request_: str, reply: str, understood: Wire | None, engine: LocalEngine, context: Context
) -> None:
    waiting = engine.read(request_, context).actions
    (one,) = _read(reply, engine, replace(context, waiting=tuple(waiting)))
    expected = {"action": "amend", "changes": understood} if understood else {"action": "reject"}
    assert one == expected
