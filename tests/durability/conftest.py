"""A demo company of each test's own over real HTTP, and the processes that work in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import postgres_database
from durable_child import Children
from durable_company import Outside

from sandbox.server import running_sandbox


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    with running_sandbox(tmp_path / "world.sqlite") as url:
        outside = Outside(url)
        yield outside
        outside.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the agent keeps its own."""
    place = tmp_path / "agent"
    place.mkdir()
    return place


@pytest.fixture(scope="session")
def children() -> Children:
    return Children()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'agent.sqlite'}"
        return
    with postgres_database() as url:
        yield url
