"""What a message means while a plan waits: approved, dropped, changed, replaced, or left to wait."""

from __future__ import annotations

import pytest
from demo_talk import Company, OpenAgent, Talk, asked, changes, choices, diff, told

SUSPEND = "suspend Jean Tremblay for non-payment"


async def test_a_read_beside_a_waiting_plan_leaves_it_waiting(talk: Talk, company: Company) -> None:
    plan = (await talk(SUSPEND)).plan
    reply = await talk("what does Sylvie Côté owe?")
    assert plan is not None
    assert reply.outcome == "answered"
    assert f"Plan {plan.id} is still waiting for your answer." in told(reply)
    assert (await talk("yes")).outcome == "answered"
    assert (await company.customer("C-10001"))["is_suspended"] == 1


@pytest.mark.parametrize(
    "message",
    [
        "yes, and what does he owe?",
        "yes?",
        "yes but Friday",
        "oui?",
        "oui, pis combien il doit?",
        "oui mais vendredi",
        "not yes",
        "approve of him being nice",
        "he said « yes »",
    ],
)
async def test_only_a_whole_yes_approves(talk: Talk, company: Company, message: str) -> None:
    reply = await talk(SUSPEND, message)
    assert "approve" not in asked(reply)
    assert company.effects() == []


@pytest.mark.parametrize("message", ["yes", "Yes!", "OUI", "go", "vas-y", "c'est beau", "confirme"])
async def test_a_whole_yes_approves(talk: Talk, company: Company, message: str) -> None:
    reply = await talk(SUSPEND, message)
    assert asked(reply) == ["approve"]
    assert company.effects() == ["erpnext update", "hub set_port", "erpnext insert"]


async def test_a_yes_beside_a_question_answers_the_question_and_runs_nothing(talk: Talk, company: Company) -> None:
    reply = await talk(SUSPEND, "yes, and what does he owe?")
    assert asked(reply) == ["get_balance"]
    assert "Jean Tremblay owes" in told(reply)
    assert company.effects() == []


async def test_a_yes_after_a_later_question_runs_nothing_and_shows_the_diff_again(talk: Talk, company: Company) -> None:
    plan = (await talk(SUSPEND)).plan
    assert plan is not None
    reply = await talk("suspend Dubois", "yes")
    assert reply.outcome == "plan"
    assert "A question came in between, so nothing ran." in told(reply)
    assert diff(reply).digest == plan.digest
    assert company.effects() == []
    await talk("yes")
    assert (await company.customer("C-10001"))["is_suspended"] == 1


async def test_a_yes_to_a_question_of_several_puts_it_again(talk: Talk, company: Company) -> None:
    question = await talk("suspend Dubois")
    again = await talk("yes")
    assert again.outcome == "question"
    assert choices(again) == choices(question)
    assert diff(await talk("2")).title == "Suspend Robert Dubois"
    assert company.effects() == []


async def test_a_yes_to_the_only_one_offered_means_that_one(talk: Talk, company: Company) -> None:
    question = await talk("suspend Gagnier")
    assert choices(question) == ["C-10018"]
    assert diff(await talk("yes")).title == "Suspend Martin Gagné"
    assert company.effects() == []


async def test_a_new_write_replaces_the_waiting_plan_and_says_so(talk: Talk, company: Company) -> None:
    first = (await talk(SUSPEND)).plan
    assert first is not None
    reply = await talk("reactivate Luc Gagnon")
    assert f"It replaces plan {first.id}, which was waiting and will not run." in told(reply)
    await talk("yes")
    assert (await company.customer("C-10001"))["is_suspended"] == 0
    assert (await company.customer("C-10003"))["is_suspended"] == 0


async def test_a_replaced_plan_can_no_longer_be_approved(talk: Talk, company: Company) -> None:
    first = (await talk(SUSPEND)).plan
    assert first is not None
    await talk("reactivate Luc Gagnon")
    late = await talk.agent.approve(first.id, first.digest)
    assert (late.outcome, late.code) == ("refused", "plan_not_waiting")
    assert company.effects() == []


@pytest.mark.parametrize(("message", "language"), [("no", "en"), ("laisse faire", "fr"), ("annule ça", "fr")])
async def test_a_no_drops_the_plan(talk: Talk, company: Company, message: str, language: str) -> None:
    reply = await talk(SUSPEND, message)
    assert (asked(reply), reply.language) == (["reject"], language)
    assert (await talk("yes")).outcome == "refused"
    assert company.effects() == []


async def test_an_amendment_makes_the_plan_again_with_that_field(talk: Talk) -> None:
    first = await talk("arrangement with Luc Gagnon: $150 by March 26")
    reply = await talk("make it $200 instead")
    assert asked(reply) == ["amend"]
    assert "Changed as you asked." in told(reply)
    [before], [after] = changes(first).values(), changes(reply).values()
    assert {field for field in after if before[field] != after[field]} == {"Amount"}
    assert after["Amount"] == (None, "$200.00")


async def test_only_the_amended_plan_runs(talk: Talk, company: Company) -> None:
    await talk("arrangement with Luc Gagnon: $150 by March 26", "make it $200 instead", "yes")
    rows = await company.systems.erp.list(
        "Payment Arrangement", fields=["amount"], filters=[["customer", "=", "C-10003"]]
    )
    assert [row["amount"] for row in rows] == [200.0]


async def test_an_amendment_after_a_question_changes_what_was_asked_about(talk: Talk) -> None:
    await talk(SUSPEND)
    await talk("arrangement with Nathalie Roy: $150 by March 26")
    reply = await talk("make it $200 instead")
    assert reply.outcome == "question"
    shown = changes(await talk("replace it"))
    assert shown["ERPNext: New payment arrangement · Nathalie Roy (C-10008)"]["Amount"] == (None, "$200.00")


