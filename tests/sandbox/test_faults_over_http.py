"""Each fault over real HTTP: what the client sees, and by the world's own record whether the write took."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from demo_company import ERPNEXT_HEADERS, HUB_HEADERS

from sandbox import open_demo
from sandbox.server import running_sandbox
from sandbox.world import World

NOTE = {
    "comment_type": "Comment",
    "reference_doctype": "Customer",
    "reference_name": "C-10001",
    "content": "Rappeler lundi.",
}
PORT = "/hub/v1/olts/OLT-EAST/ports/1/2/3"
PATIENCE = 1.0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("demo") / "world.sqlite"
    return path


@pytest.fixture(scope="module")
def base(place: Path) -> Iterator[str]:
    with running_sandbox(place) as url:
        yield url


@pytest.fixture
def world(base: str, place: Path) -> Iterator[World]:
    """The served world, opened a second time, as a judge from another process would."""
    assert base
    world = open_demo(place)
    yield world
    world.close()


@pytest.fixture
def client(base: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base, headers=ERPNEXT_HEADERS, timeout=30) as client:
        yield client
        client.delete("/_sandbox/faults")


def test_latency_delays_the_answer_and_nothing_else(client: httpx.Client, world: World) -> None:
    _fault(client, kind="latency", latency_ms=300)
    (answer,), effects = _writes(client, world)

    assert answer.elapsed.total_seconds() >= 0.3
    assert answer.status_code == 200
    assert effects == ["insert"]


def test_a_time_out_before_leaves_the_write_undone(client: httpx.Client, world: World) -> None:
    _fault(client, kind="timeout_before")
    before = _last(world)
    with pytest.raises(httpx.ReadTimeout):
        client.post("/api/resource/Comment", json=NOTE, timeout=PATIENCE)

    assert _since(world, before) == []


def test_a_time_out_after_has_done_the_write(client: httpx.Client, world: World) -> None:
    _fault(client, kind="timeout_after")
    before = _last(world)
    with pytest.raises(httpx.ReadTimeout):
        client.post("/api/resource/Comment", json=NOTE, timeout=PATIENCE)

    assert _since(world, before) == ["insert"]


def test_a_time_out_after_has_set_the_port(client: httpx.Client, world: World) -> None:
    _fault(client, {"system": "hub", "method": "PUT"}, kind="timeout_after")
    before = _last(world)
    with pytest.raises(httpx.ReadTimeout):
        _set_port(client, enabled=False, key="lost", timeout=PATIENCE)
    client.delete("/_sandbox/faults")
    again = _set_port(client, enabled=False, key="lost")

    assert (again.json()["enabled"], again.headers["Idempotency-Replayed"]) == (False, "true")
    assert _since(world, before) == ["set_port"]
    _set_port(client, enabled=True, key="put-it-back")


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after"])
def test_a_held_request_is_dropped_at_its_limit(client: httpx.Client, kind: str) -> None:
    _fault(client, kind=kind, hold_seconds=0.2)

    with pytest.raises(httpx.ReadError):
        client.get("/api/resource/Customer/C-10001")


@pytest.mark.parametrize(("took", "expected"), [(False, []), (True, ["insert"])])
def test_too_many_requests_says_when_to_come_again(
    client: httpx.Client, world: World, *, took: bool, expected: list[str]
) -> None:
    _fault(client, kind="status", status=429, retry_after=2, took=took)
    (answer,), effects = _writes(client, world)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    assert effects == expected


@pytest.mark.parametrize(("took", "expected"), [(False, []), (True, ["insert"])])
def test_a_server_error_may_or_may_not_have_done_the_write(
    client: httpx.Client, world: World, *, took: bool, expected: list[str]
) -> None:
    _fault(client, kind="status", took=took)
    (answer,), effects = _writes(client, world)

    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
    assert effects == expected


@pytest.mark.parametrize(("took", "expected"), [(False, []), (True, ["insert"])])
def test_a_reset_is_a_real_one(client: httpx.Client, world: World, *, took: bool, expected: list[str]) -> None:
    _fault(client, kind="reset", took=took)
    before = _last(world)
    with pytest.raises(httpx.ReadError) as caught:
        client.post("/api/resource/Comment", json=NOTE)

    assert "reset by peer" in str(caught.value)
    assert _since(world, before) == expected


def test_wrong_json_comes_with_a_success(client: httpx.Client, world: World) -> None:
    _fault(client, kind="wrong_json", took=True)
    (answer,), effects = _writes(client, world)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(ValueError, match="Expecting"):
        answer.json()
    assert effects == ["insert"]


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("PUT", "/api/resource/Customer/C-10001", (417, "TimestampMismatchError")),
        ("PUT", PORT, (409, "version_mismatch")),
        ("POST", "/stripe/v1/customers/cus_demo_10005", (429, "lock_timeout")),
    ],
)
def test_what_somebody_changed_meanwhile_is_refused_in_the_systems_own_words(
    client: httpx.Client, world: World, method: str, path: str, told: tuple[int, str]
) -> None:
    _fault(client, kind="stale")
    before = _last(world)
    answer = client.request(method, path, json={})

    assert answer.status_code == told[0]
    assert told[1] in answer.text
    assert _since(world, before) == []


def test_a_rule_strikes_the_nth_call_as_often_as_it_says(client: httpx.Client, world: World) -> None:
    _fault(client, {"method": "POST", "path": "/Comment$", "nth": 2, "times": 2}, kind="status", status=503)
    answers, effects = _writes(client, world, 4)
    client.get("/api/resource/Comment")

    assert [answer.status_code for answer in answers] == [200, 503, 503, 200]
    assert effects == ["insert", "insert"]
    (rule,) = client.get("/_sandbox/faults").json()
    assert (rule["seen"], rule["fired"]) == (4, 2)


def test_a_rule_leaves_other_systems_methods_and_paths_alone(client: httpx.Client) -> None:
    for match in ({"system": "hub"}, {"method": "DELETE"}, {"path": "/Issue"}):
        _fault(client, match, kind="status")

    assert client.get("/api/resource/Customer/C-10001").status_code == 200


@pytest.mark.parametrize(
    ("system", "path"),
    [
        ("erpnext", "/api/resource/Customer/C-10001"),
        ("hub", "/hub/v1/ports"),
        ("pbx", "/pbx/v1/lines"),
        ("e911", "/e911/v1/municipalities"),
        ("stripe", "/stripe/v1/customers"),
    ],
)
def test_a_rule_strikes_its_own_system_alone(client: httpx.Client, system: str, path: str) -> None:
    for one in ("erpnext", "hub", "pbx", "e911", "stripe"):
        _fault(client, {"system": one}, kind="status", status=418 if one == system else 503)

    assert client.get(path).status_code == 418


def test_the_first_rule_whose_turn_it_is_strikes(client: httpx.Client) -> None:
    _fault(client, {"times": 1}, kind="status", status=503)
    _fault(client, kind="status", status=429)

    answers = [client.get("/api/resource/Customer/C-10001").status_code for _ in range(3)]
    assert answers == [503, 429, 429]


def test_rules_hold_in_every_process_that_serves_the_world(client: httpx.Client, place: Path) -> None:
    _fault(client, kind="status", status=503)
    with running_sandbox(place) as other:
        answer = httpx.get(f"{other}/api/resource/Customer/C-10001", headers=ERPNEXT_HEADERS)

    assert answer.status_code == 503


def test_a_held_request_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    with httpx.Client(headers=ERPNEXT_HEADERS, timeout=PATIENCE) as client, running_sandbox(tmp_path / "w") as url:
        rule = {"match": {}, "fault": {"kind": "timeout_before", "hold_seconds": 3600}}
        client.post(f"{url}/_sandbox/faults", json=rule)
        with pytest.raises(httpx.ReadTimeout):
            client.get(f"{url}/api/resource/Customer/C-10001")


@pytest.mark.parametrize(
    "rule",
    [
        {"fault": {"kind": "explode"}},
        {"match": {"path": "("}, "fault": {"kind": "reset"}},
        {"match": {"nth": 0}, "fault": {"kind": "reset"}},
        {"match": {"colour": "red"}, "fault": {"kind": "reset"}},
        {},
    ],
)
def test_a_rule_that_is_not_understood_is_refused(client: httpx.Client, rule: dict[str, Any]) -> None:
    answer = client.post("/_sandbox/faults", json=rule)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_request")
    assert client.get("/_sandbox/faults").json() == []


def _fault(client: httpx.Client, match: Mapping[str, object] | None = None, **fault: object) -> None:
    rule = {"match": dict(match or {}), "fault": fault}
    assert client.post("/_sandbox/faults", json=rule).status_code == 201


def _writes(client: httpx.Client, world: World, count: int = 1) -> tuple[list[httpx.Response], list[str]]:
    before = _last(world)
    answers = [client.post("/api/resource/Comment", json=NOTE) for _ in range(count)]
    return answers, _since(world, before)


def _set_port(client: httpx.Client, *, enabled: bool, key: str, timeout: float = 30) -> httpx.Response:
    headers = {**HUB_HEADERS, "Idempotency-Key": key}
    return client.put(PORT, json={"enabled": enabled}, headers=headers, timeout=timeout)


def _last(world: World) -> int:
    effects = world.effects()
    return effects[-1].id if effects else 0


def _since(world: World, before: int) -> list[str]:
    return [effect.verb for effect in world.effects(since=before)]
