"""Which entity fills which field: the roles of a clause's entities, by the fields of the action's model.

Enters: an action's name and a clause. Leaves: the values of its fields, as the model takes them. It reads the
fields from the model, so that a new action needs no code here. It never fills a field from a guess.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from agent.intents.actions import CATALOGUE, Action
from agent.intents.local.calendar import When
from agent.intents.local.clauses import Clause
from agent.intents.local.evidence import core_end
from agent.intents.local.freetext import note_text, reason_text
from agent.intents.local.lexicon import WHERE, Entry, Lexicon
from agent.intents.local.said import Entity, Said, Token
from prompts import words_of

_SINCE = words_of("since")
_UNTIL = words_of("until")
_CUTOFF = words_of("cutting")
_DUE = words_of("paying")
_AS_ONE = {"arrangement": "arrangement", "serial": "serial", "ticket": "ticket", "quote": "quote", "plan": "plan",
           "olt": "olt", "port": "port", "work_order": "work_order", "technician": "technician"}  # fmt: skip
_ORDERING = frozenset({"SUSPEND", "CUT", "UNSUSPEND", "CANCEL", "RESTART"})
_ALSO_CUSTOMER = ("phone", "email", "customer_id")


@dataclass(frozen=True)
class Filled:
    """The values found for an action's fields, and the entities that no field took."""

    values: dict[str, Any]
    unused: tuple[Entity, ...]
    from_note: bool = False
    """The customer was found in the text of a note: one named elsewhere in the message comes first."""


def choices_of(info: FieldInfo) -> tuple[str, ...]:
    """The values of a field that is a closed list, or none."""
    for part in (info.annotation, *get_args(info.annotation)):
        if get_origin(part) is Literal:
            return tuple(str(value) for value in get_args(part))
    return ()


def _takes(info: FieldInfo, kind: type) -> bool:
    return kind in (info.annotation, *get_args(info.annotation))


