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

from agent.intents.local.lexicon import Cues
from agent.intents.local.said import Entity, Token
from prompts import words_of

_SPANS = frozenset({"day", "days", "week", "weeks", "month", "months", "jour", "jours", "semaine", "semaines", "mois"})
_CUTOFF = words_of("cutting")
_DUE = words_of("paying")
_UNTIL = words_of("until")
_OWING = words_of("owing")
_PARTS = frozenset({",", ";", ".", "and", "et", "puis", "then"})
_APART = _PARTS | {"so", "donc", "alors", "faque", "but", "mais", "pis", "!", "?", ":"}
_DENIED = Cues.of({"denied": words_of("denied")})
_HAS_PAID = Cues.of({"paid": words_of("has_paid")})
_DEFAULTING = words_of("defaulting")
_DEFAULT_REACH = 8
_OWES = frozenset({"owes", "owe", "doit", "dois", "doivent", "owed", "devait"})
_WHICH = frozenset({"he", "she", "they", "you", "that", "que", "qu"})
_THAT_SUM = frozenset(
    {
        "that",
        "it",
        "this",
        "full",
        "all",
        "whole",
        "everything",
        "amount",
        "ca",
        "tout",
        "total",
        "complet",
        "montant",
        "totalite",
    }
)
_PROPOSED = words_of("proposed")
_GONE_BY = frozenset({"since", "depuis"})
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
    payments = [at for at in _due_days(tokens, days) if tokens[at].entity in found.used and not _recurs(tokens, at)]
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
    single = _due_days(tokens, days)
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


def _due_days(tokens: Sequence[Token], days: Sequence[int]) -> list[int]:
    """The days of payments: no cut-off, and none of which only is said that it will not do."""
    cutoffs = _cutoffs(tokens, days)
    single = [at for at in days if at not in cutoffs and not _is_gone(tokens, at)]
    return [at for at in single if not _is_denied(tokens, at)] or single


def _is_denied(tokens: Sequence[Token], at: int) -> bool:
    """“She can't make the 26th", « au lieu du 26 »: what stands before it in its part turns it down."""
    start = at
    while start > 0 and tokens[start - 1].flat not in _APART and not _is_day(tokens[start - 1]):
        start -= 1
    return bool(_DENIED.find(tokens[start:at])) or (at > start and tokens[at - 1].flat in {"not", "pas"})


def _is_gone(tokens: Sequence[Token], at: int) -> bool:
    """“Since March 5", "he paid 60 on March 5": what was, and not what is promised."""
    start = at
    while start > 0 and tokens[start - 1].flat not in _APART:
        start -= 1
    return (at > 0 and tokens[at - 1].flat in _GONE_BY) or bool(_HAS_PAID.find(tokens[start:at]))


def _is_day(token: Token) -> bool:
    return token.entity is not None and token.entity.kind == "date"


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
    cut = (_cut_before, _cut_after, _cut_in_default)
    return [at for at in single if any(said(tokens, at, single) for said in cut)][:1]


def _cut_before(tokens: Sequence[Token], at: int, days: Sequence[int]) -> bool:
    """The nearest word of paying or cutting before a day, on its own side, is of cutting."""
    earlier = max((index for index in days if index < at), default=-1)
    for token in reversed(tokens[earlier + 1 : at]):
        if token.flat in _CUTOFF:
            return True
        if token.flat in _DUE or token.entity:
            return False
    return False


def _cut_in_default(tokens: Sequence[Token], at: int, days: Sequence[int]) -> bool:
    """“If nothing is in by April 3, we cut": the day of a condition, and then the word of cutting."""
    earlier = max((index for index in days if index < at), default=-1)
    if earlier < 0 or not {token.flat for token in tokens[earlier + 1 : at]} & _DEFAULTING:
        return False
    for token in tokens[at + 1 : at + _DEFAULT_REACH]:
        if token.entity:
            return False
        if token.flat in _CUTOFF:
            return True
    return False


def _cut_after(tokens: Sequence[Token], at: int, _: Sequence[int]) -> bool:
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
        and not _is_gone(tokens, at)
    ]
    meant = [(at, entity) for at, entity in sums if not _is_debt(tokens, at) and not _is_denied(tokens, at)]
    offered = [entity for at, entity in meant if not _is_outbid(tokens, at)] or [entity for _, entity in meant]
    return offered or [entity for at, entity in sums if not _is_only_told(tokens, at)]


def _is_rhythm(tokens: Sequence[Token], at: int) -> bool:
    """The 2 of "every 2 weeks"."""
    following = tokens[at + 1].flat if at + 1 < len(tokens) else ""
    return tokens[at].flat.isdigit() and following in _SPANS


def _is_debt(tokens: Sequence[Token], at: int) -> bool:
    """“He owes 312.40”, « son solde de 300 $ »."""
    before = {token.flat for token in tokens[max(0, at - 3) : at]}
    after = {token.flat for token in tokens[at + 1 : at + 3]}
    following = [token.flat for token in tokens[at + 1 : at + 5]]
    if following[:1] and following[0] in _WHICH and {*following} & _OWES:
        return True  # "the 312 he owes"
    return bool(before & _OWING) or bool(after & (_OWING - {"doit", "owes", "owe", "total"}))


def _is_outbid(tokens: Sequence[Token], at: int) -> bool:
    """“He wanted to give 50, we settled on 75": what was only proposed yields to another sum."""
    start = at
    while start > 0 and tokens[start - 1].flat not in _APART:
        start -= 1
    return bool({token.flat for token in tokens[start:at]} & _PROPOSED)


def _is_only_told(tokens: Sequence[Token], at: int) -> bool:
    """“He owes 85. Make him an arrangement": of what amount nobody said, unless it is "for that", "in full"."""
    owes = {token.flat for token in tokens[max(0, at - 3) : at]} & _OWES
    return bool(owes) and not {token.flat for token in tokens[at + 1 :]} & _THAT_SUM


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
