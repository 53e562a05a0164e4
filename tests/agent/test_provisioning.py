"""Lighting up a port: what is configured where, what is refused and by whom it is used, and the way back."""

from __future__ import annotations

import pytest
from demo_talk import Company, Talk, changes, choices, diff, told

from agent.clients.hub import Assignment
from agent.errors import Missing

ASKED: dict[str, str | None] = {
    "customer": "C-10012",
    "olt": "OLT-EAST",
    "port": "1/2/7",
    "ont_serial": "GFON0A1B2C3D",
    "item": "FIBRE-100",
}


async def test_a_free_port_is_given_linked_and_released_again(talk: Talk, company: Company) -> None:
    reply = await talk.ask("provision_fibre", **ASKED)
    shown = changes(reply)
    port = shown["Hub: OLT port OLT-EAST 1/2/7 · Isabelle Nguyen (C-10012)"]
    assert (port["ONT"], port["Speed"]) == ((None, "GFON0A1B2C3D"), (None, "FIBRE-100"))
    assert port["Port enabled"] == ("no", "yes")
    assert "TR-069 parameters of ONT GFON0A1B2C3D are queued" in told(reply)
    assert (await talk("yes")).outcome == "answered"
    found = await company.systems.hub.port("OLT-EAST", "1/2/7")
    assert (found.customer, found.ont_serial, found.profile, found.enabled) == (
        "C-10012", "GFON0A1B2C3D", "FIBRE-100", True,
    )  # fmt: skip
    box = await company.systems.erp.get("Service Equipment", "GFON0A1B2C3D")
    assert (box["customer"], box["olt"], box["olt_port"], box["equipment_type"]) == (
        "C-10012", "OLT-EAST", "1/2/7", "ONT",
    )  # fmt: skip
    place = await company.systems.erp.get("Service Location", box["service_location"])
    assert (place["olt"], place["olt_port"]) == ("OLT-EAST", "1/2/7")
    assert (await talk("undo", "yes")).outcome == "answered"
    assert (await company.systems.hub.port("OLT-EAST", "1/2/7")).customer is None
    assert not (await company.systems.erp.get("Service Location", place["name"])).get("olt_port")
    with pytest.raises(Missing):
        await company.systems.erp.get("Service Equipment", "GFON0A1B2C3D")


async def test_a_port_in_use_is_refused_and_says_by_whom(talk: Talk, company: Company) -> None:
    reply = await talk.ask("provision_fibre", **{**ASKED, "port": "1/2/3"})
    assert reply.outcome == "refused"
    assert "OLT-EAST 1/2/3 is in use by Jean Tremblay (C-10001), at 123 Rue Principale, Huntingdon" in told(reply)
    assert "hub assign_port" not in company.effects()


async def test_an_ont_that_hangs_elsewhere_is_refused(talk: Talk, company: Company) -> None:
    serial = next(one.serial for one in await company.systems.hub.devices(customer="C-10001") if one.type == "ONT")
    reply = await talk.ask("provision_fibre", **{**ASKED, "ont_serial": serial})
    assert reply.outcome == "refused"
    assert "Jean Tremblay (C-10001)" in told(reply)
    router = next(one.serial for one in await company.systems.hub.devices(customer="C-10001") if one.type == "Router")
    assert "not an ONT" in told(await talk.ask("provision_fibre", **{**ASKED, "ont_serial": router}))


async def test_a_port_taken_meanwhile_is_not_given_twice(talk: Talk, company: Company) -> None:
    await talk.ask("provision_fibre", **ASKED)
    theirs = Assignment(customer="C-10018", location="LOC-00030", ont_serial=None, profile="FIBRE-500")
    await company.systems.hub.assign_port("OLT-EAST", "1/2/7", theirs, key="someone else")
    await talk("yes")
    assert (await company.systems.hub.port("OLT-EAST", "1/2/7")).customer == "C-10018"
    assert "erpnext insert" not in company.effects()


async def test_the_same_port_twice_in_one_message_is_refused(talk: Talk) -> None:
    first = {"action": "provision_fibre", **ASKED}
    second = {**first, "customer": "C-10011", "ont_serial": "GFON99999999"}
    assert "in use by Isabelle Nguyen" in told(await talk.ask_all(first, second))


async def test_the_speed_is_the_one_subscribed_to_or_asked_for(talk: Talk) -> None:
    speed = {
        line: value
        for one in changes(await talk.ask("provision_fibre", customer="C-10008", olt="OLT-EAST", port="1/2/7")).values()
        for line, value in one.items()
    }["Speed"]
    assert speed == (None, "FIBRE-500")
    prospect = await talk.ask("provision_fibre", **{**ASKED, "item": None})
    assert set(choices(prospect)) == {"FIBRE-100", "FIBRE-500", "FIBRE-1000"}


async def test_without_an_ont_the_port_waits_for_one_and_says_so(talk: Talk) -> None:
    reply = await talk.ask("provision_fibre", **{**ASKED, "ont_serial": None})
    assert any("No ONT was named" in warning for warning in diff(reply).warnings)
    assert not [title for title in changes(reply) if "equipment" in title]


async def test_an_olt_is_found_by_its_direction_in_either_language(talk: Talk) -> None:
    for said in ("east", "OLT est", "olt east"):
        reply = await talk.ask("provision_fibre", **{**ASKED, "olt": said, "port": "1-2-7"})
        assert "OLT-EAST 1/2/7" in diff(reply).title


async def test_an_unknown_olt_or_port_asks_for_one_that_is_free(talk: Talk) -> None:
    assert choices(await talk.ask("provision_fibre", **{**ASKED, "olt": "OLT-SUD"})) == [
        "OLT-EAST", "OLT-NORD", "OLT-WEST",
    ]  # fmt: skip
    assert "1/1/4" in choices(await talk.ask("provision_fibre", **{**ASKED, "olt": "OLT-WEST", "port": "9/9/9"}))
