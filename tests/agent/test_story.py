"""The sentences by which the product is judged, in their order, and what a careful colleague does with each."""

from __future__ import annotations

from demo_talk import Company, Talk, asked, cells, changes, choices, diff, states, told


async def test_a_suspension_shows_every_field_of_every_system_before_anything_runs(
    talk: Talk, company: Company
) -> None:
    reply = await talk("Suspend client Gagné for non-payment")
    assert (reply.outcome, reply.language) == ("plan", "en")
    reason = str(reply.actions[0]["reason"])
    assert "non-payment" in reason
    assert changes(reply) == {
        "ERPNext: Customer · Martin Gagné (C-10018)": {
            "Suspended": ("no", "yes"),
            "Suspended on": (None, "Thu, Mar 12, 2026"),
            "Reason of the suspension": (None, reason),
        },
        "Hub: OLT port OLT-NORD 1/1/4 (27 Rang du Dix, Howick) · Martin Gagné (C-10018)": {
            "Port enabled": ("yes", "no")
        },
        "ERPNext: New comment · Martin Gagné (C-10018)": {
            "Kind of comment": (None, "comment"),
            "On": (None, "customer"),
            "Record": (None, "C-10018"),
            "Text": (None, f"Service suspended by admin. Reason: {reason}"),
        },
    }
    assert company.effects() == []


async def test_a_suspension_tells_what_goes_dark_and_which_lines_lose_911(talk: Talk) -> None:
    shown = diff(await talk("Suspend client Gagné for non-payment"))
    assert shown.consequences[0] == "Goes dark: OLT-NORD 1/1/4 (27 Rang du Dix, Howick)."
    assert shown.warnings == ["No dial tone and no 9-1-1 call on 450-825-2100. The 911 registration stays."]


async def test_an_approved_suspension_is_done_once_in_both_systems(talk: Talk, company: Company) -> None:
    reply = await talk("Suspend client Gagné for non-payment", "yes")
    assert reply.outcome == "answered"
    assert states(reply) == ["confirmed"] * 3
    assert (await company.customer("C-10018"))["is_suspended"] == 1
    assert await company.lit("C-10018") == {"OLT-NORD 1/1/4": False}
    assert company.effects() == [
        "erpnext update",
        "hub set_port",
        "erpnext insert",
    ]


async def test_what_someone_owes_is_answered_from_the_books(talk: Talk, company: Company) -> None:
    reply = await talk("What does Jean Tremblay owe?")
    assert (reply.outcome, asked(reply)) == ("answered", ["get_balance"])
    owed = await company.systems.erp.sum(
        "Sales Invoice", "outstanding_amount", [["customer", "=", "C-10001"], ["docstatus", "=", 1]]
    )
    assert told(reply) == f"Jean Tremblay owes ${owed:.2f}."
    assert cells(reply)[2].startswith("ACC-SINV-2026-")


async def test_an_arrangement_in_french_warns_of_what_it_leaves(talk: Talk, company: Company) -> None:
    reply = await talk("accord de 150 $ avec Luc Gagnon pour le 26 mars, coupure le 2 avril")
    assert (reply.outcome, reply.language) == ("plan", "fr")
    [(title, fields)] = changes(reply).items()
    assert title == "ERPNext: Nouveau : entente de paiement · Luc Gagnon (C-10003)"
    assert fields["Échéance"] == (None, "jeu. 26 mars 2026")
    assert fields["Coupure"] == (None, "jeu. 2 avril 2026")
    assert "Elle ne couvre pas le solde : il resterait 162,40 $." in told(reply)
    assert "Luc Gagnon est suspendu et le reste." in told(reply)
    await talk("oui")
    assert list((await company.arrangements("C-10003")).values()) == ["Open"]


async def test_with_an_open_arrangement_it_is_asked_whether_to_replace_it(talk: Talk, company: Company) -> None:
    reply = await talk("accord de 150 $ avec Nathalie Roy pour le 26 mars, coupure le 2 avril")
    assert reply.outcome == "question"
    assert "Nathalie Roy a déjà une entente." in told(reply)
    assert choices(reply) == ["true", "false"]
    assert company.effects() == []


async def test_suspend_tremblay_asks_which_and_a_number_answers(talk: Talk) -> None:
    question = await talk("suspend Tremblay")
    assert (question.outcome, choices(question)) == ("question", ["C-10001", "C-10002"])
    reply = await talk("2")
    assert reply.outcome == "plan"
    assert diff(reply).title == "Suspend Marie-Ève Tremblay"


async def test_suspend_tremblay_asks_which_and_words_answer(talk: Talk) -> None:
    reply = await talk("suspend Tremblay", "the one in Ormstown")
    assert diff(reply).title == "Suspend Marie-Ève Tremblay"


async def test_64_churchill_is_genevieve_and_never_64a(talk: Talk) -> None:
    reply = await talk("reboot the router at 64 Churchill")
    shown = diff(reply)
    assert "Geneviève Dubois (C-10016)" in shown.records[0].title
    assert shown.consequences == [
        "Geneviève Dubois (64 Rue Churchill, Huntingdon) is without service for about 3 minutes.",
        "A restart cannot be undone.",
    ]


async def test_oui_runs_the_reboot_and_annule_ca_says_that_it_cannot_be_taken_back(
    talk: Talk, company: Company
) -> None:
    sent = await talk("reboot the router at 64 Churchill", "oui")
    assert (sent.outcome, sent.language, states(sent)) == ("answered", "fr", ["accepted"])
    company.let_pass(minutes=1)
    assert "Des nouvelles du plan" in told(await talk("combien doit Jean Tremblay?"))
    refused = await talk("annule ça")
    assert (refused.outcome, refused.code, refused.language) == ("refused", "plan_not_waiting", "fr")
    assert "ne peut pas être annulé" in told(refused)
    assert len(company.effects()) == 1


async def test_undo_takes_back_a_suspension_by_a_plan_of_its_own(talk: Talk, company: Company) -> None:
    before = await company.customer("C-10018")
    asked_for = await talk("Suspend client Gagné for non-payment")
    undoing = await talk("yes", "annule ça")
    assert undoing.outcome == "plan"
    assert list(changes(undoing).values()) == [
        {"Port actif": ("non", "oui")},
        {
            "Suspendu": ("oui", "non"),
            "Suspendu le": ("jeu. 12 mars 2026", None),
            "Raison de la suspension": (asked_for.actions[0]["reason"], None),
        },
    ]
    assert (await company.customer("C-10018"))["is_suspended"] == 1
    await talk("oui")
    after = await company.customer("C-10018")
    for field in ("is_suspended", "suspended_on", "suspension_reason"):
        assert after.get(field) == before.get(field)
    assert await company.lit("C-10018") == {"OLT-NORD 1/1/4": True}
