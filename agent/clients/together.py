"""Several reads at once, none of which outlives the one who asked.

Enters: awaitables. Leaves: their results in order, or the first failure once all have come to their end: a read that
were left behind would go on speaking through clients that are being closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any


async def together(*reads: Awaitable[Any]) -> list[Any]:
    """The results, in the order of the reads; raises what the first one that failed raised."""
    results = await asyncio.gather(*reads, return_exceptions=True)
    found: list[Any] = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        found.append(result)
    return found