async def test_an_amendment_after_a_refused_value_asks_again_with_the_new_one(talk: Talk) -> None:
    await talk("accord de 80 $ avec Luc Gagnon pour le 26 mars, coupure le 20 mars")
    reply = await talk("coupure le 2 avril plutôt")
    assert reply.outcome == "plan"
    [fields] = changes(reply).values()
    assert (fields["Montant"][1], fields["Coupure"][1]) == ("80,00\u00a0$", "jeu. 2 avril 2026")


async def test_what_was_refused_is_forgotten_after_another_turn(talk: Talk) -> None:
    await talk("accord de 80 $ avec Luc Gagnon pour le 26 mars, coupure le 20 mars", "merci")
    reply = await talk("plutôt le 2 avril")
    assert reply.plan is None


async def test_several_actions_of_a_message_become_one_plan(talk: Talk, company: Company) -> None:
    reply = await talk("suspend Jean Tremblay and note on Jean Tremblay: did not answer")
    assert asked(reply) == ["suspend_customer", "add_note"]
    assert diff(reply).title == "Suspend Jean Tremblay; Note on the file of Jean Tremblay"
    await talk("yes")
    assert company.effects() == ["erpnext update", "hub set_port", "erpnext insert", "erpnext insert"]


async def test_a_later_action_is_planned_over_what_the_earlier_one_will_have_done(talk: Talk) -> None:
    reply = await talk("suspend Jean Tremblay then reactivate Jean Tremblay")
    ports = [
        (line.before, line.after) for record in diff(reply).records for line in record.lines if "Port" in line.field
    ]
    assert ports == [("yes", "no"), ("no", "yes")]


async def test_a_cancelled_arrangement_is_no_longer_in_the_way_of_a_new_one(talk: Talk) -> None:
    reply = await talk("cancel Nathalie Roy's arrangement and arrangement with Nathalie Roy: $200 by March 30")
    assert reply.outcome == "plan"
    titles = [record.title for record in diff(reply).records]
    assert titles == ["Payment arrangement · PA-00006", "New payment arrangement · Nathalie Roy (C-10008)"]


async def test_nothing_of_a_message_is_planned_while_one_part_is_a_question(talk: Talk, company: Company) -> None:
    reply = await talk("suspend Jean Tremblay and suspend Dubois")
    assert (reply.outcome, reply.plan) == ("question", None)
    both = await talk("1")
    assert diff(both).title == "Suspend Jean Tremblay; Suspend Geneviève Dubois"
    assert company.effects() == []


async def test_nothing_of_a_message_is_planned_when_one_part_may_not_be_done(open_agent: OpenAgent) -> None:
    talk = open_agent(user="agent")
    reply = await talk("reactivate Luc Gagnon and suspend Jean Tremblay")
    assert (reply.outcome, reply.code, reply.plan) == ("refused", "not_allowed", None)


async def test_yes_and_no_and_undo_with_nothing_there_change_nothing(talk: Talk, company: Company) -> None:
    for message in ("yes", "no", "undo", "oui", "non", "annule ça"):
        assert (await talk(message)).outcome == "refused"
    assert company.effects() == []


async def test_undo_works_once_and_says_so_the_second_time(talk: Talk, company: Company) -> None:
    await talk(SUSPEND, "yes", "undo", "yes")
    seen = company.effects()
    reply = await talk("undo")
    assert (reply.outcome, told(reply)) == ("refused", "There is nothing to take back.")
    assert company.effects() == seen


async def test_each_undo_takes_back_the_one_before(talk: Talk, company: Company) -> None:
    await talk(SUSPEND, "yes", "note on Sylvie Côté: call back", "yes")
    assert "Note on the file of Sylvie Côté" in diff(await talk("undo")).title
    await talk("yes")
    assert "Suspend Jean Tremblay" in diff(await talk("undo")).title
    await talk("yes")
    assert (await company.customer("C-10001"))["is_suspended"] == 0


async def test_undo_is_refused_when_the_record_was_changed_since(talk: Talk, company: Company) -> None:
    await talk(SUSPEND, "yes")
    await company.change("C-10001", suspension_reason="asked for it")
    reply = await talk("undo")
    assert (reply.outcome, reply.code) == ("refused", "plan_is_stale")
    assert "Customer C-10001" in told(reply)


async def test_when_the_world_has_moved_nothing_runs_and_the_new_diff_is_shown(talk: Talk, company: Company) -> None:
    first = await talk("reactivate Luc Gagnon")
    await company.change("C-10003", suspension_reason="Fraude")
    reply = await talk("yes")
    assert (reply.outcome, reply.code) == ("plan", "plan_is_stale")
    assert diff(reply).digest != diff(first).digest
    assert "Fraude" in str(changes(reply))
    assert company.effects() == ["erpnext update"]


async def test_a_plan_expires(open_agent: OpenAgent, company: Company) -> None:
    clock = [1_000_000.0]
    talk = open_agent(seams={"now": lambda: clock[0]}, plan_expiry_minutes=15)
    await talk(SUSPEND)
    clock[0] += 15 * 60 + 1
    reply = await talk("yes")
    assert (reply.outcome, reply.code) == ("refused", "plan_expired")
    assert company.effects() == []


async def test_conversations_do_not_see_each_others_plans(open_agent: OpenAgent, company: Company) -> None:
    talk = open_agent()
    await talk(SUSPEND)
    other = Talk(talk.agent, "elsewhere")
    assert (await other("yes")).outcome == "refused"
    assert company.effects() == []
