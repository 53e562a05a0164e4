"""The 911 provider: strict about addresses, slow to accept, and what is in force stays so until then."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from demo_company import e911, registrations, told

from sandbox import create_app, open_demo
from sandbox.world import World

JEAN = "/registrations/4502722408"
NEW = "/registrations/8195551234"
ENTRY: dict[str, Any] = {
    "civic_number": "64A",
    "apartment": "",
    "street": "Rue Churchill",
    "city": "Huntingdon",
    "province": "QC",
    "postal_code": "J0S 1H0",
    "cauca_code": "69055",
    "class": "RES",
    "first_name": "Jean",
    "last_name": "Tremblay",
    "enhanced_capable": True,
}
IN_NO_GUIDE = {**ENTRY, "civic_number": "12345"}


@pytest.fixture
async def provider(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with e911(create_app(world)) as client:
        await client.put("http://demo/_sandbox/e911", json={"acceptance_seconds": 60})
        yield client


async def test_a_request_is_pending_and_what_was_registered_stays_in_force(
    provider: httpx.AsyncClient, world: World
) -> None:
    before = await told(provider, JEAN)
    answer = await _put(provider, JEAN, ENTRY, "plan-1/1")
    during = await told(provider, JEAN)

    assert (answer.status_code, answer.json()) == (202, during)
    assert (during["state"], during["rejected"], during["version"]) == ("pending", None, before["version"] + 1)
    assert during["registered"] == before["registered"]
    assert during["pending"].items() >= {**ENTRY, "key": "plan-1/1"}.items()
    assert _told_to_ambulances(world, "4502722408") == "123"


async def test_a_request_is_accepted_by_the_clock_alone(provider: httpx.AsyncClient, world: World) -> None:
    await _put(provider, JEAN, ENTRY, "plan-1/1")
    _later(world)
    after = await told(provider, JEAN)

    assert (after["state"], after["pending"], after["rejected"]) == ("registered", None, None)
    assert after["registered"].items() >= ENTRY.items()
    assert after["changed_by_key"] == "plan-1/1"
    assert _told_to_ambulances(world, "4502722408") == "64A"


async def test_what_the_street_guide_lacks_is_rejected_and_the_earlier_entry_stays(
    provider: httpx.AsyncClient, world: World
) -> None:
    before = await told(provider, JEAN)
    answer = await _put(provider, JEAN, IN_NO_GUIDE, "plan-1/1")
    _later(world)
    after = await told(provider, JEAN)

    assert answer.status_code == 202
    assert (after["state"], after["pending"], after["registered"]) == ("rejected", None, before["registered"])
    assert after["rejected"]["reason"]["code"] == "not_in_street_guide"
    assert "12345" in after["rejected"]["reason"]["message"]
    assert _told_to_ambulances(world, "4502722408") == "123"


async def test_a_new_number_is_told_to_nobody_until_it_is_accepted(provider: httpx.AsyncClient, world: World) -> None:
    await _put(provider, NEW, ENTRY, "plan-1/1")
    during = await told(provider, NEW)
    nobody = _told_to_ambulances(world, "8195551234")
    _later(world)

    assert (during["state"], during["registered"], nobody) == ("pending", None, None)
    assert _told_to_ambulances(world, "8195551234") == "64A"


async def test_a_request_replaces_one_that_is_pending(provider: httpx.AsyncClient, world: World) -> None:
    await _put(provider, JEAN, IN_NO_GUIDE, "plan-1/1")
    await _put(provider, JEAN, ENTRY, "plan-2/1")
    _later(world)

    assert (await told(provider, JEAN))["registered"]["civic_number"] == "64A"


async def test_a_key_asks_once_and_answers_the_same(provider: httpx.AsyncClient, world: World) -> None:
    first = await _put(provider, JEAN, ENTRY, "plan-1/1")
    _later(world)
    again = await _put(provider, JEAN, ENTRY, "plan-1/1")

    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert _verbs(world) == ["register"]


async def test_a_key_for_another_request_is_refused(provider: httpx.AsyncClient, world: World) -> None:
    await _put(provider, JEAN, ENTRY, "plan-1/1")
    answer = await _put(provider, JEAN, {**ENTRY, "apartment": "2"}, "plan-1/1")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "key_reused")
    assert _verbs(world) == ["register"]


async def test_what_is_in_force_just_so_needs_no_request(provider: httpx.AsyncClient, world: World) -> None:
    before = await told(provider, JEAN)
    entry = {key: value for key, value in before["registered"].items() if key != "registered_at"}
    answer = await _put(provider, JEAN, entry, "plan-1/1")

    assert (answer.status_code, answer.json()) == (200, before)
    assert _verbs(world) == []


async def test_a_registration_that_moved_on_is_left_alone_and_shown(provider: httpx.AsyncClient, world: World) -> None:
    seen = (await provider.get(JEAN)).headers["ETag"]
    await _put(provider, JEAN, ENTRY, "somebody-else")
    answers = [
        await _put(provider, JEAN, {**ENTRY, "apartment": "2"}, "plan-1/1", version=seen),
        await provider.delete(JEAN, headers={"Idempotency-Key": "plan-1/2", "If-Match": seen}),
    ]

    assert [answer.json()["error"]["code"] for answer in answers] == ["version_mismatch"] * 2
    assert answers[0].json()["current"] == await told(provider, JEAN)
    assert _verbs(world) == ["register"]


async def test_a_number_is_struck_out_once(provider: httpx.AsyncClient, world: World) -> None:
    before = await told(provider, JEAN)
    answers = [await provider.delete(JEAN, headers={"Idempotency-Key": "plan-1/1"}) for _ in range(2)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, before)] * 2
    assert (await provider.get(JEAN)).status_code == 404
    assert _told_to_ambulances(world, "4502722408") is None
    assert _verbs(world) == ["deregister"]


async def test_a_version_never_comes_again(provider: httpx.AsyncClient) -> None:
    seen = (await told(provider, JEAN))["version"]
    await provider.delete(JEAN, headers={"Idempotency-Key": "plan-1/1"})
    gone = await _put(provider, JEAN, ENTRY, "plan-2/1", version=str(seen))
    again = await _put(provider, JEAN, ENTRY, "plan-3/1")

    assert (gone.status_code, gone.json()["error"]["code"]) == (409, "version_mismatch")
    assert again.json()["version"] > seen


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("civic_number", ""),
        ("civic_number", "64a"),
        ("civic_number", "A64"),
        ("civic_number", "064"),
        ("street", " "),
        ("street", "Rue <Churchill>"),
        ("city", ""),
        ("province", "Québec"),
        ("postal_code", "J0S1H0"),
        ("postal_code", "j0s 1h0"),
        ("postal_code", "D0S 1H0"),
        ("cauca_code", "69"),
        ("class", "COM"),
        ("last_name", ""),
        ("enhanced_capable", "Y"),
    ],
)
async def test_an_address_in_another_form_is_refused_by_field(
    provider: httpx.AsyncClient, world: World, field: str, value: object
) -> None:
    answer = await _put(provider, JEAN, {**ENTRY, field: value}, "plan-1/1")
    error = answer.json()["error"]

    assert (answer.status_code, error["code"]) == (422, "invalid_registration")
    assert [problem["field"] for problem in error["problems"]] == [field]
    assert _verbs(world) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"cauca_code": "69037"}, "the CAUCA code 69037 is Ormstown's and not Huntingdon's"),
        ({"cauca_code": "00000"}, "the CAUCA code 00000 is unknown"),
        ({"province": "ON", "postal_code": "K0C 1A0"}, "Huntingdon is in QC and not in ON"),
        ({"postal_code": "K0C 1A0"}, "K0C 1A0 is no postal code of QC"),
    ],
)
async def test_parts_that_contradict_each_other_are_refused(
    provider: httpx.AsyncClient, world: World, changed: dict[str, str], said: str
) -> None:
    answer = await _put(provider, JEAN, {**ENTRY, **changed}, "plan-1/1")

    assert answer.status_code == 422
    assert said in answer.json()["error"]["message"]
    assert _verbs(world) == []


async def test_every_problem_is_told_at_once(provider: httpx.AsyncClient) -> None:
    wish = {**ENTRY, "civic_number": "", "postal_code": "H", "colour": "red"}
    answer = await _put(provider, JEAN, wish, "plan-1/1")

    assert {problem["field"] for problem in answer.json()["error"]["problems"]} == {
        "civic_number",
        "postal_code",
        "colour",
    }


async def test_case_and_accents_of_a_city_do_not_matter(provider: httpx.AsyncClient) -> None:
    howick = {"city": "tres-saint-sacrement", "cauca_code": "69030"}

    assert (await _put(provider, JEAN, {**ENTRY, **howick}, "plan-1/1")).status_code == 202


async def test_pages_hold_everything_once_and_in_order(provider: httpx.AsyncClient, world: World) -> None:
    everything = await told(provider, "/registrations", limit="1000")
    paged: list[str] = []
    after: str | None = ""
    while after is not None:
        page = await told(provider, "/registrations", limit="7", after=after)
        paged += [one["did"] for one in page["items"]]
        after = page["next"]

    assert paged == [one["did"] for one in everything["items"]] == [one.did for one in registrations(world)]
    assert (everything["total"], everything["next"]) == (len(paged), None)


async def test_a_list_can_be_of_a_state_or_of_certain_numbers(provider: httpx.AsyncClient) -> None:
    await _put(provider, JEAN, ENTRY, "plan-1/1")
    pending = await told(provider, "/registrations", state="pending")
    some = await told(provider, "/registrations", dids="4502722408,4502473300,4502647019")

    assert [one["did"] for one in pending["items"]] == ["4502722408"]
    assert [one["did"] for one in some["items"]] == ["4502473300", "4502722408"]


async def test_how_long_the_provider_takes_is_two_seconds_or_as_told(tmp_path: Path) -> None:
    world = open_demo(tmp_path / "untold.sqlite")
    async with e911(create_app(world)) as provider:
        default = (await provider.get("http://demo/_sandbox/e911")).json()
        told_so = (await provider.put("http://demo/_sandbox/e911", json={"acceptance_seconds": 1e-6})).json()
        await _put(provider, JEAN, ENTRY, "plan-1/1")
        state = (await told(provider, JEAN))["state"]
        refused = await provider.put("http://demo/_sandbox/e911", json={"acceptance_seconds": 0})
    world.close()

    assert (default, told_so) == ({"acceptance_seconds": 2.0}, {"acceptance_seconds": 1e-6})
    assert state == "registered"
    assert refused.status_code == 422


async def _put(
    provider: httpx.AsyncClient, url: str, entry: dict[str, Any], key: str, *, version: str | None = None
) -> httpx.Response:
    headers = {"Idempotency-Key": key} | ({"If-Match": version} if version else {})
    return await provider.put(url, json=entry, headers=headers)


def _later(world: World) -> None:
    world.set_clock(world.now() + timedelta(seconds=61))


def _told_to_ambulances(world: World, did: str) -> str | None:
    return next((one.civic_number for one in registrations(world) if one.did == did), None)


def _verbs(world: World) -> list[str]:
    return [effect.verb for effect in world.effects(system="e911")]
