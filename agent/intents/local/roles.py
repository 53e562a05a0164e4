"""Which entity fills which field: the roles of a clause's entities, by the fields of the action's model.

Enters: an action's name and a clause. Leaves: the values of its fields, as the model takes them. It reads the
fields from the model, so that a new action needs no code here. It never fills a field from a guess.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from agent.intents.actions import CATALOGUE, Action
from agent.intents.local.calendar import When, counted_on
from agent.intents.local.calendar_words import NEAR
from agent.intents.local.clauses import Clause
from agent.intents.local.evidence import IDIOMS, ORDERS, core_end
from agent.intents.local.freetext import note_text, reason_text
from agent.intents.local.grounds import part_of
from agent.intents.local.lexicon import WHERE, WHO, Cues, Entry, Found, Lexicon
from agent.intents.local.particulars import READERS, View
from agent.intents.local.said import Entity, Said, Token
from agent.intents.local.terms import terms
from agent.intents.local.whom import somebody_else, whom
from prompts import words_of

# Fields that take a day, or a document that a day may name ("the arrangement of March 26").
_DATED = frozenset({"effective_date", "due_date", "date", "start_date", "until", "arrangement", "note"})
_BINDERS = words_of("links") | words_of("joints") | words_of("edges")
_GROUNDS = words_of("grounds") | words_of("telling")
_EXCLUDING = words_of("excluding")
_VALUES = frozenset({"date", "money", "number", "count"})
_DENYING = frozenset({"not", "pas"})
_SMALL = words_of("object_determiners") | {"for", "pour"}
_SINCE = words_of("since")
_GONE_BY = frozenset({"since", "depuis"})
_UNTIL = words_of("until")
_BY = _UNTIL | {"ici"}
_YESTERDAY = re.compile(rf"(?:{NEAR[-1]}|{NEAR[-2]})")
_FROM_ON = frozenset(
    {"since", "depuis", "after", "from", "partir", "apres", "between", "entre", "starting", "du", "des"}
)
_DATING = words_of("dating")
_ORDERING = ORDERS | {"MAKE"}
_RANKED = frozenset({"line", "ligne", "phone", "telephone"})
_OCCASIONS = frozenset({"meeting", "reunion", "rencontre", "caucus", "conference", "assemblee"})
_OPENING = words_of("fillers")
_STOPS = frozenset({".", "!", "?", ";", "\n", "‖"})
_TELLING_SUBJECTS = frozenset({"i", "je", "j", "we", "he", "she", "they", "il", "elle", "ils", "elles", "y"})
_AND = frozenset({"and", "et", "pis", "&", "or", "ou"})
_OF = frozenset({"de", "d", "du", "on", "of", "this", "ce"})
_AS_ONE = {"arrangement": "arrangement", "serial": "serial", "ticket": "ticket", "quote": "quote", "plan": "plan",
           "olt": "olt", "port": "port", "work_order": "work_order", "technician": "technician",
           "sections": "sections"}  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """The values found for an action's fields, and the entities that no field took."""

    values: dict[str, Any]
    unused: tuple[Entity, ...]
    from_note: bool = False
    """The customer was found in the text of a note: one named elsewhere in the message comes first."""
    asks: tuple[str, ...] = ()
    """Fields of which something was said that cannot be taken as it stands."""
    later: bool = False
    """A day to come was said of what can only be done at once ("reboot it on May 1")."""


def choices_of(info: FieldInfo) -> tuple[str, ...]:
    """The values of a field that is a closed list, or none."""
    for part in (info.annotation, *get_args(info.annotation)):
        if get_origin(part) is Literal:
            return tuple(str(value) for value in get_args(part))
    return ()


def _takes(info: FieldInfo, kind: type) -> bool:
    return kind in (info.annotation, *get_args(info.annotation))


