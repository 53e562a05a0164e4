"""Figures that stand beside an amount: the number of a cheque, the word for a payment, a day of another month."""

from __future__ import annotations

from typing import Any

import pytest

from agent.intents.local import LocalEngine
from agent.intents.understanding import Context


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("received a cheque for $1,250.50 from Roy, no 8841", {"amount": "1250.50", "reference": "8841"}),
        ("reçu un chèque de 1 250,50 $ de Roy, no 8841", {"amount": "1250.50", "reference": "8841"}),
        ("record a $60 payment from Luc Gagnon by card", {"amount": "60.00", "method": "card"}),
        ("log a 75$ payment for Kevin Smith", {"amount": "75.00"}),
    ],
)
def test_the_amount_is_the_one_with_its_sign(
    engine: LocalEngine, context: Context, text: str, fields: dict[str, Any]
) -> None:
    (action,) = engine.read(text, context).actions
    said = action.model_dump(mode="json")
    assert {name: said.get(name) for name in ("action", *fields)} == {"action": "record_payment", **fields}


@pytest.mark.parametrize(
    "text",
    [
        "étale 240 $ en 4 versements mensuels pour Roy, premier le 15 avril",
        "split $240 into 4 monthly payments for Roy, first one April 15",
    ],
)
def test_a_sum_that_is_split_is_divided(engine: LocalEngine, context: Context, text: str) -> None:
    (action,) = engine.read(text, context).actions
    said = action.model_dump(mode="json")
    assert (said["amount"], said["installments"]) == ("60.00", 4)


def test_no_still_corrects_an_amount(engine: LocalEngine, context: Context) -> None:
    (action,) = engine.read("record a payment of $150 from Luc Gagnon, no, $160", context).actions
    assert action.model_dump(mode="json")["amount"] == "160.00"


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("put Roy on hold from the 1st until April 15", "2026-04-01", "2026-04-15"),
        ("put Roy on hold from the 28th until June 15", "2026-03-28", "2026-06-15"),
    ],
)
def test_a_first_day_stands_by_itself_before_until(
    engine: LocalEngine, context: Context, text: str, begins: str, ends: str
) -> None:
    (action,) = engine.read(text, context).actions
    said = action.model_dump(mode="json")
    assert (said["effective_date"], said["until"]) == (begins, ends)