class Filler:
    """Fills one action's fields from one clause."""

    def __init__(self, name: str, clause: Clause, said: Said, today: dt.date, lexicon: Lexicon) -> None:
        self.model: type[Action] = CATALOGUE[name]
        self.entry: Entry = lexicon.entries.get(name, Entry(name))
        self.clause, self.said, self.today, self.lexicon = clause, said, today, lexicon
        self.fields = self.model.model_fields
        self.used: set[Entity] = set()

    def fill(self) -> Filled:
        """All fields that the clause fills; the customer may still be carried from another clause."""
        values: dict[str, Any] = {}
        from_note = False
        free = [name for name in ("note", "reason") if name in self.fields]
        body: tuple[Token, ...] = ()
        if "note" in free and self.model.required[-1:] == ("note",):
            values["note"], body = note_text(self.clause, self.said, self.lexicon)
        tokens = tuple(token for token in self.clause.all_tokens if token not in body) or self.clause.all_tokens
        entities = [token.entity for token in tokens if token.entity]
        values |= self._who(entities, tokens)
        if "who" in self.model.required and not any(values.get(k) for k in ("customer", "location", "serial")) and body:
            values |= self._who([token.entity for token in body if token.entity], body)
            from_note = bool(values.keys() & {"customer", "location"})
        values |= self._named(entities)
        values |= self._choices(tokens)
        values |= self._dates(tokens)
        values |= self._amounts(entities)
        if "reason" in free:
            values["reason"] = reason_text(self.clause, self.said, self.entry, self.lexicon)
        values = {name: value for name, value in values.items() if value is not None and name in self.fields}
        return Filled(values, tuple(entity for entity in entities if entity not in self.used), from_note)

    def _who(self, entities: Sequence[Entity], tokens: Sequence[Token]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        names = self._concerned([entity for entity in entities if entity.kind == "person"])
        codes = [entity for entity in entities if entity.kind in _ALSO_CUSTOMER]
        places = [entity for entity in entities if entity.kind in WHERE]
        who = (names or codes)[:1]
        if who:
            values["customer"] = who[0].value
            self.used.update((*names[:1], *codes[:1]))
        where = [place for place in places if place.kind != "city"] or places
        if where and "location" in self.fields:
            values["location"] = where[0].value
            self.used.add(where[0])
        elif where and not who and where[0].kind != "city":
            values["customer"] = where[0].value
            self.used.add(where[0])
        elif "location" in self.fields and (number := self._civic(tokens)):
            values["location"] = str(number.value)
            self.used.add(number)
        return values

    def _concerned(self, names: list[Entity]) -> list[Entity]:
        """“Gagnon asked to cancel Roy's”: of several names the first after the order is the one it concerns."""
        if len(names) < 2 or self.model.kind != "write":
            return names
        needs = {need for evidence in self.entry.needs for need in evidence.needs}
        tokens = self.clause.all_tokens
        orders = [tokens[f.start].start for f in self.lexicon.cues.find(tokens) if f.group in needs & _ORDERING]
        after = [name for name in names if orders and name.start > min(orders)]
        return [*after, *(name for name in names if name not in after)]

    def _civic(self, tokens: Sequence[Token]) -> Entity | None:
        """The bare number of "the one at 522"."""
        for before, token in pairwise(tokens):
            if (
                token.entity
                and token.entity.kind == "number"
                and before.flat in {"at", "au", "the", "le", "du", "on", "chez"}
            ):
                return token.entity
        return None

    def _named(self, entities: Sequence[Entity]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for entity in entities:
            name = _AS_ONE.get(entity.kind)
            if name in self.fields and name not in values:
                values[name] = entity.value
                self.used.add(entity)
        return values

    def _choices(self, tokens: Sequence[Token]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, cues in self.entry.values.items():
            info = self.fields.get(name)
            if info is None:
                continue
            found = cues.find(tokens)
            order = list(dict.fromkeys(cue.group for cue in sorted(found, key=lambda f: (f.start - f.end, f.start))))
            if order and _takes(info, bool):
                values[name] = True
            elif order and choices_of(info):
                listed = [value for value in self._precedence(name) if value in order]
                values[name] = listed[0] if listed else order[0]
            elif order:
                values[name] = order
        return values

    def _precedence(self, name: str) -> list[str]:
        """Values in the order of the prompts file: the narrower reading is written first there."""
        return list(dict.fromkeys(group for rest in self.entry.values[name].by_first.values() for group, _ in rest))

    def _dates(self, tokens: Sequence[Token]) -> dict[str, Any]:
        said = [(at, token.entity) for at, token in enumerate(tokens) if token.entity and token.entity.kind == "date"]
        if "cutoff_date" in self.fields:
            return self._due_and_cutoff(said, tokens)
        if "since" in self.fields:
            return self._period(said, tokens)
        values: dict[str, Any] = {}
        for at, entity in said:
            when: When = entity.value
            before = _words_before(tokens, at, 3, self.said)
            ends = before & _UNTIL or ("au" in before and "effective_date" in values)
            name = "until" if "until" in self.fields and ends else "effective_date"
            if name in self.fields and name not in values and when.is_day and entity not in self._told():
                if name == "until" or when.coming != self.today:
                    values[name] = when.coming
                self.used.add(entity)
        return values

    def _told(self) -> set[Entity | None]:
        """Days inside a reason or a statement ("unpaid since January 3") date nothing."""
        from_cause = reason_tokens(self.clause, self.lexicon)
        return {token.entity for token in (*from_cause, *self.clause.context)}

    def _due_and_cutoff(self, said: list[tuple[int, Entity]], tokens: Sequence[Token]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        pending: list[Entity] = []
        for at, entity in said:
            if not entity.value.is_day:
                continue
            if "cutoff_date" not in values and self._is_cutoff(tokens, at, said):
                values["cutoff_date"] = entity.value
            else:
                pending.append(entity)
            self.used.add(entity)
        if pending:
            values["due_date"] = pending[0].value.coming
        if "cutoff_date" in values:
            base = values.get("due_date", self.today)
            values["cutoff_date"] = values["cutoff_date"].on_or_after(base)
        return values

    def _is_cutoff(self, tokens: Sequence[Token], at: int, said: list[tuple[int, Entity]]) -> bool:
        """A day is the cut-off when its nearest word of paying or cutting, on its own side, is of cutting."""
        earlier = max((index for index, _ in said if index < at), default=-1)
        for token in reversed(tokens[earlier + 1 : at]):
            if token.flat in _CUTOFF:
                return True
            if token.flat in _DUE or token.entity:
                return False
        return False

    def _period(self, said: list[tuple[int, Entity]], tokens: Sequence[Token]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for at, entity in said:
            when: When = entity.value
            before = _words_before(tokens, at, 2, self.said) | set(
                self.said.flat[entity.start : entity.end].split()[:1]
            )
            self.used.add(entity)
            if ("since" in values and "until" not in values and (before & (_UNTIL | {"and", "et", "au"}))) or (
                before & _UNTIL and not before & _SINCE
            ):
                values["until"] = when.gone if when.is_day else when.gone_end
            elif "since" not in values:
                values["since"] = when.gone
                if not when.is_day and not before & {"since", "depuis", "from"} and when.gone_end != self.today:
                    values["until"] = when.gone_end
        return values

    def _amounts(self, entities: Sequence[Entity]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        counts = [entity for entity in entities if entity.kind == "count"]
        if counts and "installments" in self.fields:
            values["installments"] = counts[0].value
            self.used.update(counts)
            values |= self._inside(counts[0])
        if "amount" in self.fields:
            values |= self._amount(entities, counts)
        return values

    def _inside(self, count: Entity) -> dict[str, Any]:
        """The choices said within a count: "3 monthly payments"."""
        words = self.said.flat[count.start : count.end].split()
        return self._choices([Token(word, count.start, count.end) for word in words])

    def _amount(self, entities: Sequence[Entity], counts: Sequence[Entity]) -> dict[str, Any]:
        money = [entity for entity in entities if entity.kind == "money"]
        plain = [e for e in entities if e.kind == "number" and e not in self.used and e.value > 0]
        found = money or plain[:1]
        if not found:
            return {}
        amount = Decimal(found[0].value)
        self.used.add(found[0])
        total_said_first = counts and "split" in counts[0].tags and found[0].start < counts[0].start
        if total_said_first:
            share = amount / counts[0].value
            return {"amount": share} if share == share.quantize(Decimal("0.01")) else {}
        return {"amount": amount}


def reason_tokens(clause: Clause, lexicon: Lexicon) -> tuple[Token, ...]:
    """The tokens of a clause from its "because" on."""
    return clause.tokens[core_end(clause.tokens, lexicon) :]


def _words_before(tokens: Sequence[Token], at: int, count: int, said: Said) -> set[str]:
    """The words just before a day, and those that its own span begins with ("from the 3rd")."""
    own = tokens[at].entity
    inside = set(said.flat[own.start : own.end].replace("'", " ").split()[:1]) if own else set()
    return {token.flat for token in tokens[max(0, at - count) : at]} | inside
