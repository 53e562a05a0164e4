"""Payment arrangements: dates that can be, what they cover, and the one that is there already."""

from __future__ import annotations

import datetime as dt

import pytest
from demo_talk import Company, Talk, changes, diff, told

NEW = "arrangement with Nathalie Roy: $150 by March 26, cut off on April 2"
NOUVELLE = "accord de 150 $ avec Nathalie Roy pour le 26 mars, coupure le 2 avril"


@pytest.mark.parametrize(
    ("message", "answer"),
    [(NEW, "1"), (NEW, "replace it"), (NEW, "Replace"), (NOUVELLE, "remplace-la"), (NOUVELLE, "la première")],
)
async def test_replacing_cancels_the_open_one_in_the_same_plan(
    talk: Talk, company: Company, message: str, answer: str
) -> None:
    reply = await talk(message, answer)
    assert "PA-00006" in diff(reply).records[0].title
    await talk("yes")
    statuses = await company.arrangements("C-10008")
    assert (statuses.pop("PA-00006"), list(statuses.values())) == ("Cancelled", ["Open"])


@pytest.mark.parametrize(
    ("message", "answer"), [(NEW, "2"), (NEW, "keep it"), (NOUVELLE, "garde-la"), (NOUVELLE, "la deuxième")]
)
async def test_keeping_changes_nothing(talk: Talk, company: Company, message: str, answer: str) -> None:
    reply = await talk(message, answer)
    assert (reply.outcome, reply.plan) == ("refused", None)
    assert company.effects() == []


async def test_undoing_a_replacement_reopens_the_earlier_one(talk: Talk, company: Company) -> None:
    await talk(NEW, "replace it", "yes", "undo", "yes")
    statuses = await company.arrangements("C-10008")
    assert statuses["PA-00006"] == "Open"
    assert list(statuses.values()).count("Open") == 1


async def test_an_amount_said_without_cents_is_approved_as_it_was_shown(talk: Talk, company: Company) -> None:
    reply = await talk("arrangement with Luc Gagnon: 100 by March 27, cut off on April 3", "yes")
    assert told(reply).startswith("Done")
    assert list((await company.arrangements("C-10003")).values()).count("Open") == 1


async def test_a_cutoff_before_the_due_date_is_refused(talk: Talk) -> None:
    reply = await talk("arrangement with Jean Tremblay: $100 by March 26, cut off on 2026-03-20")
    assert reply.outcome == "refused"
    assert told(reply) == "The cutoff (Fri, Mar 20, 2026) would come before the payment is due (Thu, Mar 26, 2026)."


async def test_a_due_date_in_the_past_is_refused(talk: Talk) -> None:
    reply = await talk("arrangement with Jean Tremblay: $100 by 2026-03-02")
    assert (reply.outcome, told(reply)) == ("refused", "The due date (Mon, Mar 2, 2026) is past.")


async def test_several_payments_make_a_schedule(talk: Talk, company: Company) -> None:
    reply = await talk("arrangement with Jean Tremblay: $60 by March 26, every two weeks, 3 payments")
    [fields] = changes(reply).values()
    assert [fields[f"Payment {number}"] for number in (1, 2, 3)] == [
        (None, "Thu, Mar 26, 2026 · $60.00"),
        (None, "Thu, Apr 9, 2026 · $60.00"),
        (None, "Thu, Apr 23, 2026 · $60.00"),
    ]
    await talk("yes")
    [name] = await company.arrangements("C-10001")
    stored = await company.systems.erp.get("Payment Arrangement", name)
    assert [(row["due_date"], row["amount"]) for row in stored["installments"]] == [
        ("2026-03-26", 60.0),
        ("2026-04-09", 60.0),
        ("2026-04-23", 60.0),
    ]


async def test_what_it_does_not_cover_is_told(talk: Talk) -> None:
    reply = await talk("arrangement with Luc Gagnon: $300 by March 26")
    assert "It does not cover the balance: $12.40 would remain." in diff(reply).warnings
    assert "No cutoff date was given." in diff(reply).warnings


async def test_more_than_is_owed_is_told(talk: Talk) -> None:
    reply = await talk("arrangement with Luc Gagnon: $400 by March 26, cut off on April 2")
    assert "It is more than the balance of $312.40." in diff(reply).warnings


async def test_who_owes_nothing_is_told(talk: Talk) -> None:
    reply = await talk("arrangement with Sylvie Côté: $100 by March 26")
    assert "Sylvie Côté owes nothing." in diff(reply).warnings


@pytest.mark.parametrize("amount", ["$0", "-5 $"])
async def test_an_amount_of_nothing_never_becomes_a_plan(talk: Talk, amount: str) -> None:
    reply = await talk(f"arrangement with Luc Gagnon: {amount} by March 26")
    assert reply.plan is None


async def test_cancelling_ends_it_and_undo_reopens_it(talk: Talk, company: Company) -> None:
    reply = await talk("cancel Nathalie Roy's arrangement")
    assert diff(reply).consequences == ["Nathalie Roy owes $258.54, due as usual."]
    await talk("yes")
    assert (await company.arrangements("C-10008"))["PA-00006"] == "Cancelled"
    await talk("undo", "yes")
    assert (await company.arrangements("C-10008"))["PA-00006"] == "Open"


async def test_there_is_nothing_to_cancel_where_none_is_open(talk: Talk) -> None:
    reply = await talk("cancel the arrangement of Jean Tremblay")
    assert (reply.outcome, told(reply)) == ("refused", "Jean Tremblay has no open arrangement.")


async def test_the_day_of_the_message_decides_what_a_bare_date_means(talk: Talk) -> None:
    later = await talk.agent.say("arrangement with Luc Gagnon: $100 by March 26", today=dt.date(2026, 4, 1))
    [fields] = changes(later).values()
    assert fields["Due"] == (None, "Fri, Mar 26, 2027")
