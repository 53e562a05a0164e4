"""Stripe in small: customers, their cards, and which card is charged by itself.

In: requests as Stripe's API takes them, under `/stripe/v1`. Out: Stripe's objects, lists, errors and headers, as its
public reference describes them. It is as honest as Stripe: a search is a minute behind, a key answers for a day what
it answered the first time, errors included. A parameter that is not played here is refused, so that nobody believes
that it had an effect. It holds no card number, and charges nothing.
"""

from sandbox.stripe.routes import stripe_routes

__all__ = ["stripe_routes"]
