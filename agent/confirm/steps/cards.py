"""Steps at Stripe: the customer is known there, and one of the cards on file is charged by itself, or none.

A card's own id is a token and stays out of plans, receipts and journals: a step names a card by what people may see
of it, and finds the id again when it is applied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from agent.clients.stripe import StripeCard
from agent.clients.systems import Systems
from agent.confirm.steps.step import Applied, Change, ReceiptResult, Ref, Step
from agent.errors import Conflict


class CardOnFile(BaseModel):
    """A card as people may see it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    brand: str
    last_four: str
    expires: str
    """``2028-11``; it is good through that month."""

    @classmethod
    def of(cls, card: StripeCard) -> CardOnFile:
        """What may be seen of a card."""
        return cls(brand=card.brand, last_four=card.last_four, expires=f"{card.exp_year}-{card.exp_month:02d}")

    def __str__(self) -> str:
        """``visa •••• 4242``."""
        return f"{self.brand} •••• {self.last_four}"


class EnsureStripeCustomer(Step):
    """The customer is known to Stripe: found by our own number, else made."""

    system: ClassVar[str] = "stripe"
    kind: Literal["ensure_stripe_customer"] = "ensure_stripe_customer"
    customer: str
    name: str
    email: str
    """By it a customer made a moment ago is found at once; Stripe's search alone is up to a minute behind."""

    def changes(self) -> list[Change]:
        """What Stripe is told of the customer."""
        return [
            Change(field="customer_name", before=None, after=self.name),
            Change(field="email_id", before=None, after=self.email),
        ]

    def target(self) -> str:
        """Our own number of the customer: Stripe's is not known before."""
        return self.customer

    async def apply(self, systems: Systems, key: str) -> Applied:
        """Make the customer, under the key, unless there is one."""
        found = await self.look_up(systems, key)
        if found is not None:
            return found
        made = await systems.stripe.create_customer(self.customer, name=self.name, email=self.email, key=key)
        return Applied(result={"id": made.id})

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """The customer who bears our number."""
        found = await systems.stripe.customers_of(self.customer, email=self.email)
        return Applied(result={"id": found[0].id}) if found else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """A customer without a card charges nothing: it stays, and the next switch finds it."""
        return []


class SetAutoCard(Step):
    """Which card on file Stripe charges by itself; None for none."""

    system: ClassVar[str] = "stripe"
    kind: Literal["set_auto_card"] = "set_auto_card"
    stripe_customer: str | Ref
    before: CardOnFile | None
    after: CardOnFile | None

    def changes(self) -> list[Change]:
        """The card, by its last four digits."""
        return [
            Change(
                field="auto_card",
                before=str(self.before) if self.before else None,
                after=str(self.after) if self.after else None,
            )
        ]

    def target(self) -> str:
        """Stripe's id of the customer."""
        return self.stripe_customer if isinstance(self.stripe_customer, str) else self.stripe_customer.shown

    async def as_shown(self, systems: Systems) -> bool:
        """The card that is charged by itself is still the one shown, and the other one still on file."""
        default, cards = await self._now(systems)
        return default == self.before and (
            self.after is None or any(CardOnFile.of(card) == self.after for card in cards)
        )

    async def apply(self, systems: Systems, key: str) -> Applied:
        """Set it, if nobody has set another since."""
        default, cards = await self._now(systems)
        chosen = next((card for card in cards if CardOnFile.of(card) == self.after), None)
        if default != self.before or (self.after is not None and chosen is None):
            raise Conflict(f"{self.target()} is no longer as shown.", system=self.system, target=self.target())
        await systems.stripe.set_default_card(self.target(), chosen.id if chosen else None, key=key)
        return Applied()

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Read back which card it is now."""
        default, _ = await self._now(systems)
        return Applied() if default == self.after else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """The card that was charged before."""
        return [self.model_copy(update={"before": self.after, "after": self.before})]

    async def _now(self, systems: Systems) -> tuple[CardOnFile | None, list[StripeCard]]:
        customer = await systems.stripe.customer(self.target())
        cards = await systems.stripe.cards(self.target())
        default = next((CardOnFile.of(card) for card in cards if card.id == customer.default_payment_method), None)
        return default, cards
