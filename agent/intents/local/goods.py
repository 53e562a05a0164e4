"""Things that are sold, in a sentence: "2 WiFi mesh", « un routeur », "fibre 500 at 69.95 $".

Enters: the tokens of a request. Leaves: the items as the company calls them, how many, and the price that was said.
The ways of calling them are ``prompts/sales.yaml``; a plan of fibre is known by its speed, whichever that is. It
never looks an item up: resolving does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import prompts
from agent.intents.local.lexicon import Cues
from agent.intents.local.said import Entity, Token
from prompts import words_of

_FIBRE = frozenset({"fibre", "fiber"})
_SPEED = re.compile(r"(\d{2,4})(m|mb|mbps|meg|megs)?|(\d)(g|gb|gbps|gig|giga)")
SPEEDS = frozenset({"100", "500", "1000"})
"""Numbers that are plans where something leads to them as to one."""
_ONTO, _THE = frozenset({"to", "onto", "sur", "pour"}), frozenset({"the", "le", "la"})
_UNITS = frozenset({"m", "mb", "mbps", "meg", "megs", "mega", "megas", "g", "gb", "gbps", "gig", "giga", "gigs"})
_PLANS = frozenset({"plan", "forfait", "package", "internet"})
_SMALL = frozenset(
    {
        "a",
        "an",
        "un",
        "une",
        "the",
        "le",
        "la",
        "l",
        "les",
        "d",
        "de",
        "of",
        "des",
        "x",
        "new",
        "nouveau",
        "nouvelle",
        "extra",
        *words_of("containers"),
    }
)
_CALLS = frozenset({"phone", "telephone"})
_BY = frozenset({"on", "over", "by", "au", "par", "numero", "number"})
_ARTICLES = frozenset({"the", "le", "du", "un", "a"})
_OF = frozenset({"de", "d", "a", "of", "for"})
_ONE = frozenset({"a", "an", "un", "une"})
_AT = frozenset({"at", "a", "@", "for", "pour", "de", "=", ":", "chaque", "each"})


@dataclass(frozen=True)
class Item:
    """An item said, at tokens ``start`` to ``end`` (excluded)."""

    name: str
    start: int
    end: int
    qty: Decimal = Decimal(1)
    rate: Decimal | None = None
    used: frozenset[Entity] = frozenset()


@cache
def _called() -> tuple[Cues, dict[str, str]]:
    goods: dict[str, list[str]] = prompts.load("sales")["goods"]
    return Cues.of(goods), {name: name for name in goods}


def items(tokens: Sequence[Token]) -> list[Item]:
    """The items of a request, in order, the longest reading of each place."""
    cues, _ = _called()
    spans = [(found.start, found.end, found.group) for found in cues.find(tokens)]
    spans += [plan for at in range(len(tokens)) if (plan := _plan(tokens, at))]
    spans = [span for span in spans if not _is_a_call(tokens, span[0])]
    spans.sort(key=lambda span: (span[0], -span[1]))
    found: list[Item] = []
    for start, end, name in spans:
        if not found or start >= found[-1].end:
            found.append(_counted(tokens, start, end, name))
    return found


def led_speeds(tokens: Sequence[Token]) -> set[int]:
    """Where the bare speed of "bump him to the 500", « passe-la sur le 500 » begins."""
    return {
        token.start
        for onto, the, token in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if onto.flat in _ONTO and the.flat in _THE and token.entity is not None and token.flat in SPEEDS
    }


def _is_a_call(tokens: Sequence[Token], at: int) -> bool:
    """“On the phone”, « au téléphone »: how something was said, not what is sold."""
    before = [token.flat for token in tokens[max(0, at - 2) : at]]
    word = tokens[at].flat if tokens[at].flat not in _ARTICLES else tokens[at + 1].flat
    led = before[-1:] if tokens[at].flat in _ARTICLES or before[-1:] != ["the"] else before[-2:-1]
    return word in _CALLS and bool({*led} & _BY)


def _plan(tokens: Sequence[Token], at: int) -> tuple[int, int, str] | None:
    """“Fibre 500M”, "the 500 plan", « forfait 100 », "500 meg", "1 gig"."""
    word = tokens[at]
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if word.entity is None and word.flat in _FIBRE | _PLANS and after is not None:
        named = at + 2 if word.flat in _PLANS and after.flat in _FIBRE else at + 1
        speed = _speed(tokens, named)
        if speed and (word.flat != "internet" or speed[1] - named > 1 or _of_somebody(tokens, speed[1])):
            return at, speed[1], f"fibre {speed[0]}"
        return None
    speed = _speed(tokens, at)
    if speed is None:
        return None
    name, end = speed
    united = end - at > 1 or not word.flat.isdigit()
    follows = tokens[end].flat if end < len(tokens) else ""
    if follows in _FIBRE | _PLANS:
        return at, end + 1, f"fibre {name}"
    return (at, end, f"fibre {name}") if united else None


def _of_somebody(tokens: Sequence[Token], at: int) -> bool:
    """« L'internet 500 de Roy »: a plan; in « l'internet 500 rue Lake » it is a civic number."""
    named = tokens[at + 1].entity if at + 1 < len(tokens) and tokens[at].flat in _OF else None
    return named is not None and named.kind == "person"


def _speed(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    if at >= len(tokens):
        return None
    entity = tokens[at].entity
    if entity is not None and entity.kind not in ("number", "customer_id"):
        return None
    match = _SPEED.fullmatch(tokens[at].flat)
    end = at + 1
    unit = tokens[end].flat if end < len(tokens) and tokens[end].entity is None else ""
    if match is None:
        single = tokens[at].flat.isdigit() and len(tokens[at].flat) == 1 and unit in _UNITS and unit.startswith("g")
        return (f"{tokens[at].flat}G", end + 1) if single else None
    if match[3]:
        return f"{match[3]}G", end
    return match[1], end + (unit in _UNITS)


def _counted(tokens: Sequence[Token], start: int, end: int, name: str) -> Item:
    qty, used, first = Decimal(1), set(), start
    at = start - 1
    while at >= 0 and start - at <= 3:
        token = tokens[at]
        times = re.fullmatch(r"(\d{1,3})x", token.flat)
        if times:
            qty, first = Decimal(times[1]), at
            break
        if token.entity and token.entity.kind in ("number", "count"):
            qty, first = Decimal(int(token.entity.value)), at
            used.add(token.entity)
            break
        if token.entity or token.flat not in _SMALL or token.flat in _ONE:
            break
        at -= 1
    following = tokens[end : end + 1]
    if (
        qty == 1
        and following
        and following[0].entity
        and following[0].entity.kind == "count"
        and not _pays(tokens, end)
    ):
        qty = Decimal(int(following[0].entity.value))
        used.add(following[0].entity)
        end += 1
    rate = _rate(tokens, end)
    if rate is not None:
        used.add(rate)
    return Item(name, first, end, qty, Decimal(rate.value) if rate else None, frozenset(used))


def _pays(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].end - tokens[at].start > 4


def _rate(tokens: Sequence[Token], end: int) -> Entity | None:
    """The price said right after an item: « à 89,95 $ », "@ 99"."""
    for at in range(end, min(end + 3, len(tokens))):
        entity = tokens[at].entity
        if entity is not None:
            return entity if entity.kind == "money" else None
        if tokens[at].flat not in _AT:
            return None
    return None
