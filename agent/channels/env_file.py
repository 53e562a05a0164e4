"""A ``.env`` that cannot be read is refused: its reader only warns, and the demo would stand in for the site.

Enters: whatever reads the settings. Leaves: nothing, or ``UnreadableEnvFile`` with the line's number, never its text.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from agent.errors import Misconfigured


class UnreadableEnvFile(Misconfigured):
    """A line of ``.env`` that is no setting."""

    code = "env_line"


@contextmanager
def strict_env_file() -> Iterator[None]:
    """While it lasts, a line of ``.env`` that is no setting raises ``UnreadableEnvFile`` in the end."""
    unread: list[int] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            unread.extend(argument for argument in record.args or () if isinstance(argument, int))

    logger = logging.getLogger("dotenv.main")
    listener = Listener(logging.WARNING)
    logger.addHandler(listener)
    propagates, logger.propagate = logger.propagate, False
    try:
        yield
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagates
    if unread:
        raise UnreadableEnvFile(
            f"The .env file cannot be read: line {unread[0]} is not NAME=value.", setting=".env", line=unread[0]
        )
