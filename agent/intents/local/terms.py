"""The terms of a promise to pay: its amount, its days, how many payments and how often.

Enters: the tokens of a request and the choices already read from them. Leaves: the values of ``amount``,
``due_date``, ``cutoff_date``, ``installments`` and ``every``, and which of them must be asked about because what was
said can be taken in two ways. It never pairs the amount of one payment with the day of another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from agent.intents.local.said import Entity, Token
from prompts import words_of

_SPANS = frozenset({"day", "days", "week", "weeks", "month", "months", "jour", "jours", "semaine", "semaines", "mois"})
_CUTOFF = words_of("cutting")
_DUE = words_of("paying")
_UNTIL = words_of("until")
_OWING = words_of("owing")
_PARTS = frozenset({",", ";", ".", "and", "et", "puis", "then"})
_EVERY = {"week": "weekly", "month": "monthly"}
_PER = {"weekly": "weeks", "monthly": "months"}


@dataclass(frozen=True)
class Terms:
    """What was found, the entities it was found in, and the fields to ask about."""

    values: dict[str, Any] = field(default_factory=dict)
    used: frozenset[Entity] = field(default_factory=frozenset)
    asks: tuple[str, ...] = ()


def terms(tokens: Sequence[Token], fields: Collection[str], choices: Mapping[str, Any], today: dt.date) -> Terms:
    """The terms that ``fields`` have room for; ``choices`` may hold ``every``."""
    days = [at for at, token in enumerate(tokens) if token.entity and token.entity.kind == "date"]
    found = _days(tokens, days, today) if "cutoff_date" in fields else Terms()
    cutoffs = _cutoffs(tokens, days)
    payments = [at for at in days if tokens[at].entity in found.used and at not in cutoffs and not _recurs(tokens, at)]
    rhythm = _rhythm(tokens, days) if "every" in fields and "every" not in choices else {}
    choices = {**rhythm, **choices}
    counted = _counts(tokens, choices) if "installments" in fields else Terms()
    amount = _amount(tokens, counted) if "amount" in fields else Terms()
    values = {**rhythm, **found.values, **counted.values, **amount.values}
    used = found.used | counted.used | amount.used
    if len(payments) > 1 and len(_sums(tokens)) > 1:
        # Two payments, each with its day: an arrangement holds one amount, and which is meant nobody can tell.
        return Terms({k: v for k, v in values.items() if k not in ("amount", "due_date")}, used, ("amount",))
    return Terms(values, used, (*found.asks, *counted.asks, *amount.asks))


def _days(tokens: Sequence[Token], days: Sequence[int], today: dt.date) -> Terms:
    cutoffs = _cutoffs(tokens, days)
    single = [at for at in days if at not in cutoffs]
    # "Every Friday, beginning March 20": the first is what the first payment is due on.
    plain = [tokens[at].entity for at in sorted(single, key=lambda at: _rank(tokens, at))]
    due = next((entity.value for entity in plain if entity and entity.value.is_day), None)
    used = frozenset(e for at in days if (e := tokens[at].entity) and e.value.is_day)
    if due is not None and due.unsure:
        return Terms({}, used, ("due_date",))
    values: dict[str, Any] = {"due_date": due.coming} if due else {}
    if cutoffs and (last := tokens[cutoffs[0]].entity):
        if last.value.unsure:
            return Terms(values, used, ("cutoff_date",))
        values["cutoff_date"] = last.value.on_or_after(values.get("due_date", today))
    return Terms(values, used)


def _rhythm(tokens: Sequence[Token], days: Sequence[int]) -> dict[str, str]:
    """“Every Friday”, « le 15 de chaque mois »: how often the day itself comes back."""
    again = [e.value.repeats for at in days if _recurs(tokens, at) and (e := tokens[at].entity)]
    every = _EVERY.get(str(again[0])) if again else None
    return {"every": every} if every else {}


def _rank(tokens: Sequence[Token], at: int) -> int:
    """The day of the first payment comes first; the last day of all payments last."""
    before = {token.flat for token in tokens[max(0, at - 3) : at]} - {"to"}
    return 2 if before & _UNTIL else 1 if _recurs(tokens, at) else 0


def _recurs(tokens: Sequence[Token], at: int) -> bool:
    before = [token.flat for token in tokens[max(0, at - 2) : at]]
    return before[-1:] in (["every"], ["each"], ["chaque"]) or before == ["tous", "les"]


def _cutoffs(tokens: Sequence[Token], days: Sequence[int]) -> list[int]:
    """The day on which service is cut, where one is said."""
    single = [at for at in days if (e := tokens[at].entity) and e.value.is_day]
    return [at for at in single if _cut_before(tokens, at, single) or _cut_after(tokens, at)][:1]


def _cut_before(tokens: Sequence[Token], at: int, days: Sequence[int]) -> bool:
    """The nearest word of paying or cutting before a day, on its own side, is of cutting."""
    earlier = max((index for index in days if index < at), default=-1)
    for token in reversed(tokens[earlier + 1 : at]):
        if token.flat in _CUTOFF:
            return True
        if token.flat in _DUE or token.entity:
            return False
    return False


def _cut_after(tokens: Sequence[Token], at: int) -> bool:
    """“April 2 cutoff”, « le 2 avril on coupe »: the word follows, and no day of its own follows it."""
    following = tokens[at + 1 : at + 7]
    for index, token in enumerate(following):
        if token.entity or token.flat in _PARTS or token.flat in _DUE - _CUTOFF:
            return False
        if token.flat in _CUTOFF:
            rest = following[index + 1 : index + 5]
            return not any(after.entity and after.entity.kind == "date" for after in rest)
    return False


def _counts(tokens: Sequence[Token], choices: Mapping[str, Any]) -> Terms:
    counts = [token.entity for token in tokens if token.entity and token.entity.kind == "count"]
    if not counts:
        return Terms()
    first, used = counts[0], frozenset(counts)
    unit = next((tag for tag in ("weeks", "months") if tag in first.tags), None)
    every = choices.get("every")
    if unit and every is None:
        return Terms({"installments": first.value, "every": "weekly" if unit == "weeks" else "monthly"}, used)
    if unit and _PER.get(str(every)) != unit:
        # "50 every two weeks for 2 months" counts months, not payments.
        return Terms({"installments": first.value // 2} if every == "biweekly" and unit == "weeks" else {}, used)
    if every is None and first.value > 1:
        return Terms({"installments": first.value}, used, ("every",))
    return Terms({"installments": first.value}, used)


def _sums(tokens: Sequence[Token]) -> list[Entity]:
    """Every sum of money, also one without its sign, that is not said to be what is owed."""
    sums = [
        (at, token.entity)
        for at, token in enumerate(tokens)
        if token.entity
        and token.entity.kind in ("money", "number")
        and token.entity.value > 0
        and not _is_rhythm(tokens, at)
    ]
    offered = [entity for at, entity in sums if not _is_debt(tokens, at)]
    return offered or [entity for _, entity in sums]


def _is_rhythm(tokens: Sequence[Token], at: int) -> bool:
    """The 2 of "every 2 weeks"."""
    following = tokens[at + 1].flat if at + 1 < len(tokens) else ""
    return tokens[at].flat.isdigit() and following in _SPANS


def _is_debt(tokens: Sequence[Token], at: int) -> bool:
    """“He owes 312.40”, « son solde de 300 $ »."""
    before = {token.flat for token in tokens[max(0, at - 3) : at]}
    after = {token.flat for token in tokens[at + 1 : at + 3]}
    return bool(before & _OWING) or bool(after & (_OWING - {"doit", "owes", "owe", "total"}))


def _amount(tokens: Sequence[Token], counted: Terms) -> Terms:
    if any(token.entity and token.entity.kind == "no_amount" for token in tokens):
        return Terms()
    sums = _sums(tokens)
    found = next((entity for entity in sums if entity.kind == "money"), sums[0] if sums else None)
    if found is None:
        return Terms()
    amount, used = Decimal(found.value), frozenset({found})
    split = next((entity for entity in counted.used if "split" in entity.tags), None)
    if split and found.start < split.start:
        share = amount / split.value
        return Terms({"amount": share}, used) if share == share.quantize(Decimal("0.01")) else Terms({}, used)
    return Terms({"amount": amount}, used)
