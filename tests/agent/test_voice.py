"""Telephone lines: which there are, their voicemail, a line given and taken; judged by the PBX and the records."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from demo_talk import Company, OpenAgent, Talk, cells, changes, choices, diff, states, told

JEAN = "4502722408"
FREE = "4502647003"


async def line_record(company: Company, did: str) -> dict[str, Any]:
    return await company.systems.erp.get("VoIP Line", did)


def kept_in(folder: Path) -> dict[str, bytes]:
    """Every file that the agent keeps, by name; the company's own world is left aside."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("demo.sqlite")]
    return {path.name: path.read_bytes() for path in files}


async def accepted(company: Company, talk: Talk) -> str:
    """The 911 provider takes its time, and what is followed up is told."""
    company.let_pass(seconds=30)
    return told(await talk.ask("get_balance", customer="C-10001"))


async def test_a_customers_lines_are_listed_with_voicemail_adapter_and_911(talk: Talk) -> None:
    reply = await talk.ask("list_phone_lines", customer="Bouchard")
    shown = cells(reply)
    assert [cell for cell in shown if cell.startswith("450-")] == [f"450-264-310{n}" for n in range(4)]
    assert sum("HT802" in cell for cell in shown) == 4
    assert "same as the service address" in shown


async def test_a_line_whose_911_address_is_wrong_says_what_differs(talk: Talk) -> None:
    assert "differs: civic number" in cells(await talk.ask("list_phone_lines", customer="C-10006"))


async def test_lines_without_a_customer_are_the_companys(talk: Talk) -> None:
    reply = await talk.ask("list_phone_lines")
    assert {"450-272-2408", "450-264-3100", "450-825-2100"} <= set(cells(reply))


async def test_somebody_without_a_line_is_said_so(talk: Talk) -> None:
    assert "Nathalie Roy has no phone line." in told(await talk.ask("list_phone_lines", customer="Nathalie Roy"))


async def test_voicemail_is_set_in_the_pbx_and_on_the_record_and_undone(talk: Talk, company: Company) -> None:
    shown = await talk.ask("set_voicemail", did="4508252100", email="martin@example.com")
    assert changes(shown)["PBX: Voicemail · 450-825-2100 · Martin Gagné (C-10018)"] == {
        "Voicemail": ("no", "yes"),
        "Messages sent to": (None, "martin@example.com"),
    }
    done = await talk("yes")
    assert states(done) == ["confirmed", "confirmed"]
    line = await company.systems.pbx.line("4508252100")
    assert (line.voicemail.enabled, line.voicemail.email) == (True, "martin@example.com")
    record = await line_record(company, "4508252100")
    assert (record["voicemail_enabled"], record["voicemail_email"]) == (1, "martin@example.com")
    await talk("undo", "yes")
    assert not (await company.systems.pbx.line("4508252100")).voicemail.enabled
    assert not (await line_record(company, "4508252100"))["voicemail_enabled"]


async def test_a_password_that_was_reset_stays_reset_and_says_so(talk: Talk, company: Company) -> None:
    before = (await company.systems.pbx.voicemail_password(JEAN)).get_secret_value()
    shown = await talk.ask("set_voicemail", did=JEAN, enabled=False, reset_password=True)
    assert "A password that was reset stays so" in told(shown)
    await talk("yes")
    after = (await company.systems.pbx.voicemail_password(JEAN)).get_secret_value()
    undoing = await talk("undo")
    assert "New voicemail password" in told(undoing) or any("Cannot be" in one for one in diff(undoing).warnings)
    await talk("yes")
    assert (await company.systems.pbx.voicemail_password(JEAN)).get_secret_value() == after
    assert (await company.systems.pbx.line(JEAN)).voicemail.enabled
    assert before not in told(shown)


async def test_what_to_change_on_a_voicemail_is_asked(talk: Talk) -> None:
    question = await talk.ask("set_voicemail", did=JEAN)
    assert (question.outcome, choices(question)) == ("question", ["true", "false"])
    assert diff(await talk("2")).title.startswith("Turn off the voicemail")


async def test_a_voicemail_that_is_set_so_already_is_refused(talk: Talk) -> None:
    assert "is set so already" in told(await talk.ask("set_voicemail", did=JEAN, enabled=True))


async def test_one_of_several_lines_is_asked_for(talk: Talk) -> None:
    question = await talk.ask("set_voicemail", customer="Bouchard", enabled=True)
    assert choices(question) == [f"450264310{n}" for n in range(4)]
    assert "450-264-3102" in diff(await talk("450-264-3102")).title


