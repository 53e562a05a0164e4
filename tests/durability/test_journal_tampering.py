"""A journal that someone altered in the database says so."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from agent.confirm.journal import Journal
from agent.store import Store

ALTERED = {
    "who": "UPDATE journal SET \"user\" = 'someone else' WHERE number = 3",
    "when": "UPDATE journal SET at = '2026-01-01T00:00:00.000+00:00' WHERE number = 3",
    "what kind": "UPDATE journal SET kind = 'rejected' WHERE number = 3",
    "which plan": "UPDATE journal SET plan = 'P-OTHER' WHERE number = 3",
    "no plan": "UPDATE journal SET plan = NULL WHERE number = 3",
    "what": 'UPDATE journal SET body = \'{"said": "line 4"}\' WHERE number = 3',
    "no JSON at all": "UPDATE journal SET body = 'nothing' WHERE number = 3",
    "the hash": "UPDATE journal SET hash = '0' WHERE number = 3",
    "the link": "UPDATE journal SET previous = '0' WHERE number = 3",
    "the number": "UPDATE journal SET number = 99 WHERE number = 3",
    "a line in the middle": "DELETE FROM journal WHERE number = 3",
    "all that follows": "DELETE FROM journal WHERE number >= 3",
}


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture
def journal(store: Store) -> Journal:
    journal = Journal(store, time.time)
    for number in range(1, 6):
        journal.write("asked", user="admin", plan="P-1", body={"said": f"line {number}"})
    return journal


def alter(store: Store, statement: str) -> None:
    with store.transaction() as connection:
        connection.exec_driver_sql(statement)


def test_an_untouched_journal_is_whole(journal: Journal) -> None:
    check = journal.verify()
    assert (check.ok, check.entries, check.broken_at) == (True, 5, None)


def test_an_empty_journal_is_whole(store: Store) -> None:
    assert Journal(store, time.time).verify().ok


@pytest.mark.parametrize("what", ALTERED)
def test_what_was_altered_is_found(journal: Journal, store: Store, what: str) -> None:
    alter(store, ALTERED[what])
    check = journal.verify()
    assert (check.ok, check.broken_at) == (False, 3)


def test_an_emptied_journal_is_missed(journal: Journal, store: Store) -> None:
    alter(store, "DELETE FROM journal")
    check = journal.verify()
    assert (check.ok, check.broken_at) == (False, 1)


@pytest.mark.parametrize("lost", ["a line in the middle", "all that follows"])
def test_writing_goes_on_after_a_loss_and_does_not_hide_it(journal: Journal, store: Store, lost: str) -> None:
    alter(store, ALTERED[lost])
    journal.write("asked", user="admin", body={"said": "later"})
    check = journal.verify()
    assert (check.ok, check.broken_at) == (False, 3)


def test_a_line_as_it_was_written_is_read_back(journal: Journal, store: Store) -> None:
    said = "Suspendre « Gagné » \u0000 pour non-paiement 🙂"
    written = journal.write("asked", user="Émile", body={"said": said, "n": 1.5})
    assert Journal(store, time.time).entries(limit=1) == [written]
    assert journal.verify().ok


def test_what_no_encoding_knows_is_written_all_the_same(journal: Journal) -> None:
    journal.write("asked", user="admin", body={"said": "\udcff"})
    assert journal.verify().ok
