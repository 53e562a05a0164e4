"""The PBX's client and the sandbox's PBX understand each other, on the demo company over HTTP."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from voice_systems import Company, company_at

from agent.clients.http import HttpSystem
from agent.clients.pbx import NewLine, Pbx, VoicemailSettings
from agent.clients.refusal import explain_hub
from agent.errors import AccessDenied, Conflict, Missing, OutcomeUnknown, Rejected, Unavailable

JEAN = "4502722408"
NEW = NewLine(
    did="8195551234",
    customer="C-10009",
    location="LOC-00010",
    extension="100",
    caller_id="Émile Lavoie",
    voicemail=VoicemailSettings(enabled=True, email="emile.lavoie@example.com"),
)


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    async with company_at(tmp_path) as company:
        yield company


@pytest.fixture
def pbx(company: Company) -> Pbx:
    return company.systems.pbx


async def test_lines_are_told_whole(pbx: Pbx) -> None:
    lines = await pbx.lines("C-10004")
    assert [line.did for line in lines] == ["4502643100", "4502643101", "4502643102", "4502643103"]
    assert [line.voicemail.enabled for line in lines] == [True, False, False, False]
    assert all(line.enabled for line in lines)
    jean = await pbx.line(JEAN)
    assert (jean.customer, jean.extension, jean.language) == ("C-10001", "100", "fr")
    assert jean.voicemail.settings() == VoicemailSettings(enabled=True, email="jean.tremblay@example.com")
    assert jean in await pbx.lines()


async def test_nobody_is_taken_for_everybody(pbx: Pbx) -> None:
    with pytest.raises(ValueError, match="everybody"):
        await pbx.lines("")


async def test_a_line_is_made_disabled_then_enabled(pbx: Pbx, company: Company) -> None:
    assert NEW.did in await pbx.free_numbers()
    made = await pbx.create_line(NEW, key="P-1/1")
    assert (made.enabled, made.created_by_key) == (False, "P-1/1")
    assert made.voicemail.settings() == NEW.voicemail
    assert NEW.did not in await pbx.free_numbers()
    enabled = await pbx.set_state(NEW.did, enabled=True, key="P-1/2", version=made.version)
    assert enabled == await pbx.find_line(NEW.did)
    assert (enabled.enabled, enabled.created_by_key, enabled.changed_by_key) == (True, "P-1/1", "P-1/2")
    assert await company.verbs("pbx") == ["create_line", "set_line_state"]


async def test_a_line_sent_twice_is_made_once(pbx: Pbx, company: Company) -> None:
    first = await pbx.create_line(NEW, key="P-1/1")
    assert await pbx.create_line(NEW, key="P-1/1") == first
    assert await company.verbs("pbx") == ["create_line"]


async def test_a_number_in_use_says_by_whom(pbx: Pbx) -> None:
    with pytest.raises(Conflict) as caught:
        await pbx.create_line(NEW.model_copy(update={"did": JEAN}), key="P-1/1")
    assert caught.value.facts["error_type"] == "number_in_use"
    assert "C-10001" in caught.value.facts["reason"]


async def test_a_number_that_is_not_the_pbxs_is_missing(pbx: Pbx) -> None:
    with pytest.raises(Missing):
        await pbx.create_line(NEW.model_copy(update={"did": "5145550000"}), key="P-1/1")
    assert await pbx.find_line("5145550000") is None


async def test_a_line_is_given_up_once_it_is_disabled(pbx: Pbx) -> None:
    made = await pbx.create_line(NEW, key="P-1/1")
    with pytest.raises(Conflict) as caught:
        await pbx.delete_line(JEAN, key="P-2/1")
    assert caught.value.facts["error_type"] == "line_enabled"
    assert await pbx.delete_line(NEW.did, key="P-2/2", version=made.version) == made
    assert await pbx.find_line(NEW.did) is None
    assert NEW.did in await pbx.free_numbers()


async def test_a_line_that_moved_on_is_a_conflict(pbx: Pbx) -> None:
    read = await pbx.line(JEAN)
    await pbx.set_state(JEAN, enabled=False, key="theirs")
    wish = VoicemailSettings(enabled=False)
    with pytest.raises(Conflict) as caught:
        await pbx.set_voicemail(JEAN, wish, key="ours", version=read.version)
    assert caught.value.facts["error_type"] == "version_mismatch"
    assert (await pbx.line(JEAN)).voicemail == read.voicemail


async def test_voicemail_is_set_and_its_password_stays(pbx: Pbx) -> None:
    before = await pbx.voicemail_password(JEAN)
    changed = await pbx.set_voicemail(JEAN, VoicemailSettings(enabled=True, email="j@example.org"), key="P-1/1")
    assert changed.voicemail.email == "j@example.org"
    assert (await pbx.voicemail_password(JEAN)).get_secret_value() == before.get_secret_value()


async def test_a_reset_is_proven_without_telling_the_password(pbx: Pbx, company: Company) -> None:
    before, old = await pbx.line(JEAN), await pbx.voicemail_password(JEAN)
    after = await pbx.reset_voicemail_password(JEAN, key="P-1/1", version=before.version)
    assert await pbx.reset_voicemail_password(JEAN, key="P-1/1", version=before.version) == after
    assert after.voicemail.password_set_at is not None
    assert before.voicemail.password_set_at is not None
    assert after.voicemail.password_set_at > before.voicemail.password_set_at
    new = await pbx.voicemail_password(JEAN)
    assert new.get_secret_value() != old.get_secret_value()
    assert await company.verbs("pbx") == ["reset_voicemail_password"]


async def test_a_password_shows_in_no_log_and_no_text(pbx: Pbx, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        password = await pbx.voicemail_password(JEAN)
    secret = password.get_secret_value()
    assert (len(secret), secret.isdecimal()) == (6, True)
    assert secret not in caplog.text + repr(password) + str(password)


async def test_a_password_that_makes_no_sense_is_not_quoted() -> None:
    with pytest.raises(Unavailable) as caught:
        await said_by({"password": ["314159"]}).voicemail_password(JEAN)
    assert "314159" not in caught.value.message + str(caught.value.facts)


async def test_a_wrong_token_is_denied(tmp_path: Path) -> None:
    async with company_at(tmp_path, pbx_token="wrong-token") as company:
        with pytest.raises(AccessDenied):
            await company.systems.pbx.voicemail_password(JEAN)


async def test_what_the_pbx_refuses_is_rejected_in_its_words(pbx: Pbx) -> None:
    with pytest.raises(Rejected) as caught:
        await pbx.create_line(NEW.model_copy(update={"caller_id": "x" * 33}), key="P-1/1")
    assert caught.value.facts["status"] == 422
    assert "caller_id" in caught.value.facts["reason"]


async def test_a_write_without_a_key_does_not_leave(pbx: Pbx) -> None:
    with pytest.raises(ValueError, match="key"):
        await pbx.set_state(JEAN, enabled=False, key="")


async def test_half_an_answer_to_a_write_is_never_taken_for_one() -> None:
    with pytest.raises(OutcomeUnknown):
        await said_by({"did": JEAN}).set_state(JEAN, enabled=False, key="k")


def said_by(body: object) -> Pbx:
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, json=body))
    return Pbx(HttpSystem("pbx", "http://site", {}, explain=explain_hub, transport=transport))
