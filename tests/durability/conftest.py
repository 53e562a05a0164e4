"""A demo company of each test's own over real HTTP, and the processes that work in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
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
