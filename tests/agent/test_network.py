"""Checking a connection and restarting equipment: which device, at which address, and what became of it."""

from __future__ import annotations

from demo_talk import Company, Talk, asked, cells, choices, diff, states, told


async def test_an_offline_line_says_since_when_and_what_to_do(talk: Talk) -> None:
    reply = await talk("is Patrick Bergeron's internet up?")
    assert "OFFLINE since Wed, Mar 11, 2026, 22:40" in cells(reply)
    assert "fibre lights" in told(reply)


async def test_a_weak_signal_is_called_so_at_the_address_asked_about(talk: Talk) -> None:
    reply = await talk("check the signal at 522 Rang Saint-Louis")
    assert "-27.8 dBm · too weak" in cells(reply)
    assert "a restart will not help" in told(reply)


async def test_a_suspended_line_is_dark_on_purpose(talk: Talk) -> None:
    assert "the port is disabled on purpose" in told(await talk("is Luc Gagnon's internet up?"))


async def test_wifi_lists_who_is_connected(talk: Talk) -> None:
    reply = await talk("who is on the wifi at Martin Gagné's?")
    assert len(cells(reply)) == 3 * 4


async def test_the_modem_is_the_ont_and_what_stays_on_is_said(talk: Talk) -> None:
    shown = diff(await talk("reboot the modem of Martin Gagné"))
    assert [record.title.split(" ")[1] for record in shown.records] == ["ONT"]
    assert shown.consequences[-1].startswith("Not restarted: ATA")
    amended = await talk("just the router actually")
    assert asked(amended) == ["amend"]
    assert diff(amended).records[0].title.startswith("Reboot Router")


async def test_every_address_of_a_customer_is_offered(talk: Talk) -> None:
    question = await talk("reboot the ONT of Groupe Immobilier Valleyfield")
    assert (question.outcome, len(choices(question))) == ("question", 12)
    assert "112 Boulevard du Havre" in diff(await talk("12")).consequences[0]


async def test_an_address_answers_by_its_number(talk: Talk) -> None:
    reply = await talk("reboot the ONT of Groupe Immobilier Valleyfield", "104")
    assert "104 Boulevard du Havre" in diff(reply).consequences[0]


async def test_a_device_that_is_not_there_is_said_and_what_is_there_offered(talk: Talk) -> None:
    question = await talk("reboot the phone adapter of Patrick Bergeron")
    assert question.outcome == "question"
    assert "has no phone adapter on file" in told(question)


async def test_a_reboot_tells_of_the_call_that_drops(talk: Talk) -> None:
    reply = await talk("reboot the ONT of Jean Tremblay")
    assert "A call in progress on 450-272-2408 drops." in diff(reply).consequences


async def test_a_device_that_is_away_warns_and_is_followed_up(talk: Talk, company: Company) -> None:
    shown = await talk("reboot the ONT of Patrick Bergeron")
    assert "is offline: the restart waits for it for 10 minutes, then is dropped." in diff(shown).warnings[0]
    sent = await talk("yes")
    assert states(sent) == ["accepted"]
    assert "Sent, not confirmed yet" in told(sent)
    company.let_pass(minutes=11)
    news = await talk("what does Jean Tremblay owe?")
    assert "News of plan" in told(news)
    assert "its first step was refused. Nothing was changed." in told(news)
    assert "hub reboot" not in company.effects()


async def test_a_device_that_comes_back_is_told_as_done(talk: Talk, company: Company) -> None:
    await talk("reboot the router at 64 Churchill", "yes")
    company.let_pass(seconds=30)
    news = await talk("what does Jean Tremblay owe?")
    assert "News of plan" in told(news)
    assert "Done." in told(news)
    assert company.effects() == ["hub reboot"]
