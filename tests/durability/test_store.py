"""The store's promises on each database: claims and leases are exclusive, a token that is old writes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest

from agent.confirm.journal import Journal
from agent.errors import LeaseLost
from agent.store import Store, new_plan_id

Result = TypeVar("Result")
Astir = frozenset[tuple[str, int, str]]
CROWD = 8


class Clock:
    """Seconds since the epoch, which a test moves on."""

    def __init__(self) -> None:
        self.at = 1_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database_url: str, clock: Clock) -> Iterator[Store]:
    store = Store(database_url, now=clock)
    yield store
    store.close()


def waiting(store: Store, conversation: str = "talk") -> str:
    plan = new_plan_id()
    store.save_plan(
        plan_id=plan, conversation=conversation, user="admin", digest="d", body="{}", expires_at=store_time(store) + 900
    )
    return plan


def store_time(store: Store) -> float:
    return store.now()


def claim(store: Store, plan: str) -> int | None:
    return store.claim(plan, digest="d", approved_by="admin", lease_seconds=90)


def at_once(work: Callable[[int], Result], count: int = CROWD) -> list[Result]:
    """The same work in so many threads, begun at the same moment."""
    gate = Barrier(count)

    def one(number: int) -> Result:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_of_many_claims_at_once_one_gets_the_plan(store: Store) -> None:
    for _round in range(5):
        plan = waiting(store)
        fences = at_once(lambda _number, plan=plan: claim(store, plan))  # type: ignore[misc]
        assert sorted(fence for fence in fences if fence is not None) == [1]


def test_a_claim_with_another_digest_gets_nothing(store: Store) -> None:
    plan = waiting(store)
    assert store.claim(plan, digest="other", approved_by="admin", lease_seconds=90) is None
    found = store.plan(plan)
    assert found is not None
    assert (found.status, found.fence, found.approved_by) == ("waiting", 0, None)


def test_a_lease_that_runs_keeps_others_out_and_one_that_ran_out_lets_one_in(store: Store, clock: Clock) -> None:
    plan = waiting(store)
    assert claim(store, plan) == 1

    def take_over(_number: int) -> int | None:
        return store.take_over(plan, lease_seconds=90, statuses=("running",))

    clock.at += 89
    assert set(at_once(take_over)) == {None}
    clock.at += 2
    assert sorted(fence for fence in at_once(take_over) if fence is not None) == [2]


def test_a_receipt_or_a_renewal_prolongs_the_lease(store: Store, clock: Clock) -> None:
    plan = waiting(store)
    fence = claim(store, plan)
    assert fence is not None
    for _beat in range(3):
        clock.at += 60
        store.put_receipt(plan, 1, "do", state="sent", fence=fence, lease_seconds=90)
        clock.at += 60
        store.renew(plan, fence=fence, lease_seconds=90)
    assert store.take_over(plan, lease_seconds=90, statuses=("running",)) is None


def test_who_was_overtaken_can_write_nothing(store: Store, clock: Clock) -> None:
    plan = waiting(store)
    old = claim(store, plan)
    assert old is not None
    store.put_receipt(plan, 1, "do", state="sent", fence=old, lease_seconds=90)
    clock.at += 91
    new = store.take_over(plan, lease_seconds=90, statuses=("running",))
    assert new is not None
    with pytest.raises(LeaseLost):
        store.put_receipt(plan, 1, "do", state="confirmed", fence=old, lease_seconds=90, result={"a": 1})
    with pytest.raises(LeaseLost):
        store.renew(plan, fence=old, lease_seconds=90)
    with pytest.raises(LeaseLost):
        store.end(plan, fence=old, status="done")
    assert [receipt.state for receipt in store.receipts(plan)] == ["sent"]
    store.end(plan, fence=new, status="done")
    found = store.plan(plan)
    assert found is not None
    assert (found.status, found.lease_until) == ("done", 0.0)


def test_what_ended_is_not_taken_over(store: Store, clock: Clock) -> None:
    plan = waiting(store)
    fence = claim(store, plan)
    assert fence is not None
    store.end(plan, fence=fence, status="done")
    clock.at += 1000
    assert store.take_over(plan, lease_seconds=90, statuses=("running", "accepted", "handed_over")) is None


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    plan = waiting(store)
    journal = Journal(store, store_time_of(store))

    def fails() -> None:
        with store.transaction():
            assert claim(store, plan) == 1
            journal.write("approved", user="admin", plan=plan, body={})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    found = store.plan(plan)
    assert found is not None
    assert found.status == "waiting"
    assert journal.entries() == []
    assert journal.verify().ok


def store_time_of(store: Store) -> Callable[[], float]:
    return lambda: store_time(store)


def test_two_plans_of_one_conversation_never_wait_at_once(store: Store) -> None:
    for _round in range(5):
        at_once(lambda _number: waiting(store))
        assert len(store.plans(conversation="talk", status=("waiting",), limit=100)) == 1


def test_of_an_approval_and_a_rejection_at_once_one_wins(store: Store) -> None:
    for _round in range(5):
        plan = waiting(store)

        def either(number: int, plan: str = plan) -> bool:
            if number % 2:
                return claim(store, plan) is not None
            return store.settle(plan, expected="waiting", status="rejected")

        assert at_once(either).count(True) == 1


def test_many_who_write_at_once_make_one_chain(store: Store) -> None:
    journal = Journal(store, time.time)
    at_once(lambda number: [journal.write("asked", user=str(number), body={"n": n}) for n in range(5)])
    check = journal.verify()
    assert (check.ok, check.entries) == (True, 5 * CROWD)


def test_a_conversation_begun_by_many_at_once_is_remembered(store: Store) -> None:
    at_once(lambda number: store.remember("talk", {"turn": number}))
    assert set(store.memory("talk")) == {"turn"}


def test_an_empty_database_opened_by_many_at_once_works_for_all(database_url: str) -> None:
    def opens(number: int) -> str:
        store = Store(database_url)
        try:
            return waiting(store, f"talk {number}")
        finally:
            store.close()

    plans = at_once(opens)
    store = Store(database_url)
    assert {row.id for row in store.plans()} == set(plans)
    store.close()


def test_a_claim_outlives_the_process(database_url: str, store: Store) -> None:
    plan = waiting(store)
    fence = claim(store, plan)
    assert fence is not None
    store.put_receipt(plan, 1, "do", state="confirmed", fence=fence, lease_seconds=90, result={"name": "é"})
    other = Store(database_url)
    assert other.receipts(plan)[0].result == {"name": "é"}
    found = other.plan(plan)
    assert found is not None
    assert (found.status, found.approved_by, found.fence) == ("running", "admin", 1)
    other.close()


def about(store: Store, customer: str) -> str:
    """A plan about that customer, which waits in a conversation of its own."""
    plan = new_plan_id()
    store.save_plan(
        plan_id=plan,
        conversation=plan,
        user="admin",
        digest="d",
        body=f'{{"customers": ["{customer}"], "actions": []}}',
        expires_at=store_time(store) + 900,
    )
    return plan


def test_of_two_plans_about_one_customer_claimed_at_once_one_runs(store: Store) -> None:
    for number in range(5):
        matters = frozenset({f"C-{number}"})
        plans = [about(store, f"C-{number}") for _ in range(CROWD)]
        astir = store.astir(matters)

        def take(
            mine: int, plans: list[str] = plans, matters: frozenset[str] = matters, astir: Astir = astir
        ) -> int | None:
            return store.claim(
                plans[mine], digest="d", approved_by="admin", lease_seconds=90, matters=matters, astir=astir
            )

        assert [fence for fence in at_once(take) if fence is not None] == [1]


def test_a_plan_that_ended_since_the_other_was_checked_stands_in_its_way_until_it_is_checked_again(
    store: Store,
) -> None:
    matters = frozenset({"C-1"})
    first, second, elsewhere = about(store, "C-1"), about(store, "C-1"), about(store, "C-2")
    before = store.astir(matters)

    def take(plan: str, astir: Astir, matters: frozenset[str] = matters) -> int | None:
        return store.claim(plan, digest="d", approved_by="admin", lease_seconds=90, matters=matters, astir=astir)

    assert take(first, before) == 1
    assert take(second, store.astir(matters)) is None
    assert take(elsewhere, frozenset(), frozenset({"C-2"})) == 1
    store.end(first, fence=1, status="done")
    assert take(second, before) is None
    assert take(second, store.astir(matters)) == 1


def test_a_database_of_an_earlier_version_gains_what_is_new(database_url: str, clock: Clock) -> None:
    earlier = Store(database_url, now=clock)
    plan = waiting(earlier)
    with earlier.transaction() as connection:
        for table in ("approvals", "followed"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    earlier.close()
    store = Store(database_url, now=clock)
    assert store.approve_first(plan, digest="d", user="marie", body="{}", expires_at=clock() + 900)
    assert claim(store, plan) is None
    fence = store.claim(plan, digest="d", approved_by="sophie", lease_seconds=90, expected="awaiting_cosigner")
    assert fence == 1
    assert [one.user for one in store.approvals(plan)] == ["marie", "sophie"]
    store.follow(plan, "talk")
    assert [row.id for row in store.followed("talk")] == [plan]
    store.told(plan)
    assert store.followed("talk") == []
    store.close()


def test_who_approved_first_is_no_second(store: Store) -> None:
    plan = waiting(store)
    assert store.approve_first(plan, digest="d", user="admin", body="{}", expires_at=store_time(store) + 900)
    assert not store.approve_first(plan, digest="d", user="other", body="{}", expires_at=store_time(store) + 900)
    taken = [store.claim(plan, digest="d", approved_by="admin", lease_seconds=90, expected="awaiting_cosigner")]
    assert taken == [None]
