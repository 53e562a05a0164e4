"""What planners may read at Stripe: whose customer it is, the cards on file, which one is charged by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.clients.stripe import Stripe
from agent.clients.together import together
from agent.confirm.steps import AnyStep, CardOnFile, SetAutoCard


@dataclass(frozen=True)
class Wallet:
    """What Stripe has of a customer; ``customer`` is Stripe's id, None where nobody knows him there."""

    customer: str | None
    automatic: CardOnFile | None
    cards: Sequence[CardOnFile]
    """The newest first."""


class Cards:
    """Stripe's customers as they will be once the pending steps have run. There is no way to write from here."""

    def __init__(self, stripe: Stripe, pending: Sequence[AnyStep] = ()) -> None:
        self._stripe = stripe
        self._pending = {step.stripe_customer: step for step in pending if isinstance(step, SetAutoCard)}

    async def wallet(self, customer: str, stripe_customer: str | None, email: str | None) -> Wallet:
        """By Stripe's own id, else by ours. Raises ``Missing`` for an id that Stripe does not know."""
        if not stripe_customer:
            found = await self._stripe.customers_of(customer, email=email)
            if not found:
                return Wallet(None, None, ())
            stripe_customer = found[0].id
        known, cards = await together(self._stripe.customer(stripe_customer), self._stripe.cards(stripe_customer))
        default = next((CardOnFile.of(card) for card in cards if card.id == known.default_payment_method), None)
        pending = self._pending.get(stripe_customer)
        return Wallet(stripe_customer, pending.after if pending else default, [CardOnFile.of(card) for card in cards])
