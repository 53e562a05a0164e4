"""Ids that look like Stripe's and are the same in every run."""

import hashlib


def made_up(prefix: str, number: int) -> str:
    """`cus_` and fourteen characters that follow from the number."""
    return f"{prefix}_{hashlib.sha256(f'{prefix} {number}'.encode()).hexdigest()[:14]}"
