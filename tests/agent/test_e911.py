"""What an ambulance is told: looked up, corrected, struck out, moved with the address; judged by the provider."""

from __future__ import annotations

from typing import Any

from demo_talk import Company, OpenAgent, Talk, cells, changes, choices, diff, states, told

from agent.reply import Reply

DANIEL = "4502473300"
BOUCHARD = [f"450264310{n}" for n in range(4)]


async def accepted(company: Company, talk: Talk) -> str:
    company.let_pass(seconds=30)
    return told(await talk.ask("get_balance", customer="C-10001"))


async def in_force(company: Company, did: str) -> str | None:
    found = await company.systems.e911.find_registration(did)
    entry = found.registered if found else None
    return f"{entry.civic_number} {entry.street}, {entry.city}" if entry else None


async def location_of(company: Company, customer: str) -> dict[str, Any]:
    rows = await company.systems.erp.list("Service Location", fields=["name"], filters=[["customer", "=", customer]])
    return await company.systems.erp.get("Service Location", rows[0]["name"])


async def history(company: Company, location: str) -> list[str]:
    rows = await company.systems.erp.list(
        "Comment",
        fields=["content"],
        filters=[["reference_doctype", "=", "Service Location"], ["reference_name", "=", location]],
    )
    return [row["content"] for row in rows]


async def test_the_911_address_says_whether_it_is_where_the_line_is_served(talk: Talk) -> None:
    shown = cells(await talk.ask("get_e911_address", did=DANIEL))
    assert "12 Main Street, Hemmingford" in shown
    assert any(cell.startswith("8 Main Street, Hemmingford") for cell in shown)
    assert {"68015", "residential", "differs: civic number", "agrees with the provider"} <= set(shown)


async def test_a_number_without_a_line_may_still_be_registered(talk: Talk) -> None:
    reply = await talk.ask("get_e911_address", did="4502646112")
    assert "Armand Beaudry" in cells(reply)
    assert "No line of ours has this number" in told(reply)


async def test_an_address_is_corrected_only_once_the_provider_agrees(talk: Talk, company: Company) -> None:
    shown = await talk.ask("update_e911_address", did=DANIEL, address="12 main street")
    plan = changes(shown)
    assert plan["9-1-1: Change the 911 registration · 450-247-3300 · Daniel O'Connor (C-10006)"] == {
        "Civic number": ("8", "12")
    }
    assert diff(shown).warnings == []
    waiting = await talk("yes")
    assert states(waiting) == ["accepted", "waits"]
    assert "Sent, not confirmed yet" in told(waiting)
    record = await company.systems.erp.get("VoIP Line", DANIEL)
    assert record["e911_civic_number"] == "8"
    assert "450-247-3300" in await accepted(company, talk)
    assert await in_force(company, DANIEL) == "12 Main Street, Hemmingford"
    record = await company.systems.erp.get("VoIP Line", DANIEL)
    assert (record["e911_civic_number"], record["e911_status"]) == ("12", "Registered")
    assert str(record["e911_synced_on"]).startswith("2026-03-12 09:0")
    await talk("undo", "yes")
    assert (await company.systems.erp.get("VoIP Line", DANIEL))["e911_civic_number"] == "12"
    await accepted(company, talk)
    assert await in_force(company, DANIEL) == "8 Main Street, Hemmingford"
    assert (await company.systems.erp.get("VoIP Line", DANIEL))["e911_civic_number"] == "8"


async def test_another_address_than_the_service_address_warns_of_the_mismatch(talk: Talk) -> None:
    shown = await talk.ask("update_e911_address", did="4502722408", address="125 Rue Principale")
    assert "(123 Rue Principale, Huntingdon): civic number would differ" in diff(shown).warnings[0]


async def test_a_rejected_address_changes_nothing_and_says_why(talk: Talk, company: Company) -> None:
    await talk.ask("update_e911_address", did=DANIEL, address="99999 Main Street")
    await talk("yes")
    assert "The street guide has no 99999 on Main Street" in await accepted(company, talk)
    assert await in_force(company, DANIEL) == "8 Main Street, Hemmingford"
    assert (await company.systems.erp.get("VoIP Line", DANIEL))["e911_civic_number"] == "8"
    assert "rejected" in " ".join(cells(await talk.ask("get_e911_address", did=DANIEL)))


async def test_a_request_that_is_open_is_waited_for(talk: Talk) -> None:
    await talk.ask("update_e911_address", did=DANIEL, address="12 Main Street")
    await talk("yes")
    again = await talk.ask("update_e911_address", did=DANIEL, address="14 Main Street")
    assert again.outcome == "refused" or "has not answered the last request" in told(again)


