"""Reads made at once end together, whether or not one of them fails."""

from __future__ import annotations

import asyncio

import pytest

from agent.clients.together import together
from agent.errors import Unavailable


async def test_a_failure_waits_for_the_others_to_end() -> None:
    ended = []
    go = asyncio.Event()

    async def reads() -> str:
        await go.wait()
        ended.append("read")
        return "found"

    async def fails() -> str:
        go.set()
        raise Unavailable("gone", system="hub")

    with pytest.raises(Unavailable):
        await together(reads(), fails())
    assert ended == ["read"]


async def test_results_stand_in_the_order_of_the_reads() -> None:
    async def slow() -> int:
        await asyncio.sleep(0)
        return 1

    async def quick() -> int:
        return 2

    assert await together(slow(), quick()) == [1, 2]
