"""The databases on which the store has to keep its promises: SQLite always, PostgreSQL where one answers.

Enters: ``TARGO_TEST_POSTGRES_URL``, or the usual server on loopback. Leaves: URLs of empty databases, dropped after.
In CI a PostgreSQL that does not answer fails the tests instead of skipping them.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

_USUAL = "postgresql+psycopg://postgres@127.0.0.1:5432/test"


@contextmanager
def postgres_database() -> Iterator[str]:
    """The URL of a database of the test's own."""
    server = sa.make_url(os.environ.get("TARGO_TEST_POSTGRES_URL", _USUAL))
    name = f"targo_test_{secrets.token_hex(6)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    except sa.exc.OperationalError as error:
        engine.dispose()
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL answers at {server.render_as_string()}: {str(error).splitlines()[0]}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()
