"""Whom a request concerns: the customer or place that its words name, or whether they name someone unknowable.

Enters: the entities and tokens of a clause. Leaves: the values of ``customer`` and ``location``, and whether the
object of the request is somebody whom no name tells ("the other one", « mon oncle »). It never takes the customer
under discussion for an object that was said: only a pronoun, or no object at all, points there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from agent.intents.actions import Action
from agent.intents.local.evidence import points
from agent.intents.local.goods import items, led_speeds
from agent.intents.local.lexicon import WHERE, Cues, Entry, Lexicon
from agent.intents.local.said import Entity, Token
from prompts import words_of

_ALSO_CUSTOMER = ("phone", "email", "customer_id")
_ORDERING = frozenset({"SUSPEND", "CUT", "UNSUSPEND", "CANCEL", "RESTART"})
# What is no customer's name but was said as if it were: it is looked up as said, and finds nobody.
_MISTAKEN = {"technician": "technician", "ip": "ip", "quote": "quote", "ticket": "ticket", "mac": "mac",
             "serial": "serial", "work_order": "work_order", "olt": "olt"}  # fmt: skip
_SOMEBODY = Cues.of({"somebody": words_of("somebody")})
_DETERMINERS = words_of("object_determiners") | {"them", "one", "of", "eux", "client", "customer", "account", "compte"}
_TO = frozenset({"of", "to", "de", "d", "du", "des", "a", "au", "aux", "chez", "l", "from"})
_BELONGING = words_of("possessives") | {"service", "services", "internet", "access", "equipment", "equipements"}
_BEFORE_NUMBER = frozenset({"at", "au", "the", "le", "du", "on", "chez"})


@dataclass(frozen=True)
class Whom:
    """Values of the fields that tell whom an action concerns, and the entities that they were taken from."""

    values: dict[str, Any]
    used: frozenset[Entity] = field(default_factory=frozenset)


def whom(model: type[Action], entry: Entry, tokens: Sequence[Token], core: Sequence[Token], lexicon: Lexicon) -> Whom:
    """Read the customer and the location from ``tokens``; ``core`` is the request without its reasons."""
    entities = [token.entity for token in tokens if token.entity]
    names = _concerned([e for e in entities if e.kind == "person"], model, entry, tokens, lexicon)
    codes = [entity for entity in entities if entity.kind in _ALSO_CUSTOMER]
    places = [entity for entity in entities if entity.kind in WHERE]
    where = ([place for place in places if place.kind != "city"] or places)[:1]
    who = (names or codes)[:1]
    if model.kind == "read" and names and "known" not in names[0].tags:
        # A word that only looks like a name yields to a number that stands for a customer.
        who = (codes or names)[:1]
    takes_place = "location" in model.model_fields
    if not who and not where:
        who = _mistaken(model, core, lexicon)
    values: dict[str, Any] = {"customer": who[0].value} if who else {}
    used = {*names[:1], *codes[:1], *who}
    if where and takes_place:
        values["location"] = where[0].value
        used.add(where[0])
    elif where and not who and where[0].kind != "city":
        values["customer"] = where[0].value
        used.add(where[0])
    elif takes_place and (number := _civic(tokens)):
        values["location"] = str(number.value)
        used.add(number)
    return Whom(values, frozenset(used))


def _concerned(
    names: list[Entity], model: type[Action], entry: Entry, tokens: Sequence[Token], lexicon: Lexicon
) -> list[Entity]:
    """“Gagnon asked to cancel Roy's”: of several names the first after the order is the one it concerns."""
    if len(names) < 2 or model.kind != "write":
        return names
    needs = {need for evidence in entry.needs for need in evidence.needs}
    orders = [tokens[f.start].start for f in lexicon.cues.find(tokens) if f.group in needs & _ORDERING]
    after = [name for name in names if orders and name.start > min(orders)]
    return [*after, *(name for name in names if name not in after)]


def _mistaken(model: type[Action], core: Sequence[Token], lexicon: Lexicon) -> list[Entity]:
    """A technician, an IP address, a serial ... said where a customer belongs."""
    if points(core, lexicon):
        return []
    fields = model.model_fields
    return [t.entity for t in core if t.entity and (name := _MISTAKEN.get(t.entity.kind)) and name not in fields][:1]


def _civic(tokens: Sequence[Token]) -> Entity | None:
    """The bare number of "the one at 522"; that of "the 100 meg one" is a plan's."""
    sold = {tokens[at].start for item in items(tokens) for at in range(item.start, item.end)} | led_speeds(tokens)
    for before, token in pairwise(tokens):
        numbered = token.entity is not None and token.entity.kind == "number" and token.start not in sold
        if numbered and token.flat != "911" and before.flat in _BEFORE_NUMBER:
            return token.entity
    return None


def somebody_else(entry: Entry, core: Sequence[Token], lexicon: Lexicon) -> bool:
    """True when the object of a request is said, but by no name: "them both", « l'autre », "my mother"."""
    needs = {need for evidence in entry.needs for need in evidence.needs}
    starts = {found.end for found in lexicon.cues.find(core) if found.group in needs}
    starts |= {at + 1 for at, token in enumerate(core) if token.flat in _TO}
    own = {at for cues in entry.values.values() for f in cues.find(core) for at in range(f.start, f.end)}
    said = {f.start for f in _SOMEBODY.find(core) if not _of_one(core, f.end)} - own
    return any(_leads_to(start, said, core) for start in starts)


def _of_one(core: Sequence[Token], after: int) -> bool:
    """“All his services”: all of what one customer has."""
    return after < len(core) and core[after].flat in _BELONGING


def _leads_to(start: int, said: Collection[int], core: Sequence[Token]) -> bool:
    while start < len(core) and start not in said and core[start].flat in _DETERMINERS:
        start += 1
    return start in said