def _is_ahead(entity: Entity | None, today: dt.date) -> bool:
    return entity is not None and entity.kind == "date" and entity.value.is_day and entity.value.coming > today


def _ranks(tokens: Sequence[Token], at: int) -> bool:
    """“A fifth line” is no day."""
    return at + 1 < len(tokens) and tokens[at + 1].flat in _RANKED


def _qualifies(tokens: Sequence[Token], at: int) -> bool:
    """“For the Monday meeting”, « pour la réunion de lundi »: a day that only says which meeting."""
    held = {token.flat for token in tokens[max(0, at - 2) : at]} & _OCCASIONS
    if held and tokens[at - 1].flat in _OF:
        return True
    day, after = tokens[at].entity, tokens[at + 1] if at + 1 < len(tokens) else None
    one_day = day is not None and day.value.is_day and day.value.repeats == "week"
    return one_day and after is not None and after.is_word and after.flat not in _SINCE | _UNTIL | _BINDERS


def meant(cues: Cues, tokens: Sequence[Token]) -> list[Found]:
    """The values that are said, without those that are excluded ("the ONT, not the router")."""
    found = cues.find(tokens)
    idioms = {at for idiom in IDIOMS.find(tokens) for at in range(idiom.start, idiom.end)}
    return [one for one in found if not {*range(one.start, one.end)} <= idioms and not _is_excluded(tokens, one.start)]


def with_order(found: Sequence[Found], tokens: Sequence[Token], lexicon: Lexicon) -> list[Found]:
    """Those said in the sentence of the order, where there are any: "the box has a red light. Reboot the ONT"."""
    orders = [cue.start for cue in lexicon.cues.find(tokens) if cue.group in ORDERS and not tokens[cue.start].aside]
    starts = [0, *(at + 1 for at, token in enumerate(tokens) if token.flat in _STOPS)]
    sentence_of = {at: max(start for start in starts if start <= at) for at in range(len(tokens))}
    ordered = {sentence_of[at] for at in orders}
    beside = [one for one in found if sentence_of[one.start] in ordered]
    return beside or list(found)


def outermost(found: Sequence[Found]) -> list[Found]:
    """Without those that are part of a longer one: the "box" of "phone box"."""
    return [
        one
        for one in found
        if not any(o.start <= one.start and one.end <= o.end and o.end - o.start > one.end - one.start for o in found)
    ]


def _is_excluded(tokens: Sequence[Token], at: int) -> bool:
    while at and tokens[at - 1].flat in _SMALL:
        at -= 1
    before = [token.flat for token in tokens[max(0, at - 6) : at]]
    contrasted = before[-1:] in (["but"], ["mais"]) and bool({*before[:-1]} & _DENYING)  # "not the router but the ONT"
    return bool(before) and before[-1] in _EXCLUDING and not contrasted


