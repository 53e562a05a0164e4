"""Suspending, reactivating and noting, with what a careful colleague would warn of or refuse."""

from __future__ import annotations

import pytest
from demo_talk import Company, Talk, cells, changes, diff, told

SUSPENSION = ("is_suspended", "suspended_on", "suspension_reason")


async def test_who_is_suspended_already_is_not_suspended_again(talk: Talk) -> None:
    reply = await talk("suspend Luc Gagnon")
    assert (reply.outcome, reply.plan) == ("refused", None)
    assert told(reply) == "Luc Gagnon is already suspended since Fri, Feb 20, 2026: there is nothing to do."


async def test_a_running_arrangement_has_to_be_answered_with_a_reason(talk: Talk) -> None:
    question = await talk("suspend Nathalie Roy")
    assert (question.outcome, question.plan) == ("question", None)
    assert "PA-00006: $150.00 due Thu, Mar 26, 2026, cutoff Thu, Apr 2, 2026" in told(question)
    reply = await talk("she asked for it")
    customer = changes(reply)["ERPNext: Customer · Nathalie Roy (C-10008)"]
    assert customer["Reason of the suspension"] == (None, "she asked for it")
    assert any("PA-00006 is still running" in warning for warning in diff(reply).warnings)


async def test_no_to_the_reason_leaves_the_customer_alone(talk: Talk, company: Company) -> None:
    reply = await talk("suspends Nathalie Roy", "non")
    assert (reply.outcome, reply.language) == ("answered", "fr")
    assert (await talk("oui")).outcome == "refused"
    assert company.effects() == []


async def test_a_reason_given_at_once_is_not_asked_for(talk: Talk) -> None:
    reply = await talk("suspend Nathalie Roy because she moved out")
    assert reply.outcome == "plan"
    assert any("PA-00006" in warning for warning in diff(reply).warnings)


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("suspend Jean Tremblay on March 20", "A suspension for later"),
        ("suspends Jean Tremblay le 20 mars", "Une suspension pour plus tard"),
        ("suspend Jean Tremblay until April 3", "A suspension that ends by itself"),
        ("suspends Jean Tremblay jusqu'au 3 avril", "jusqu'au"),
    ],
)
async def test_a_suspension_at_another_time_is_refused_by_name(talk: Talk, message: str, word: str) -> None:
    reply = await talk(message)
    assert (reply.outcome, reply.plan) == ("refused", None)
    assert word in told(reply)


async def test_a_suspension_dated_today_is_a_suspension(talk: Talk) -> None:
    assert (await talk("suspend Jean Tremblay today")).outcome == "plan"


async def test_suspending_who_owes_nothing_warns(talk: Talk) -> None:
    assert "Sylvie Côté owes nothing." in diff(await talk("suspend Sylvie Côté")).warnings


async def test_kevin_smith_warns_of_kevin_smyth(talk: Talk) -> None:
    warnings = diff(await talk("suspend Kevin Smith")).warnings
    assert "Do not mistake for Kevin Smyth (C-10014, 40 Rue York, Huntingdon)." in warnings


async def test_every_port_of_a_customer_goes_dark(talk: Talk, company: Company) -> None:
    reply = await talk("suspend Groupe Immobilier Valleyfield", "yes")
    assert reply.outcome == "answered"
    ports = await company.lit("C-10015")
    assert len(ports) == 12
    assert not any(ports.values())


async def test_a_reactivation_warns_of_the_balance_and_lights_the_port(talk: Talk, company: Company) -> None:
    reply = await talk("reactivate Luc Gagnon")
    shown = diff(reply)
    assert shown.warnings == ["Luc Gagnon still owes $312.40."]
    assert shown.consequences == ["Lights up again: OLT-WEST 1/1/2 (88 Rang du Bord-de-l'Eau, Sainte-Barbe)."]
    await talk("yes")
    customer = await company.customer("C-10003")
    assert (customer["is_suspended"], customer.get("suspended_on"), customer.get("suspension_reason")) == (
        0,
        None,
        None,
    )
    assert await company.lit("C-10003") == {"OLT-WEST 1/1/2": True}


async def test_who_is_not_suspended_is_not_reactivated(talk: Talk) -> None:
    reply = await talk("réactive Jean Tremblay")
    assert (reply.outcome, reply.language, reply.plan) == ("refused", "fr", None)
    assert "n'est pas suspendu" in told(reply)


async def test_undoing_a_reactivation_gives_back_the_date_and_the_reason(talk: Talk, company: Company) -> None:
    before = await company.customer("C-10003")
    await talk("reactivate Luc Gagnon", "yes", "undo", "yes")
    after = await company.customer("C-10003")
    assert [after[field] for field in SUSPENSION] == [before[field] for field in SUSPENSION]


async def test_the_trace_on_the_file_is_in_the_language_of_whoever_did_it(talk: Talk, company: Company) -> None:
    await talk("suspends Martin Gagné pour non-paiement", "oui")
    [newest, *_] = await company.comments("C-10018")
    assert newest.startswith("Service suspendu par admin. Raison : ")
    assert newest.endswith("non-paiement")


async def test_a_note_with_markup_is_stored_escaped_and_shown_as_typed(talk: Talk, company: Company) -> None:
    typed = "call back <b>after 4</b> & ask"
    reply = await talk(f"note on Sylvie Côté: {typed}")
    [fields] = changes(reply).values()
    assert fields["Text"] == (None, typed)
    await talk("yes")
    assert (await company.comments("C-10005"))[0] == "call back &lt;b&gt;after 4&lt;/b&gt; &amp; ask"
    assert typed in cells(await talk("show me Sylvie Côté"))


async def test_undoing_a_note_removes_it(talk: Talk, company: Company) -> None:
    before = await company.comments("C-10005")
    await talk("note on Sylvie Côté: call back", "yes", "undo", "yes")
    assert await company.comments("C-10005") == before


async def test_a_pronoun_means_who_is_under_discussion(talk: Talk) -> None:
    reply = await talk("What does Jean Tremblay owe?", "suspend him")
    assert diff(reply).title == "Suspend Jean Tremblay"


async def test_no_one_under_discussion_is_a_question(talk: Talk) -> None:
    question = await talk("suspend him")
    assert (question.outcome, question.plan) == ("question", None)
    assert diff(await talk("C-10018")).title.endswith("Martin Gagné")