async def test_a_plan_that_waits_for_the_provider_is_not_taken_back(talk: Talk, company: Company) -> None:
    shown = await talk.ask("update_e911_address", did=DANIEL, address="12 Main Street")
    assert shown.plan is not None
    await talk("yes")
    refused = await talk.agent.undo(shown.plan.id)
    assert (refused.outcome, refused.code) == ("refused", "plan_not_waiting")
    assert "it can be taken back once it is" in told(await talk("undo"))
    await accepted(company, talk)
    assert await in_force(company, DANIEL) == "12 Main Street, Hemmingford"


async def test_an_address_without_a_number_is_asked_for(talk: Talk) -> None:
    question = await talk.ask("update_e911_address", did=DANIEL, address="Main Street")
    assert (question.outcome, "civic number" in told(question)) == ("question", True)


async def test_a_town_that_the_provider_does_not_serve_is_refused(talk: Talk) -> None:
    reply = await talk.ask("update_e911_address", did=DANIEL, address="12 Rue Sainte-Catherine, Montréal H3B 1A7")
    assert "serves no municipality called Montréal" in told(reply)


async def test_what_is_right_already_is_refused(talk: Talk) -> None:
    reply = await talk.ask("update_e911_address", did="4502722408", address="123 r. principale, huntingdon")
    assert "there is nothing to do" in told(reply)


async def test_the_service_address_takes_every_registration_with_it(talk: Talk, company: Company) -> None:
    before = await location_of(company, "C-10004")
    shown = await talk.ask("update_service_address", customer="C-10004", address="1210 Route 138")
    systems = [record.system for record in diff(shown).records]
    assert systems == ["9-1-1"] * 4 + ["ERPNext"] * 6
    assert "450-264-3100, 450-264-3101, 450-264-3102, 450-264-3103 follows" in " ".join(diff(shown).consequences)
    waiting = await talk("yes")
    assert states(waiting)[:5] == ["accepted"] * 4 + ["waits"]
    assert (await location_of(company, "C-10004"))["civic_number"] == "1200"
    await accepted(company, talk)
    after = await location_of(company, "C-10004")
    assert (after["civic_number"], after["street"]) == ("1210", "Route 138")
    assert {await in_force(company, did) for did in BOUCHARD} == {"1210 Route 138, Saint-Anicet"}
    records = [await company.systems.erp.get("VoIP Line", did) for did in BOUCHARD]
    assert {record["e911_civic_number"] for record in records} == {"1210"}
    assert "Before: 1200 Route 138, Saint-Anicet" in (await history(company, before["name"]))[0]
    await talk("undo", "yes")
    await accepted(company, talk)
    assert {await in_force(company, did) for did in BOUCHARD} == {"1200 Route 138, Saint-Anicet"}
    assert (await location_of(company, "C-10004"))["civic_number"] == "1200"
    assert len(await history(company, before["name"])) == 1


async def test_one_rejected_registration_leaves_the_address_as_it_was(talk: Talk, company: Company) -> None:
    await talk.ask("update_service_address", customer="C-10004", address="99999 Route 138")
    await talk("yes")
    news = await accepted(company, talk)
    assert "street guide" in news
    assert "Nothing was changed." in news or "Nothing is changed." in news
    assert (await location_of(company, "C-10004"))["civic_number"] == "1200"
    assert {await in_force(company, did) for did in BOUCHARD} == {"1200 Route 138, Saint-Anicet"}


async def test_an_address_without_lines_changes_at_once(talk: Talk, company: Company) -> None:
    shown = await talk.ask("update_service_address", customer="Nathalie Roy", address="33 rue lake")
    assert "No phone line here" in " ".join(diff(shown).consequences)
    assert set(states(await talk("yes"))) == {"confirmed"}
    assert (await location_of(company, "C-10008"))["street"] == "Rue Lake"


async def test_the_address_meant_is_asked_where_there_are_several(talk: Talk) -> None:
    question = await talk.ask("update_service_address", customer="Ferme Leduc", address="514 Rang Saint-Louis")
    assert (question.outcome, len(choices(question))) == ("question", 2)
    assert "510 Rang Saint-Louis" in diff(await talk("510")).title


async def test_an_address_where_somebody_is_served_already_warns(talk: Talk) -> None:
    shown = await talk.ask("update_service_address", customer="Nathalie Roy", address="17 Rue Châteauguay")
    assert "is already the service address of Sylvie Côté (C-10005)" in diff(shown).warnings[0]


