"""A client of Stripe that tries again at once, and remembers how long it was to wait."""

from __future__ import annotations

from agent.clients.http import HttpSystem
from agent.clients.patience import Patience
from agent.clients.refusal import explain_stripe
from agent.clients.stripe import Stripe
from sandbox.demo import DEMO_STRIPE_KEY


class Waits(list[float]):
    """Sleeps not at all, and remembers how long it was to."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def client(url: str, *, key: str = DEMO_STRIPE_KEY, timeout: float = 10, waits: Waits | None = None) -> Stripe:
    patience = Patience(answer_seconds=timeout, sleep=waits if waits is not None else Waits())
    headers = {"Authorization": f"Bearer {key}"}
    return Stripe(HttpSystem("stripe", url, headers, explain=explain_stripe, patience=patience), key)