async def test_a_number_that_is_nobodys_is_said_so(talk: Talk) -> None:
    assert "No line has the number 450-999-9999." in told(
        await talk.ask("set_voicemail", did="4509999999", enabled=True)
    )


async def test_a_line_of_somebody_else_is_refused(talk: Talk) -> None:
    reply = await talk.ask("set_voicemail", did=JEAN, customer="C-10018", enabled=False)
    assert "is the line of Jean Tremblay, not of Martin Gagné" in told(reply)


async def test_a_voicemail_password_is_shown_and_kept_nowhere(
    open_agent: OpenAgent, company: Company, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "918273645564738291"
    with company.world.transaction() as connection:
        connection.execute("UPDATE pbx_lines SET voicemail_password = ? WHERE did = ?", (secret, JEAN))
    talk = open_agent(user="supervisor")
    reply = await talk.ask("get_voicemail_password", did=JEAN)
    assert secret in cells(reply)
    await talk("what does Jean Tremblay owe?", "undo")
    journal = talk.agent.journal()
    assert [entry.body["action"] for entry in journal if entry.kind == "sensitive"] == [
        {"action": "get_voicemail_password", "did": JEAN}
    ]
    assert secret not in caplog.text
    assert secret not in repr(company.effects())
    await talk.agent.aclose()
    kept = kept_in(tmp_path)
    assert kept
    assert not [name for name, content in kept.items() if secret.encode() in content]


async def test_a_voicemail_password_is_for_those_who_may_and_the_asking_is_noted(open_agent: OpenAgent) -> None:
    talk = open_agent(user="agent")
    reply = await talk.ask("get_voicemail_password", did=JEAN)
    assert (reply.outcome, reply.code) == ("refused", "not_allowed")
    assert [entry.kind for entry in talk.agent.journal()].count("sensitive") == 1


async def test_a_line_without_a_number_offers_the_free_ones(talk: Talk) -> None:
    question = await talk.ask("add_phone_line", customer="Sylvie Côté")
    assert question.outcome == "question"
    assert choices(question)[0] == "4502647000"
    assert "450-264-7001" in diff(await talk("450-264-7001")).title


async def test_a_number_that_is_not_ours_offers_the_free_ones(talk: Talk) -> None:
    question = await talk.ask("add_phone_line", customer="Sylvie Côté", did="5145550000")
    assert "is not a number that can be given out" in told(question)


async def test_a_number_in_use_says_by_whom(talk: Talk) -> None:
    reply = await talk.ask("add_phone_line", customer="Sylvie Côté", did=JEAN)
    assert "it is the line of Jean Tremblay (C-10001)" in told(reply)


async def test_a_line_is_enabled_only_once_911_has_accepted_it(talk: Talk, company: Company) -> None:
    shown = await talk.ask("add_phone_line", customer="C-10005", did=FREE, voicemail_email="sylvie@example.com")
    assert [record.system for record in diff(shown).records] == ["ERPNext", "PBX", "9-1-1", "PBX", "ERPNext"]
    waiting = await talk("yes")
    assert states(waiting) == ["confirmed", "confirmed", "accepted", "waits", "waits"]
    assert "the 911 provider has still to accept it" in told(waiting)
    line = await company.systems.pbx.line(FREE)
    assert (line.enabled, line.voicemail.email) == (False, "sylvie@example.com")
    assert (await line_record(company, FREE))["status"] == "Disabled"
    news = await accepted(company, talk)
    assert "News of plan" in news
    assert "450-264-7003 of Sylvie Côté has a dial tone" in news
    assert (await company.systems.pbx.line(FREE)).enabled
    record = await line_record(company, FREE)
    assert (record["status"], record["e911_status"], record["e911_street"]) == (
        "Active",
        "Registered",
        "Rue Châteauguay",
    )
    assert record["e911_synced_on"]
    registration = await company.systems.e911.registration(FREE)
    assert registration.registered is not None
    assert (registration.registered.civic_number, registration.registered.service_class) == ("17", "RES")


async def test_a_new_line_is_taken_back_whole(talk: Talk, company: Company) -> None:
    await talk.ask("add_phone_line", customer="C-10005", did=FREE)
    await talk("yes")
    await accepted(company, talk)
    done = await talk("undo", "yes")
    assert set(states(done)) == {"confirmed"}
    assert await company.systems.pbx.find_line(FREE) is None
    assert await company.systems.e911.find_registration(FREE) is None
    assert await company.systems.erp.find("VoIP Line", FREE) is None


async def test_a_line_that_911_rejects_leaves_nothing_behind(talk: Talk, company: Company) -> None:
    await talk.ask("add_phone_line", customer="C-10005", did=FREE, e911_address="99999 Rue Châteauguay")
    await talk("yes")
    news = await accepted(company, talk)
    assert "everything it had done was reverted" in news
    assert "The street guide has no 99999" in news
    assert await company.systems.pbx.find_line(FREE) is None
    assert await company.systems.erp.find("VoIP Line", FREE) is None
    registration = await company.systems.e911.find_registration(FREE)
    assert registration is None or registration.registered is None


async def test_an_adapter_gets_the_number_last(talk: Talk, company: Company) -> None:
    await talk.ask("add_phone_line", customer="C-10018", did=FREE)
    await talk("yes")
    await accepted(company, talk)
    devices = await company.systems.hub.devices(customer="C-10018")
    assert [FREE in (device.dids or []) for device in devices if device.type == "ATA"] == [True]
    verbs = [one for one in company.effects() if one.split()[0] in ("pbx", "e911", "hub")]
    assert verbs == ["pbx create_line", "e911 register", "pbx set_line_state", "hub configure_ata"]


async def test_a_mac_address_that_is_none_is_refused(talk: Talk) -> None:
    reply = await talk.ask("add_phone_line", customer="C-10005", did=FREE, ata_mac="12:34")
    assert "is no MAC address" in told(reply)


async def test_a_line_is_taken_out_of_service_and_comes_back(talk: Talk, company: Company) -> None:
    shown = await talk.ask("remove_phone_line", did="4502643103", reason="fax no longer used")
    assert "No dial tone and no 9-1-1 calls on 450-264-3103 any more" in told(shown)
    done = await talk("yes")
    assert set(states(done)) == {"confirmed"}
    assert not (await company.systems.pbx.line("4502643103")).enabled
    assert await company.systems.e911.find_registration("4502643103") is None
    record = await line_record(company, "4502643103")
    assert (record["status"], record["e911_status"]) == ("Inactive", "Missing")
    assert "fax no longer used" in (await company.comments("C-10004"))[0]
    await talk("undo", "yes")
    assert not (await company.systems.pbx.line("4502643103")).enabled
    await accepted(company, talk)
    assert (await company.systems.pbx.line("4502643103")).enabled
    registration = await company.systems.e911.registration("4502643103")
    assert registration.registered is not None
    assert registration.registered.civic_number == "1200"
    assert (await line_record(company, "4502643103"))["status"] == "Active"


async def test_a_line_that_was_given_up_is_given_back_to_its_customer(talk: Talk, company: Company) -> None:
    await talk.ask("remove_phone_line", did="4508252100")
    await talk("yes")
    shown = await talk.ask("add_phone_line", customer="C-10018", did="4508252100")
    assert "pbx create_line" not in company.effects()
    assert shown.outcome == "plan"
    await talk("yes")
    await accepted(company, talk)
    assert (await company.systems.pbx.line("4508252100")).enabled


async def test_a_technician_sees_lines_and_changes_none(open_agent: OpenAgent) -> None:
    talk = open_agent(user="technician")
    assert (await talk.ask("list_phone_lines", customer="C-10001")).outcome == "answered"
    for name, fields in (("add_phone_line", {}), ("remove_phone_line", {}), ("set_voicemail", {"enabled": True})):
        assert (await talk.ask(name, customer="C-10001", **fields)).code == "not_allowed"


async def test_lines_are_spoken_of_in_french(open_agent: OpenAgent, company: Company) -> None:
    talk = open_agent()
    talk.agent.language = "fr"
    assert "Lignes téléphoniques" in repr((await talk.ask("list_phone_lines", customer="C-10001")).blocks)
    assert "Mot de passe de la boîte vocale" in repr((await talk.ask("get_voicemail_password", did=JEAN)).blocks)
    assert "Désactiver la boîte vocale" in diff(await talk.ask("set_voicemail", did=JEAN, enabled=False)).title
    removing = await talk.ask("remove_phone_line", did=JEAN)
    assert "Rayer l'inscription au 911" in diff(removing).records[-1].title
    adding = await talk.ask("add_phone_line", customer="C-10018", did=FREE)
    assert ("État", (None, "désactivée")) in list(next(iter(changes(adding).values())).items())
    assert "doit encore l'accepter" in told(await talk("oui"))
    company.let_pass(seconds=30)
    assert "a la tonalité" in told(await talk.ask("list_phone_lines", customer="C-10018"))