async def test_a_registration_without_a_line_is_struck_out_and_registered_again(talk: Talk, company: Company) -> None:
    shown = await talk.ask("deregister_e911", did="4502646112")
    assert "(Armand Beaudry)" in diff(shown).title
    await talk("yes")
    assert await in_force(company, "4502646112") is None
    assert "not confirmed yet" in told(await talk("undo", "yes"))
    await accepted(company, talk)
    assert await in_force(company, "4502646112") == "133 Rue Arthur, Huntingdon"


async def test_a_number_that_is_not_registered_is_said_so(talk: Talk) -> None:
    nobody = await talk.ask("deregister_e911", did="4509999999")
    assert "has nothing registered for 450-999-9999" in told(nobody)


async def test_a_line_in_use_is_never_struck_out(talk: Talk) -> None:
    assert "is a line in use (Jean Tremblay (C-10001))" in told(await talk.ask("deregister_e911", did="4502722408"))
    assert "is a line in use" in told(await talk.ask("deregister_e911", customer="C-10001"))


async def test_a_line_that_only_the_pbx_still_enables_is_in_use(talk: Talk, company: Company) -> None:
    reports = await talk.ask("e911_orphans")
    retired = next(cell for cell in cells(reports) if cell.startswith("450-264-6"))
    did = retired.replace("-", "")
    line = await company.systems.pbx.find_line(did)
    if line is None:
        did = next(one.did for one in await company.systems.pbx.lines() if not one.enabled)
    await company.systems.pbx.set_state(did, enabled=True, key="somebody")
    assert "is a line in use" in told(await talk.ask("deregister_e911", did=did))


async def test_all_orphans_are_listed_one_by_one(open_agent: OpenAgent, company: Company) -> None:
    talk = open_agent(user="admin")
    shown = await talk.ask("deregister_e911", all_orphans=True)
    struck = [record for record in diff(shown).records if record.system == "9-1-1"]
    assert len(struck) == 12
    assert "Strike out 12 911 registrations" in diff(shown).title
    assert company.effects() == []


async def test_a_technician_may_look_and_not_change(open_agent: OpenAgent) -> None:
    talk = open_agent(user="technician")
    assert (await talk.ask("get_e911_address", did=DANIEL)).outcome == "answered"
    for name, fields in (
        ("update_e911_address", {"did": DANIEL, "address": "12 Main Street"}),
        ("deregister_e911", {"all_orphans": True}),
        ("update_service_address", {"customer": "C-10006", "address": "14 Main Street"}),
        ("did_report", {}),
    ):
        assert (await talk.ask(name, **fields)).code == "not_allowed"


async def test_911_is_spoken_of_in_french(open_agent: OpenAgent, company: Company) -> None:
    talk = open_agent()
    talk.agent.language = "fr"
    assert "diffère : numéro civique" in cells(await talk.ask("get_e911_address", did=DANIEL))
    moving = await talk.ask("update_service_address", customer="C-10006", address="14 Main Street")
    assert "L'inscription au 911 de 450-247-3300 suit" in diff(moving).consequences[0]
    shown = await talk.ask("update_e911_address", did=DANIEL, address="14 Main Street")
    assert "numéro civique différerait" in diff(shown).warnings[0]
    assert "Envoyé, pas encore confirmé" in told(await talk("oui"))
    striking = await talk.ask("deregister_e911", did="4502646112")
    assert diff(striking).title == "Rayer l'inscription au 911 de 450-264-6112 (Armand Beaudry)"
    assert await company.systems.e911.find_registration("4502646112") is not None


async def both_approve(open_agent: OpenAgent, asker: Talk, asked: Reply) -> Reply:
    """The asker says yes, then a supervisor by the plan's name and digest."""
    assert asked.plan is not None
    assert "now waits for a second person" in told(await asker("yes"))
    second = open_agent(user="supervisor", name="second")
    return await second.agent.approve(asked.plan.id, asked.plan.digest)


async def test_all_orphans_take_two_people_and_so_does_taking_that_back(
    talk: Talk, open_agent: OpenAgent, company: Company
) -> None:
    orphans = await company.systems.e911.registrations()
    asked = await talk.ask("deregister_e911", all_orphans=True)
    done = await both_approve(open_agent, talk, asked)
    assert set(states(done)) == {"confirmed"}
    left = {one.did for one in await company.systems.e911.registrations()}
    assert len(left) == len(orphans) - 12
    assert {"4502722408", *BOUCHARD} <= left
    assert "Every 911 registration has its line in use." in told(await talk.ask("deregister_e911", all_orphans=True))
    await both_approve(open_agent, talk, await talk("undo"))
    await accepted(company, talk)
    again = await company.systems.e911.registrations()
    assert [(one.did, one.state) for one in again] == [(one.did, one.state) for one in orphans]
