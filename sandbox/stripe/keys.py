"""Idempotency keys: a request that was begun answers the same for a day, whatever it answered.

In: a key, the request under it, what carries it out. Out: the answer, and whether it is the first one's. A key must
never act twice, and is refused for another request than its first. What was turned away before it began uses no key.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.stripe.errors import StripeRefusal, Wire
from sandbox.world import World

KEPT_SECONDS = 24 * 3600
_LONGEST_KEY = 255


@dataclass(frozen=True)
class Answer:
    """What is sent back; `original_request` is the id of the request that was really carried out."""

    status: int
    body: Wire
    original_request: str
    replayed: bool = False


@dataclass(frozen=True)
class Asked:
    """A request that writes; an empty key stands for none."""

    id: str
    key: str
    path: str
    parameters: dict[str, object]


def once(world: World, asked: Asked, act: Callable[[], Wire]) -> Answer:
    """Carry a request out under its key, or answer as the first time.

    Raises StripeRefusal 400 for a key that was another request's or is too long.
    """
    key, path = asked.key, asked.path
    if len(key) > _LONGEST_KEY:
        raise StripeRefusal(400, f"Idempotency keys have at most {_LONGEST_KEY} characters.", begun=False)
    told = json.dumps(asked.parameters, sort_keys=True)
    with world.transaction() as connection:
        now = int(world.now().timestamp())
        connection.execute("DELETE FROM stripe_requests WHERE at <= ?", (now - KEPT_SECONDS,))
        row = connection.execute(
            "SELECT path, parameters, status, body, request_id FROM stripe_requests WHERE key = ?", (key,)
        ).fetchone()
        if row is not None:
            _check_same(key, path, told, row[0], row[1])
            return Answer(row[2], json.loads(row[3]), row[4], replayed=True)
        answer = _carry_out(world, asked.id, act)
        if key:
            connection.execute(
                "INSERT INTO stripe_requests VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, path, told, answer.status, json.dumps(answer.body), asked.id, now),
            )
    return answer


def _carry_out(world: World, request_id: str, act: Callable[[], Wire]) -> Answer:
    try:
        # Within: what a refusal had begun to write is undone, its answer is kept.
        with world.transaction():
            return Answer(200, act(), request_id)
    except StripeRefusal as refusal:
        if not refusal.begun:
            raise
        return Answer(refusal.status, refusal.body(), request_id)


def _check_same(key: str, path: str, told: str, first_path: str, first_told: str) -> None:
    if path != first_path:
        reason = f"for the same endpoint they were first used for ('{path}' vs '{first_path}')"
    elif told != first_told:
        reason = "with the same parameters they were first used with"
    else:
        return
    raise StripeRefusal(
        400,
        f"Keys for idempotent requests can only be used {reason}. Try using a key other than '{key}' if you meant to"
        " execute a different request.",
        kind="idempotency_error",
        begun=False,
    )
