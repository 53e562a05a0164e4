"""Visits: counted as they took place, planned with an eye on the technician's day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from demo_talk import Company, OpenAgent, Talk, cells, changes, choices, told
from hypothesis import given
from hypothesis import strategies as st

from agent.tools.visits import clashes


async def _job(company: Company, name: str = "DJ-00031") -> dict[str, Any]:
    return await company.systems.erp.get("Dispatch Job", name)


async def test_how_often_someone_went(talk: Talk) -> None:
    reply = await talk.ask("list_visits", location="123 Rue Principale, Huntingdon")
    assert told(reply) == "Jean Tremblay · 123 Rue Principale, Huntingdon: 4 visits made, 0 planned."
    assert [name for name in cells(reply) if name.startswith("WO-")] == ["WO-00009", "WO-00003", "WO-00002", "WO-00001"]


async def test_two_towns_with_that_street_are_a_question(talk: Talk) -> None:
    assert len(choices(await talk.ask("list_visits", location="123 Rue Principale"))) == 2


async def test_a_technicians_visits_at_a_customer(talk: Talk) -> None:
    reply = await talk.ask("list_visits", customer="Ferme Leduc", technician="Marc-André", since="2026-01-01")
    assert told(reply) == "Marc-André Pelletier · Ferme Leduc SENC: 3 visits made, 0 planned."
    assert told(await talk.ask("list_visits", customer="Ferme Leduc", technician="Dave", status="done")).endswith(
        "0 visits made."
    )


async def test_what_is_planned_is_company_wide_and_the_next_comes_first(talk: Talk) -> None:
    reply = await talk.ask("list_visits", status="planned")
    assert [name for name in cells(reply) if name.startswith("DJ-")] == [f"DJ-0002{number}" for number in (5, 6, 7, 8)]


async def test_an_open_visit_is_named_and_not_counted(talk: Talk, company: Company) -> None:
    order = await company.systems.erp.get("Work Order Log", "WO-00009")
    await company.systems.erp.update("Work Order Log", "WO-00009", {"status": "Open"}, modified=order["modified"])
    reply = await talk.ask("list_visits", customer="Jean Tremblay", status="done")
    assert "3 visits made. Still open, not counted: WO-00009." in told(reply)


async def test_a_technician_is_sent_and_called_off(talk: Talk, company: Company) -> None:
    reply = await talk.ask(
        "dispatch_technician", ticket="ISS-2026-00032", date="2026-03-13", part_of_day="afternoon", technician="Dave"
    )
    [fields] = changes(reply).values()
    assert fields["Technician"] == (None, "Dave Robinson (HR-EMP-00003)")
    assert fields["Reason"] == (None, "Plus d'internet depuis hier soir")
    assert "Dave Robinson also has DJ-00026 that day (Fri, Mar 13, 2026, morning) at 141 Rue Gale, Ormstown." in told(
        reply
    )
    await talk("yes")
    job = await _job(company)
    assert (job["customer"], job["job_type"], job["status"], job["issue"]) == (
        "C-10011", "Repair", "Scheduled", "ISS-2026-00032",
    )  # fmt: skip
    await talk("undo", "yes")
    assert (await _job(company))["status"] == "Cancelled"


async def test_a_clash_in_the_technicians_day_is_warned_of(talk: Talk) -> None:
    reply = await talk.ask(
        "dispatch_technician", customer="Luc Gagnon", date="2026-03-13", time="10:30", technician="Dave"
    )
    assert "Clash: Dave Robinson has DJ-00026 that day (Fri, Mar 13, 2026, morning)" in told(reply)
    assert "Luc Gagnon is suspended." in told(reply)


async def test_two_visits_of_one_message_clash_as_well(talk: Talk) -> None:
    from agent.intents.actions import from_wire  # noqa: PLC0415

    asked = [
        from_wire({"action": "dispatch_technician", "customer": name, "date": "2026-03-17", "technician": "Dave"})
        for name in ("Luc Gagnon", "Sylvie Côté")
    ]
    reply = await talk.agent.request(*asked)
    assert "Clash: Dave Robinson has … that day (Tue, Mar 17, 2026) at 88 Rang du Bord-de-l'Eau" in told(reply)


async def test_without_a_technician_those_who_are_free_are_told(talk: Talk) -> None:
    reply = await talk.ask("dispatch_technician", customer="Sylvie Côté", date="2026-03-16", part_of_day="morning")
    assert "No technician is named. Free then: Sophie Lalonde, Dave Robinson." in told(reply)


async def test_a_customer_of_several_addresses_is_asked_which(talk: Talk, company: Company) -> None:
    reply = await talk.ask("dispatch_technician", customer="Ferme Leduc", date="2026-03-14")
    assert len(choices(reply)) == 2
    assert "Sat, Mar 14, 2026 is on a weekend." in told(await talk("522"))
    await talk("yes")
    assert (await _job(company))["service_location"] == "LOC-00008"


@pytest.mark.parametrize("fields", [{"date": "2026-03-11"}, {"date": "2026-03-12", "time": "07:00"}])
async def test_a_visit_in_the_past_is_refused_and_another_day_taken(talk: Talk, fields: dict[str, str]) -> None:
    reply = await talk.ask("dispatch_technician", customer="Sylvie Côté", **fields)
    assert (reply.outcome, "is past" in told(reply)) == ("refused", True)


async def test_an_installation_is_planned_for_a_quote(talk: Talk, company: Company) -> None:
    await talk.ask("schedule_installation", quote="soq-908", date="2026-03-17", time="09:00", technician="Sophie")
    await talk("yes")
    job = await _job(company)
    assert (job["customer"], job["job_type"], job["quotation"], job["technician"]) == (
        "C-10012", "Installation", "SOQ-908", "HR-EMP-00002",
    )  # fmt: skip
    again = await talk.ask("schedule_installation", customer="Isabelle Nguyen", date="2026-03-18")
    assert "A visit is planned here already: DJ-00031, Tue, Mar 17, 2026, 09:00" in told(again)
    await talk("no", "undo", "yes")
    assert (await _job(company))["status"] == "Cancelled"


async def test_another_customers_quote_is_refused(talk: Talk) -> None:
    reply = await talk.ask("schedule_installation", quote="SOQ-908", customer="Sylvie Côté", date="2026-03-17")
    assert told(reply) == "Quote SOQ-908 is not Sylvie Côté's."


async def test_sending_is_not_the_technicians_own_affair(open_agent: OpenAgent) -> None:
    reply = await open_agent(user="technician").ask("dispatch_technician", customer="Sylvie Côté", date="2026-03-20")
    assert reply.code == "not_allowed"


async def test_it_is_all_said_in_french_too(open_agent: OpenAgent) -> None:
    parle = open_agent()
    parle.agent.language = "fr"
    counted = told(await parle.ask("list_visits", customer="Jean Tremblay"))
    assert counted == "Jean Tremblay : 4 visites faites, 0 prévue."
    sent = await parle.ask(
        "dispatch_technician", customer="Luc Gagnon", date="2026-03-13", part_of_day="morning", technician="Dave"
    )
    assert "Conflit : Dave Robinson a déjà DJ-00026 ce jour-là (ven. 13 mars 2026, le matin)" in told(sent)
    planned = await parle.ask("schedule_installation", quote="SOQ-908", date="2026-03-17", part_of_day="afternoon")
    assert next(iter(changes(planned).values()))["Moment de la journée"] == (None, "après-midi")
    assert "L'installation chez Isabelle Nguyen" in told(await parle("oui"))


_TIMES = st.none() | st.times().map(lambda time: f"{time:%H:%M}:00")
_PARTS = st.sampled_from([None, "Morning", "Afternoon", "Evening"])


@given(_TIMES, _PARTS, _TIMES, _PARTS)
def test_a_clash_is_mutual_and_sure_where_both_begin_together(
    time: str | None, part: str | None, other_time: str | None, other_part: str | None
) -> None:
    one: dict[str, Any] = {"scheduled_time": time, "part_of_day": part}
    other: dict[str, Any] = {"scheduled_time": other_time, "part_of_day": other_part}
    assert clashes(one, other) == clashes(other, one)
    assert clashes(one, one)
    if time and other_time:
        gap = abs(
            dt.datetime.fromisoformat(f"2026-03-12 {time}") - dt.datetime.fromisoformat(f"2026-03-12 {other_time}")
        )
        assert clashes(one, other) == (gap < dt.timedelta(hours=2))


async def test_a_visit_of_no_stated_time_gets_none_on_record(talk: Talk, company: Company) -> None:
    await talk.ask("dispatch_technician", customer="Sylvie Côté", date="2026-03-16", part_of_day="morning")
    await talk("yes")
    [job] = await company.systems.erp.list(
        "Dispatch Job",
        fields=["part_of_day", "scheduled_time"],
        filters=[["customer", "=", "C-10005"], ["scheduled_date", "=", "2026-03-16"]],
    )
    assert (job["part_of_day"], job["scheduled_time"]) == ("Morning", None)


async def test_a_visit_at_any_time_of_the_day_gets_no_part_of_it(talk: Talk, company: Company) -> None:
    await talk.ask("dispatch_technician", customer="Sylvie Côté", date="2026-03-16")
    await talk("yes")
    [job] = await company.systems.erp.list(
        "Dispatch Job",
        fields=["part_of_day", "scheduled_time"],
        filters=[["customer", "=", "C-10005"], ["scheduled_date", "=", "2026-03-16"]],
    )
    assert (job["part_of_day"] or None, job["scheduled_time"]) == (None, None)
