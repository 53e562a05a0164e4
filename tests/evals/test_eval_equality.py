"""Equality in evaluations, rule by rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.directory import Directory
from agent.intents.actions import CATALOGUE
from evals.catalogue import CONVERSATION, EVERY_NAME, READS, WRITES, defaults_of
from evals.discussion import Turn
from evals.equality import Circumstances, all_equal, equal
from evals.names import Names, readings, same_words
from evals.values import number_of, same_value, time_of

Stand = Callable[..., Circumstances]
NOBODY = Names(Directory())


def wire(action: str, **fields: Any) -> dict[str, Any]:
    return {"action": action, **fields}


SAME = [
    ("location", "123 rue principale", "123, Rue Principale"),
    ("location", "88 rang du Bord-de-l'Eau", "88 Rang du bord de l’eau"),
    ("location", "510 rang St-Louis", "510 Rg Saint-Louis"),
    ("location", "Ste-Barbe", "sainte barbe"),
    ("location", "12 Main St, Hemmingford", "12 Main Street Hemmingford"),
    ("location", "75 ch. Ridge", "75 Chemin Ridge"),
    ("location", "101 boul. du Havre", "101 Boulevard du Havre"),
    ("location", "3 rue Prince, J0S 1H0", "3 rue Prince J0S1H0"),
    ("location", "9 av. Bouchette app. 2", "9 avenue Bouchette apt 2"),
    ("location", "la rue Principale", "rue Principale"),
    ("contact_name", "Mme Côté", "cote"),
    ("customer", "Luc Gagnon", "C-10003"),
    ("customer", "monsieur Gagnon", "luc gagnon"),
    ("customer", "le client Gagnon", "Gagnon"),
    ("customer", "450-373-0003", "Gagnon"),
    ("customer", "(450) 373-0003", 4503730003),
    ("customer", "+1 450 555 0199", "450.555.0199"),
    ("customer", "C10003@example.com", "c-10003"),
    ("customer", "Bouchard et Fils", "Bouchard & Fils inc."),
    ("customer", "450-264-3101", "C-10004"),
    ("customer", "Tremblay", "TREMBLAY"),
    ("customer", "Ste-Marie", "Sainte Marie"),
    ("technician", "Marc-André", "marc andre pelletier"),
    ("assign_to", "Sophie", "HR-2"),
    ("item", "fibre 500", "FIBRE-500"),
    ("to_item", "500M", "Fibre 500M"),
    ("items", [{"item": "mesh"}], [{"item": "WIFI-MESH", "qty": 1, "rate": None}]),
    ("items", ["mesh", "500M"], [{"item": "FIBRE-500", "qty": "1"}, {"item": "mesh", "qty": 1.0}]),
    ("items", [{"item": "mesh", "rate": "129.00"}], [{"item": "mesh", "rate": 129}]),
    ("did", "450-272-2408", 4502722408),
    ("phone", "1 (450) 272-2408", "4502722408"),
    ("email", "Ginette@Example.com", "ginette@example.com"),
    ("serial", "tplg-1a2b", "TPLG1A2B"),
    ("due_date", dt.date(2026, 3, 26), "2026-03-26"),
    ("due_date", "2026-03-26T00:00:00", "2026-03-26"),
    ("time", "9:30", "09:30"),
    ("arrived", 14 * 60 + 30, "14:30"),
    ("amount", 150, "150.00"),
    ("amount", "1 250,50 $", "1250.5"),
    ("amount", "$1,250.50", 1250.50),
    ("hours", "2,5", 2.5),
    ("department", "Billing", "Facturation"),
    ("provider", False, "off"),
    ("enabled", "yes", True),
    ("sections", ["Tickets", "balance"], ["balance", "tickets"]),
    ("missing", ["amount", "customer"], ["location", "amount"]),
    ("missing", "did", ["customer"]),
    ("reason", "he never pays", "non-paiement"),
    ("changes", {"amount": 200, "cutoff_date": None}, {"amount": "200.00"}),
]
DIFFERENT = [
    ("location", "64 Churchill", "64A Churchill"),
    ("location", "64 rue Churchill", "64 chemin Churchill"),
    ("location", "12 3e rue", "123e rue"),
    ("location", "4 rue A", "4 rue"),
    ("customer", "Kevin Smith", "Kevin Smyth"),
    ("customer", "Tremblay", "Jean Tremblay"),
    ("customer", "450-373-0003", "450-373-0004"),
    ("customer", "c10003@example.com", "c10001@example.com"),
    ("customer", "Robert Dubois", "Dubois"),
    ("technician", "Sophie", "Marc-André"),
    ("item", "fibre", "FIBRE-500"),
    ("items", [{"item": "mesh", "qty": 2}], [{"item": "mesh"}]),
    ("items", [{"item": "mesh"}], [{"item": "mesh"}, {"item": "500M"}]),
    ("did", "4502722408", "4502722409"),
    ("email", "a.b@example.com", "ab@example.com"),
    ("port", "1/23", "12/3"),
    ("due_date", "2026-03-26", "2026-03-27"),
    ("due_date", "2026-03-26", "soon"),
    ("time", "09:30", "21:30"),
    ("amount", "150.00", "1500"),
    ("amount", True, 1),
    ("department", "Support", "Facturation"),
    ("status", "unpaid", "overdue"),
    ("enabled", True, False),
    ("missing", ["amount"], ["amount", "due_date"]),
    ("changes", {"amount": 200}, {"amount": 200, "every": "weekly"}),
    ("changes", {"amount": 200}, "200"),
]


@pytest.mark.parametrize(("field", "one", "other"), SAME)
def test_values_that_say_the_same_are_equal_both_ways(names: Names, field: str, one: Any, other: Any) -> None:
    assert same_value(field, one, other, names)
    assert same_value(field, other, one, names)


@pytest.mark.parametrize(("field", "one", "other"), DIFFERENT)
def test_values_that_differ_are_different_both_ways(names: Names, field: str, one: Any, other: Any) -> None:
    assert not same_value(field, one, other, names)
    assert not same_value(field, other, one, names)


@given(st.decimals(min_value="0.01", max_value="999999.99", places=2))
def test_an_amount_is_the_same_however_it_is_written(amount: Decimal) -> None:
    english, french = f"${amount:,.2f}", f"{amount:,.2f} $".replace(",", "\u00a0").replace(".", ",")
    assert number_of(english) == number_of(french) == number_of(str(amount)) == amount


@given(st.times())
def test_a_time_that_yaml_read_in_base_sixty_is_that_time(moment: dt.time) -> None:
    assert time_of(moment.hour * 60 + moment.minute) == time_of(f"{moment.hour}:{moment.minute:02}")


@given(st.text(alphabet="abcdé -'.,’ST1234", max_size=30))
def test_text_is_the_same_whatever_its_case_and_punctuation(text: str) -> None:
    assert same_words(readings(text), readings(f"« {text.upper()} »."))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["customer", "did", "amount", "due_date", "time", "items", "sections", "missing", "changes"]


@given(st.sampled_from(FIELDS), json_values, json_values)
def test_no_answer_of_an_engine_breaks_the_judge(field: str, one: Any, other: Any) -> None:
    assert same_value(field, one, other, NOBODY) == same_value(field, other, one, NOBODY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (wire("list_invoices", customer="Gagnon", status="all"), wire("list_invoices", customer="Gagnon")),
        (wire("list_tickets", status="all"), wire("list_tickets")),
        (wire("did_report", export="table", status="all"), wire("did_report")),
        (wire("check_internet", customer="Gagnon", aspect="status"), wire("check_internet", customer="Gagnon")),
        (wire("create_payment_arrangement", every="once", replace=False), wire("create_payment_arrangement")),
        (wire("suspend_customer", customer="Gagnon", until=None), wire("suspend_customer", customer="Gagnon")),
        (wire("suspend_customer", effective_date="2026-03-12"), wire("suspend_customer")),
        (wire("record_payment", date=dt.date(2026, 3, 12), amount=60), wire("record_payment", amount="60.00")),
        (wire("convert_quote", start_date="2026-03-12"), wire("convert_quote")),
        (
            wire("add_phone_line", voicemail_email="a@b.ca"),
            wire("add_phone_line", voicemail=True, voicemail_email="a@b.ca"),
        ),
        (wire("out_of_scope", reason="a refund"), wire("out_of_scope")),
        (wire("help", topic="suspending"), wire("help", topic="payments")),
        (wire("reject", reason="no"), wire("reject")),
        (wire("clarify", question="Who?", missing=["customer"]), wire("clarify", missing=["did"])),
        (wire("add_note", note="called"), wire("add_note", note="a appelé")),
    ],
)
def test_what_the_catalogue_lets_vary_is_equal(stand: Stand, one: dict[str, Any], other: dict[str, Any]) -> None:
    assert equal(one, other, stand())
    assert equal(other, one, stand())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (wire("suspend_customer", reason="x"), wire("suspend_customer")),
        (wire("suspend_customer", effective_date="2026-03-13"), wire("suspend_customer")),
        (wire("list_visits", until="2026-03-12"), wire("list_visits")),
        (wire("list_invoices", customer="Gagnon"), wire("list_invoices")),
        (wire("list_invoices", status="unpaid"), wire("list_invoices")),
        (wire("clarify", missing=["amount"], **{"for": "add_note"}), wire("clarify", missing=["amount"])),
        (wire("get_balance", customer="Gagnon"), wire("get_customer", customer="Gagnon")),
        (wire("set_voicemail", enabled=False), wire("set_voicemail")),
        (wire("suspend_customer", colour="blue"), wire("suspend_customer")),
    ],
)
def test_what_says_something_else_is_not_equal(stand: Stand, one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not equal(one, other, stand())
    assert not equal(other, one, stand())


def test_actions_are_equal_in_their_order_only(stand: Stand) -> None:
    pay, reconnect = wire("record_payment", amount=60), wire("reactivate_customer")
    assert all_equal([pay, reconnect], [pay, reconnect], stand())
    assert not all_equal([pay, reconnect], [reconnect, pay], stand())
    assert not all_equal([pay], [pay, reconnect], stand())


def test_a_reference_to_what_is_under_discussion_may_be_null_or_named(stand: Stand) -> None:
    named, null = wire("suspend_customer", customer="C-10003"), wire("suspend_customer")
    after = stand("Combien doit Luc Gagnon?")
    assert equal(named, null, after)
    assert equal(null, named, after)


def test_a_named_stranger_is_not_what_was_under_discussion(stand: Stand) -> None:
    named, null = wire("suspend_customer", customer="Kevin Smyth"), wire("suspend_customer")
    assert not equal(null, named, stand("what does kevin smith owe"))


def test_only_the_last_customer_spoken_of_is_under_discussion(stand: Stand) -> None:
    after = stand("balance of Luc Gagnon", "and Robert Dubois?")
    assert equal(wire("get_balance", customer="Robert Dubois"), wire("get_balance"), after)
    assert not equal(wire("get_balance", customer="Luc Gagnon"), wire("get_balance"), after)


@pytest.mark.parametrize(
    "said", ["Gagnon's balance?", "le solde de Luc Gagnon, svp", "450-373-0003", "l'arrangement d'Gagnon"]
)
def test_a_name_is_known_with_whatever_clings_to_it(stand: Stand, said: str) -> None:
    assert equal(wire("get_balance"), wire("get_balance", customer="C-10003"), stand(said))


def test_the_customer_whom_the_agent_found_out_is_under_discussion(stand: Stand) -> None:
    answered = Turn("le premier", [wire("suspend_customer", customer="C-10001")])
    assert equal(
        wire("get_balance"), wire("get_balance", customer="Jean Tremblay"), stand("suspends Tremblay", answered)
    )


def test_the_customer_at_an_address_spoken_of_is_under_discussion(stand: Stand) -> None:
    after = stand("balance of Luc Gagnon", "reboot the router at 64 Churchill, please")
    assert equal(wire("get_balance"), wire("get_balance", customer="Geneviève Dubois"), after)
    assert not equal(wire("get_balance"), wire("get_balance", customer="Luc Gagnon"), after)


def test_a_ticket_that_the_agent_showed_is_under_discussion(stand: Stand) -> None:
    after = stand(Turn("open tickets?", [wire("list_tickets")], '{"rows": [["ISS-2026-00012"]]}'))
    assert equal(wire("update_ticket"), wire("update_ticket", ticket="ISS-2026-00012"), after)
    assert not equal(wire("update_ticket"), wire("update_ticket", ticket="ISS-2026-00013"), after)


def test_the_judge_and_the_models_agree_on_what_writes() -> None:
    by_kind = {"read": READS, "sensitive": READS | WRITES, "write": WRITES, "conversation": CONVERSATION}
    assert all(name in by_kind[model.kind] for name, model in CATALOGUE.items())
    assert len(EVERY_NAME) == 55


def test_defaults_are_those_of_the_models_where_there_is_one() -> None:
    assert defaults_of("create_payment_arrangement")["every"] == "once"
    assert defaults_of("list_invoices")["status"] == "all"