class Filler:
    """Fills one action's fields from one clause."""

    def __init__(self, name: str, clause: Clause, said: Said, today: dt.date, lexicon: Lexicon) -> None:
        self.model: type[Action] = CATALOGUE[name]
        self.entry: Entry = lexicon.entries.get(name, Entry(name))
        self.clause, self.said, self.today, self.lexicon = clause, said, today, lexicon
        self.fields = self.model.model_fields
        self.used: set[Entity] = set()
        self.asks: list[str] = []

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
        request = self.clause.tokens[: core_end(self.clause.tokens, self.lexicon)]
        core = [token for token in request if token not in body]
        particulars = self._particulars()
        left = self._about_whom(tokens) if particulars is not None else tokens
        values |= self._who(left, [token for token in core if token.entity is None or token.entity not in self.used])
        if "who" in self.model.required and not values.keys() & {"customer", "location"} and body:
            values |= self._who(body, ())
            from_note = bool(values.keys() & {"customer", "location"})
        if (
            particulars
            and "did" in particulars
            and values.get("customer") in {e.value for e in entities if e.kind in WHERE}
        ):
            del values["customer"]  # The address is what is asked about; the line is who.
        values |= self._named(entities)
        if particulars is None:
            timed = self._without_told_terms(tokens)
            values |= self._dates(timed)
            values |= self._terms(timed, self._choices(tokens))
        else:
            values |= {name: value for name, value in self._choices(tokens).items() if name != "part_of_day"}
            values |= particulars
        if "reason" in free and "reason" not in values:
            values["reason"] = reason_text(self.clause, self.said, self.entry, self.lexicon)
        values = {name: value for name, value in values.items() if value is not None and name in self.fields}
        if "who" in self.model.required and not values.keys() & {"customer", "location", "serial", "arrangement"}:
            self.asks += ["customer"] if somebody_else(self.entry, core, self.lexicon) else []
        unused = tuple(entity for entity in entities if entity not in self.used)
        undated = self.model.kind == "write" and not self.fields.keys() & _DATED
        later = undated and any(
            t.entity in unused and _is_ahead(t.entity, self.today) and not _ranks(core, at) for at, t in enumerate(core)
        )
        return Filled(values, unused, from_note, tuple(dict.fromkeys(self.asks)), later=later)

    def _particulars(self) -> dict[str, Any] | None:
        """The details of the larger actions; None for an action that has no reader of its own."""
        reader = READERS.get(self.entry.name)
        if reader is None:
            return None
        told = self.clause.context
        found = reader(View(self.entry, self.clause.all_tokens, told, (self.said, self.today, self.lexicon)))
        self.used.update(found.used)
        self.asks += found.asks
        return found.values

    def _about_whom(self, tokens: Sequence[Token]) -> list[Token]:
        """Without what a detail took, and without the strangers of a reason ("he goes to Vidéotron")."""
        told = {token.start for token in reason_tokens(self.clause, self.lexicon)}
        return [
            token
            for token in tokens
            if token.entity is None
            or (token.entity not in self.used and not (token.start in told and _is_stranger(token.entity)))
        ]

    def _who(self, tokens: Sequence[Token], core: Sequence[Token]) -> dict[str, Any]:
        found = whom(self.model, self.entry, tokens, core, self.lexicon)
        self.used.update(found.used)
        return found.values

    def _without_told_terms(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """“She can't make the 26th. 150 on April 9 instead": what the request says comes before what is told."""
        asked = {t.entity.kind for t in self.clause.tokens if t.entity} & _VALUES
        told = {t.entity for t in self.clause.context if t.entity and t.entity.kind in asked}
        if "since" in self.fields:
            told |= {t.entity for t in self.clause.context if t.entity and t.entity.kind == "date"}
        return [token for token in tokens if token.entity is None or token.entity not in told]

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
            found = with_order(outermost(meant(cues, tokens)), tokens, self.lexicon)
            if any(cue.group != "all" for cue in found):
                # "It freezes all the time. Restart his router": what is told beside an order adds no "all" to it.
                found = [cue for cue in found if cue.group != "all" or tokens[cue.start] in self.clause.tokens]
            left_out = any(_is_excluded(tokens, cue.start) for cue in cues.find(tokens))
            if left_out and any(cue.group == "all" for cue in found):
                self.asks.append(name)  # "everything but the router" is no value of the field
            if name == "status" and _coordinated(tokens, found):
                continue  # "done and planned": all of them
            order = list(dict.fromkeys(cue.group for cue in sorted(found, key=lambda f: (f.start - f.end, f.start))))
            if order and _takes(info, bool):
                values[name] = order[0] != "false"
            elif order and choices_of(info):
                # The narrower reading is written first in the prompts file.
                value = next(value for value in cues.groups if value in order)
                if value in choices_of(info):
                    values[name] = value
                else:
                    self.asks.append(name)
            elif order:
                values[name] = order
        return values

    def _dates(self, tokens: Sequence[Token]) -> dict[str, Any]:
        said = [(at, token.entity) for at, token in enumerate(tokens) if token.entity and token.entity.kind == "date"]
        if "cutoff_date" in self.fields:
            return {}
        if "since" in self.fields:
            return self._period(said, tokens)
        values: dict[str, Any] = {}
        for at, entity in said:
            when: When = entity.value
            before = _words_before(tokens, at, 3, self.said)
            ends = before & _UNTIL or ("au" in before and "effective_date" in values)
            name = "until" if "until" in self.fields and ends else "effective_date"
            dated = before & _DATING or (entity not in self._told() and not self._tells(tokens, at))
            dated = dated or (name == "until" and self._follows_the_order(tokens, at))
            if name in self.fields and name not in values and when.is_day and dated and not before & _GONE_BY:
                if name == "until" or when.coming != self.today:
                    values[name] = when.coming
                self.used.add(entity)
        return values | self._span(tokens, values)

    def _span(self, tokens: Sequence[Token], dated: dict[str, Any]) -> dict[str, Any]:
        """“Suspend him for two weeks”: a span said right after the order, or after whom it is about, ends it."""
        spans = [at for at, t in enumerate(tokens) if t.entity and t.entity.tags & {"weeks", "months"}]
        if "until" not in self.fields or "until" in dated or not spans or self._tells(tokens, spans[0]):
            return {}
        span = tokens[spans[0]].entity
        start, _ = part_of(tokens, spans[0], spans[0] + 1)
        if (
            span is None
            or self._goes_on(tokens, spans[0] + 1)
            or any(token.flat in _GROUNDS for token in tokens[start : spans[0]])
        ):
            return {}
        self.used.add(span)
        later = counted_on(self.said.flat[span.start : span.end], dated.get("effective_date", self.today))
        return {"until": later} if later else {}

    def _follows_the_order(self, tokens: Sequence[Token], at: int) -> bool:
        """“Need C-10005 suspended til March 30 shes away": no mark parts the day from the order before it."""
        start, _ = part_of(tokens, at, at + 1)
        return any(cue.group in _ORDERING for cue in self.lexicon.cues.find(tokens[start:at]))

    def _goes_on(self, tokens: Sequence[Token], at: int) -> bool:
        """“Three months and not a peep out of him”: a tale begins with the span, which ends nothing."""
        rest = tokens[at:]
        joined = bool(rest) and rest[0].flat in ("and", "et", "pis", "puis", "without", "sans")
        return joined and not any(cue.group in _ORDERING for cue in self.lexicon.cues.find(rest))

    def _tells(self, tokens: Sequence[Token], at: int) -> bool:
        """True for a day in a part of its own that tells something ("hasn't paid in 3 months, cut him off")."""
        start, end = part_of(tokens, at, at + 1)
        orders = {i for f in self.lexicon.cues.find(tokens) if f.group in _ORDERING for i in range(f.start, f.end)}
        part = range(start, end)
        says = any(tokens[i].is_word and tokens[i].flat not in self.lexicon.function for i in part)
        period = sum(token.entity is not None and token.entity.kind == "date" for token in tokens[start:end]) > 1
        return says and not period and not orders & {*part}

    def _told(self) -> set[Entity | None]:
        """Days inside a reason or a statement ("unpaid since January 3") date nothing."""
        from_cause = reason_tokens(self.clause, self.lexicon)
        return {token.entity for token in (*from_cause, *self.clause.context)}

    def _period(self, said: list[tuple[int, Entity]], tokens: Sequence[Token]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        closed = False  # by the end of a single period ("in January"), which "to March" moves on
        ahead = self._looks_ahead(tokens)
        for at, entity in said:
            when: When = entity.value
            before = _words_before(tokens, at, 2, self.said) | set(
                self.said.flat[entity.start : entity.end].split()[:1]
            )
            self.used.add(entity)
            if (_qualifies(tokens, at) and not before & (_SINCE | _UNTIL)) or self._is_somebodys_day(tokens, at):
                continue
            goes_on = "since" in values and ("until" not in values or closed)
            last = (when.coming_end or when.coming) if ahead else (when.gone_end or when.gone)
            ends = goes_on and bool(before & (_UNTIL | {"and", "et", "au", "a"}))
            if ends or (before & _BY and not before & _SINCE):
                values["until"], closed = last, False
            elif "since" not in values:
                values["since"] = when.coming if ahead else when.gone
                if not when.is_day and not before & _GONE_BY and when.gone_end != self.today:
                    values["until"], closed = when.coming_end if ahead else when.gone_end, True
                elif when.is_day and not before & _FROM_ON and ("technician" in self.fields or self._is_near(entity)):
                    values["until"], closed = values["since"], True
        return values

    def _is_near(self, entity: Entity) -> bool:
        """“Yesterday", « hier »: a day by itself, and no beginning of a period."""
        return entity.value.gone < self.today and bool(_YESTERDAY.fullmatch(self.said.flat[entity.start : entity.end]))

    def _looks_ahead(self, tokens: Sequence[Token]) -> bool:
        """“Planned on Monday”: a list of what is to come."""
        cues = self.entry.values.get("status")
        return cues is not None and any(cue.group == "planned" for cue in cues.find(tokens))

    def _is_somebodys_day(self, tokens: Sequence[Token], at: int) -> bool:
        """“I'm doing collections this afternoon": a part in which somebody tells something is no period."""
        start, end = part_of(tokens, at, at + 1)
        needed = {f.start for f in self.lexicon.cues.find(tokens) if f.group in self.entry.needed}
        first = next((token.flat for token in tokens[start:end] if token.is_word and token.flat not in _OPENING), "")
        return first in _TELLING_SUBJECTS and not needed & {*range(start, end)}

    def _terms(self, tokens: Sequence[Token], choices: dict[str, Any]) -> dict[str, Any]:
        within = [token for t in tokens if t.entity and t.entity.kind == "count" for token in self._inside(t.entity)]
        choices = {**self._choices(within), **choices}
        found = terms(tokens, self.fields, choices, self.today)
        self.used.update(found.used)
        self.asks += [name for name in found.asks if name not in choices]
        return {**choices, **found.values}

    def _inside(self, count: Entity) -> list[Token]:
        """The words said within a count: "3 monthly payments"."""
        return [Token(word, count.start, count.end) for word in self.said.flat[count.start : count.end].split()]


def _is_stranger(entity: Entity) -> bool:
    return entity.kind == "person" and "known" not in entity.tags


def _coordinated(tokens: Sequence[Token], found: Sequence[Found]) -> bool:
    """“Done and planned”, « les faites pis les planifiées »: two values of which neither is left out."""
    ordered = sorted(found, key=lambda cue: cue.start)
    return any(
        one.group != other.group
        and other.start - one.end <= 3
        and any(token.flat in _AND for token in tokens[one.end : other.start])
        for one, other in pairwise(ordered)
    )


def reason_tokens(clause: Clause, lexicon: Lexicon) -> tuple[Token, ...]:
    """The tokens of a clause from its "because" on."""
    return clause.tokens[core_end(clause.tokens, lexicon) :]


def _words_before(tokens: Sequence[Token], at: int, count: int, said: Said) -> set[str]:
    """The words just before a day, and those that its own span begins with ("from the 3rd")."""
    own = tokens[at].entity
    inside = set(said.flat[own.start : own.end].replace("'", " ").split()[:1]) if own else set()
    before = tokens[max(0, at - count) : at]
    # "To Ferme Leduc last month": what stands before a name says nothing of the day after it.
    named = [i for i, token in enumerate(before, 1) if token.entity and token.entity.kind in WHO | WHERE]
    return {token.flat for token in before[max(named, default=0) :]} | inside
