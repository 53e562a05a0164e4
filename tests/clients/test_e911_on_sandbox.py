"""The 911 provider's client and the sandbox's provider understand each other, on the demo company over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from voice_systems import Company, company_at

from agent.clients.e911 import E911, Entry
from agent.clients.http import HttpSystem
from agent.clients.refusal import explain_hub
from agent.errors import AccessDenied, Conflict, Missing, OutcomeUnknown, Rejected

JEAN, NOBODY = "4502722408", "8195551234"
ENTRY = Entry(
    civic_number="64A",
    street="Rue Churchill",
    city="Huntingdon",
    postal_code="J0S 1H0",
    cauca_code="69055",
    service_class="RES",
    first_name="Jean",
    last_name="Tremblay",
)


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    async with company_at(tmp_path) as company:
        yield company


@pytest.fixture
def provider(company: Company) -> E911:
    return company.systems.e911


async def test_what_is_in_force_is_told_whole(provider: E911) -> None:
    jean = await provider.registration(JEAN)
    assert (jean.state, jean.pending, jean.rejected) == ("registered", None, None)
    assert jean.registered is not None
    assert jean.registered.registered_at is not None
    assert jean.registered.entry() == ENTRY.model_copy(
        update={"civic_number": "123", "street": "Rue Principale"},
    )
    assert jean.agrees(jean.registered)
    assert not jean.agrees(ENTRY)


async def test_a_number_that_the_provider_does_not_know(provider: E911) -> None:
    with pytest.raises(Missing):
        await provider.registration(NOBODY)
    assert await provider.find_registration(NOBODY) is None


async def test_a_request_agrees_only_once_it_is_accepted(provider: E911, company: Company) -> None:
    before = await provider.registration(JEAN)
    asked = await provider.register(JEAN, ENTRY, key="P-1/1", version=before.version)
    assert (asked.state, asked.registered, asked.agrees(ENTRY)) == ("pending", before.registered, False)
    assert asked.pending is not None
    assert (asked.pending.entry(), asked.pending.key) == (ENTRY, "P-1/1")
    await company.later(61)
    after = await provider.registration(JEAN)
    assert after.agrees(ENTRY)
    assert await company.verbs("e911") == ["register"]


async def test_a_rejected_request_says_why_and_leaves_what_was_in_force(provider: E911, company: Company) -> None:
    before = await provider.registration(JEAN)
    in_no_guide = ENTRY.model_copy(update={"civic_number": "12345"})
    await provider.register(JEAN, in_no_guide, key="P-1/1")
    await company.later(61)
    after = await provider.registration(JEAN)
    assert (after.state, after.registered, after.agrees(in_no_guide)) == ("rejected", before.registered, False)
    assert after.rejected is not None
    assert after.rejected.reason is not None
    assert after.rejected.reason.code == "not_in_street_guide"
    assert "12345" in after.rejected.reason.message


async def test_the_same_key_asks_once(provider: E911, company: Company) -> None:
    first = await provider.register(NOBODY, ENTRY, key="P-1/1")
    await company.later(61)
    assert await provider.register(NOBODY, ENTRY, key="P-1/1") == first
    assert (await provider.registration(NOBODY)).agrees(ENTRY)
    assert await company.verbs("e911") == ["register"]


async def test_what_is_in_force_already_is_registered_at_once(provider: E911, company: Company) -> None:
    before = await provider.registration(JEAN)
    assert before.registered is not None
    assert await provider.register(JEAN, before.registered, key="P-1/1") == before
    assert await company.verbs("e911") == []


async def test_a_number_is_struck_out_and_answered_as_it_was(provider: E911, company: Company) -> None:
    before = await provider.registration(JEAN)
    assert await provider.deregister(JEAN, key="P-1/1", version=before.version) == before
    assert await provider.deregister(JEAN, key="P-1/1", version=before.version) == before
    assert await provider.find_registration(JEAN) is None
    with pytest.raises(Missing):
        await provider.deregister(JEAN, key="P-1/2")
    assert await company.verbs("e911") == ["deregister"]


async def test_a_registration_that_moved_on_is_a_conflict(provider: E911) -> None:
    read = await provider.registration(JEAN)
    await provider.register(JEAN, ENTRY, key="theirs")
    with pytest.raises(Conflict) as caught:
        await provider.deregister(JEAN, key="ours", version=read.version)
    assert caught.value.facts["error_type"] == "version_mismatch"


async def test_an_address_is_refused_with_every_problem(provider: E911, company: Company) -> None:
    wish = ENTRY.model_copy(update={"civic_number": "douze", "postal_code": "H"})
    with pytest.raises(Rejected) as caught:
        await provider.register(JEAN, wish, key="P-1/1")
    assert (caught.value.facts["status"], caught.value.facts["error_type"]) == (422, "invalid_registration")
    assert "civic_number" in caught.value.facts["reason"]
    assert "postal_code" in caught.value.facts["reason"]
    assert await company.verbs("e911") == []


async def test_the_code_of_a_municipality_is_found(provider: E911) -> None:
    codes = {one.city: one.cauca_code for one in await provider.municipalities()}
    assert codes["Huntingdon"] == "69055"
    with pytest.raises(Rejected) as caught:
        await provider.register(JEAN, ENTRY.model_copy(update={"cauca_code": codes["Ormstown"]}), key="P-1/1")
    assert "Ormstown" in caught.value.facts["reason"]


async def test_everything_is_listed_in_order_and_some_by_number(provider: E911) -> None:
    everything = await provider.registrations()
    dids = [one.did for one in everything]
    assert dids == sorted(set(dids))
    assert len(dids) > 30
    assert await provider.registrations(["4502473300", NOBODY, JEAN, JEAN]) == [
        one for one in everything if one.did in {"4502473300", JEAN}
    ]
    assert await provider.registrations([]) == []


async def test_a_wrong_token_is_denied(tmp_path: Path) -> None:
    async with company_at(tmp_path, e911_token="wrong-token") as company:
        with pytest.raises(AccessDenied):
            await company.systems.e911.municipalities()


class Pages:
    """A provider with as many registrations as told, which counts what it is asked."""

    def __init__(self, count: int) -> None:
        self.dids = [f"{4500000000 + number}" for number in range(count)]
        self.asked = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        query = request.url.params
        fitting = [did for did in self.dids if did > query.get("after", "") and did in query.get("dids", did)]
        page = fitting[: int(query["limit"])]
        items = [{"did": did, "state": "registered", "version": 1} for did in page]
        more = page[-1] if len(fitting) > len(page) else None
        return httpx.Response(200, json={"items": items, "next": more, "total": len(fitting)})

    @property
    def client(self) -> E911:
        transport = httpx.MockTransport(self.answer)
        return E911(HttpSystem("e911", "http://site", {}, explain=explain_hub, transport=transport))


async def test_a_real_company_is_listed_in_two_requests() -> None:
    pages = Pages(1014)
    assert [one.did for one in await pages.client.registrations()] == pages.dids
    assert pages.asked == 2


async def test_numbers_are_asked_for_a_hundred_at_a_time() -> None:
    pages = Pages(250)
    assert [one.did for one in await pages.client.registrations(pages.dids)] == pages.dids
    assert pages.asked == 3


async def test_half_an_answer_to_a_write_is_never_taken_for_one() -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(202, json={"did": JEAN}))
    provider = E911(HttpSystem("e911", "http://site", {}, explain=explain_hub, transport=transport))
    with pytest.raises(OutcomeUnknown):
        await provider.register(JEAN, ENTRY, key="k")


@pytest.mark.parametrize(
    ("field", "said", "written"),
    [
        ("civic_number", " 64 a ", "64A"),
        ("apartment", None, ""),
        ("apartment", "2 b", "2B"),
        ("street", "  Rue   Churchill ", "Rue Churchill"),
        ("postal_code", "j0s1h0", "J0S 1H0"),
        ("postal_code", "J0S 1H0", "J0S 1H0"),
        ("province", "qc", "QC"),
        ("first_name", None, ""),
    ],
)
def test_an_entry_is_written_in_the_providers_form(field: str, said: object, written: str) -> None:
    values: dict[str, Any] = {**ENTRY.model_dump(), field: said}
    assert getattr(Entry.model_validate(values), field) == written


@given(st.text(), st.text(), st.text())
def test_writing_an_entry_twice_changes_nothing_more(civic_number: str, street: str, postal_code: str) -> None:
    values = {**ENTRY.model_dump(), "civic_number": civic_number, "street": street, "postal_code": postal_code}
    once = Entry.model_validate(values)
    assert Entry.model_validate(once.model_dump()) == once == once.entry()
