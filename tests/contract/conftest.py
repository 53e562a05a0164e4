"""The recordings replayed once, in order; each test looks at one of them."""

import asyncio

import pytest
from contract_replaying import Replay, replay_all
from contract_site import SiteUnderTest


@pytest.fixture(scope="session")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """All the recordings, replayed."""
    folder = tmp_path_factory.mktemp("contract")
    return asyncio.run(replay_all(SiteUnderTest.live() or SiteUnderTest.sandbox(folder)))
