"""What a message means to what came before: a plan that waits, or a question that the agent asked.

Enters: the tokens and the context. Leaves: requests, or None where the message stands on its own. It never
approves: a yes beside anything else only lets the rest be read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from agent.intents.actions import CATALOGUE, Action, Clarify
from agent.intents.local.calendar import counted_on
from agent.intents.local.clauses import Clause
from agent.intents.local.corrections import corrected
from agent.intents.local.evidence import ORDERS, present_in
from agent.intents.local.lexicon import WHERE, WHO, Cues, Lexicon
from agent.intents.local.reading import Reader
from agent.intents.local.repeats import for_another
from agent.intents.local.replies import Replies
from agent.intents.local.request import Request
from agent.intents.local.rewording import Rewording
from agent.intents.local.roles import Filler
from agent.intents.local.said import Said, Token
from prompts import words_of

_JOINTS = words_of("reply_edges")
_LED = words_of("follow_ups")
_FOLLOWING = words_of("follow_up_words")
_PUSH = words_of("postponing")
_CHANGE = words_of("changing")
_SECOND_THOUGHTS = Cues.of({"second_thoughts": words_of("second_thoughts")})
_INSTEAD = frozenset({"make", "instead", "plutot", "place"})
_IT_WAS = {("it", "was"), ("it", "s"), ("that", "was"), ("that", "s"), ("c", "etait"), ("c", "est"), ("ca", "etait")}


def known_of(action: Action) -> dict[str, Any]:
    """The fields of an action that are filled."""
    return {name: getattr(action, name) for name in type(action).model_fields if name in action.model_fields_set}


class Turn:
    """Reads replies to a waiting plan or to a question."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.lexicon: Lexicon = reader.lexicon
        self.rewording = Rewording(reader.lexicon)
        self.replies = Replies(reader.lexicon, reader.splitter)

    def to_plan(
        self, tokens: Sequence[Token], said: Said, today: dt.date, waiting: Sequence[Action]
    ) -> list[Request] | None:
        """A rejection, an amendment, or what was asked beside a yes."""
        rest, affirmed = self._without_lead(list(tokens), "affirm")
        refusal, refused = self._without_lead(rest, "reject")
        if not refused:
            rest, again = self._without_lead(self.replies.without_tales(rest), "affirm")
            affirmed = affirmed or again
            refusal, refused = self._without_lead(rest, "reject")
        if affirmed and not rest:
            return [Request("out_of_scope", {}, 0.9, reason="unclear_answer")]
        if refused:
            return self._refusal(refusal, said, today, waiting)
        if self.replies.only_rejects(tokens) or self._stops(rest, waiting) or self.rewording.drops(rest, waiting):
            return [Request("reject", {}, 0.95)]
        first, others = self.replies.first_part(rest)
        if others and self.rewording.drops(first, waiting):
            return self._refusal(others, said, today, waiting)
        changes = self._changes(rest, said, today, waiting)
        if not changes and len(rest) < len(tokens) and _only_points(rest):
            changes = self._changes(list(tokens), said, today, waiting)
        if not changes or not self._amends(rest, waiting):
            changes = self.rewording.changes(rest, said, waiting)
        if changes:
            return [Request("amend", {"changes": changes}, 0.93)]
        return self.reader.read(rest, said, today) if affirmed or len(rest) < len(tokens) else None

    def _refusal(self, after: list[Token], said: Said, today: dt.date, waiting: Sequence[Action]) -> list[Request]:
        acting = self.replies.without_tales(after)
        changes = self._changes(acting, said, today, waiting)
        asks = self._new_requests(acting, said, today)
        told = self._is_statement(acting) and not _corrects(acting)
        if changes and self._amends(acting, waiting) and not told:
            return [Request("amend", {"changes": changes}, 0.93)]
        reason = said.own_words(after[0].start, after[-1].end).strip(" ,.!-;:") if after else ""
        reject = Request("reject", {"reason": reason} if reason and not asks else {}, 0.95)
        return [reject, *asks]

    def _is_statement(self, tokens: list[Token]) -> bool:
        return self.reader.splitter.is_statement(tokens) and not {token.flat for token in tokens} & _INSTEAD

    def _new_requests(self, tokens: list[Token], said: Said, today: dt.date) -> list[Request]:
        present = present_in(tokens, self.lexicon)
        if not self.lexicon.evident(present):
            return []
        if self._is_statement(tokens):
            return []
        return [r for r in self.reader.read(tokens, said, today) if r.name not in ("out_of_scope", "undo")]

    def _stops(self, tokens: list[Token], waiting: Sequence[Action]) -> bool:
        """“Don't suspend him” while that suspension waits; "undo" while nothing is done yet."""
        refused = present_in(tokens, self.lexicon, negated=True)
        present = present_in(tokens, self.lexicon)
        entries = [self.lexicon.entries[action.name] for action in waiting if action.name in self.lexicon.entries]
        if any(need in refused for entry in entries for evidence in entry.needs for need in evidence.needs):
            return not self.lexicon.evident(present)
        return "UNDO" in present and "@name" not in present and len(tokens) <= 6

    def _amends(self, tokens: Sequence[Token], waiting: Sequence[Action]) -> bool:
        """True when the words change the plan instead of asking for something of their own."""
        present = present_in(self.reader.posture.marked(tokens), self.lexicon)
        names = {action.name for action in waiting}
        if "create_ticket" in names and "@ticket" not in present and "@name" not in present:
            present -= {"ASSIGN", "SET_TICKET"}  # "Bump it up to urgent": the ticket that is not open yet.
        asked = self.lexicon.evident(present) - {"undo", "help"}
        changing = (
            bool({token.flat for token in tokens} & _CHANGE)
            or _has(tokens, "make", "it")
            or _has(tokens, "make", "that")
        )
        reads = all(CATALOGUE[name].kind == "read" for name in asked)
        changing = changing or (reads and self.replies.changes(tokens))
        named = "@name" in present
        if not asked or (changing and names & asked):
            return True
        if (
            "create_payment_arrangement" in names
            and "CUTOFF" in present
            and "@date" in present
            and "@person" not in present
        ):
            return True
        return (bool(names & asked) and not named) or (changing and not named)

    def _changes(self, tokens: list[Token], said: Said, today: dt.date, waiting: Sequence[Action]) -> dict[str, Any]:
        """The new values, in wire form, for the first waiting action that takes any of them."""
        meant = corrected(tokens, self.lexicon)
        for action in waiting if meant else ():
            if action.name in CATALOGUE and (found := self._changed(action, meant, said, today)):
                return found
        return {}

    def _changed(self, action: Action, tokens: list[Token], said: Said, today: dt.date) -> dict[str, Any]:
        model = CATALOGUE[action.name]
        values = Filler(action.name, Clause(tuple(tokens)), said, today, self.lexicon).fill().values
        if not self._gives_reason(tokens):
            values.pop("reason", None)
        values.pop("note", None)
        if len(values) > 1:
            values.pop("subject", None)  # "Bump it up to urgent" says nothing of the problem.
        due = getattr(action, "due_date", None)
        if isinstance(due, dt.date):
            values = self._dated_from(due, values, tokens, said)
        kept = {name: value for name, value in values.items() if name in model.model_fields}
        return model.model_validate(kept).model_dump(mode="json", include=set(kept))

    def _dated_from(self, due: dt.date, values: dict[str, Any], tokens: list[Token], said: Said) -> dict[str, Any]:
        """A cut-off is looked for after the waiting due date; "push it back a week" counts from it."""
        days = [token.entity.value for token in tokens if token.entity and token.entity.kind == "date"]
        if "cutoff_date" in values and "due_date" not in values and days:
            return {**values, "cutoff_date": days[0].on_or_after(due)}
        pushed = {token.flat for token in tokens} & _PUSH
        if pushed and not days and (later := counted_on(said.flat, due)):
            return {**{k: v for k, v in values.items() if k != "every"}, "due_date": later}
        return values

    def _gives_reason(self, tokens: list[Token]) -> bool:
        return bool({token.flat for token in tokens} & {"reason", "raison", "because", "parce", "motif", "car"})

    def _without_lead(self, tokens: list[Token], kind: str) -> tuple[list[Token], bool]:
        """The tokens without the yes or the no that they begin with."""
        found = False
        while tokens:
            if tokens[0].entity is None and tokens[0].flat in _JOINTS:
                tokens = tokens[1:]
                continue
            again = max((f.end for f in _SECOND_THOUGHTS.find(tokens) if f.start == 0), default=0)
            starts = {0, again} if kind == "reject" else {0}
            ends = [f.end for f in self.lexicon.conversation[kind].find(tokens) if f.start in starts]
            if not ends or (kind == "reject" and self._goes_on(tokens, max(ends))):
                break
            tokens, found = tokens[max(ends) :], True
        return tokens, found

    def _goes_on(self, tokens: list[Token], end: int) -> bool:
        """“Cancel the arrangement of Roy” only begins like a refusal; "cancel it, please" is one."""
        words = [token.flat for token in tokens[:end]]
        following = next((t for t in tokens[end:] if t.flat not in {"please", "svp", "stp", "merci", "thanks"}), None)
        if following is None or following.flat in _JOINTS or words[0] in {"no", "non", "nope", "nah"}:
            return False
        present = present_in(tokens, self.lexicon)
        asked = self.lexicon.evident(present) - {"undo"}
        return bool(asked) or (words[-1] in {"don", "t", "not", "stop"} and len(words) <= 2)

    def to_same(
        self, tokens: Sequence[Token], recent: Sequence[Action], waiting: Sequence[Action]
    ) -> list[Request] | None:
        """“The same for Smyth”, and nothing else: what was asked last, for somebody else and for no reason said."""
        rest, repeats = self.reader.repeats.taken_out(tokens)
        said = [action for action in recent if action.name != "approve"]
        last = next(iter([*reversed(waiting), *reversed(said)]), None)
        small = self.lexicon.function | _LED
        if last is None or last.kind == "conversation" or not repeats or not all(one.whole for one in repeats):
            return None
        rest = self.replies.talk_taken_out(rest)
        if any(token.entity or (token.is_word and token.flat not in small) for token in rest):
            return None
        if any(cue.start == 0 for cue in self.lexicon.conversation["reject"].find(rest)):
            return None
        known = {k: v for k, v in known_of(last).items() if k not in ("action", "reason")}
        asked = Request(last.name, known, 0.9)
        return [for_another(asked, whom) for one in repeats for whom in one.values()]

    def to_answer(
        self, tokens: Sequence[Token], text: Said, today: dt.date, recent: Sequence[Action]
    ) -> list[Request] | None:
        """“And Gagnon?”, "only the paid ones": the last question again, about someone or something else."""
        last = recent[-1] if recent else None
        corrects = max((f.end for f in self.lexicon.conversation["corrections"].find(tokens) if not f.start), default=0)
        tokens = tokens[corrects:]
        if last is None or last.kind != "read" or not tokens:
            return None
        entry = self.lexicon.entries[last.name]
        named = [t.entity for t in tokens if t.entity and t.entity.kind in WHO | WHERE]
        said = {at for cues in entry.values.values() for f in cues.find(tokens) for at in range(f.start, f.end)}
        small = self.lexicon.function | _FOLLOWING
        others = [t for at, t in enumerate(tokens) if t.is_word and at not in said and t.flat not in small]
        led = bool(corrects) or tokens[0].flat in _LED
        if others or (
            not (led and len(named) == 1)
            and not (said and not named and any(token.flat in _LED | _FOLLOWING for token in tokens))
        ):
            return None
        found = Filler(last.name, Clause(tuple(tokens)), text, today, self.lexicon).fill().values
        gone = {"action", "reason"} | ({"customer", "location", "serial"} if named else set())
        known = {name: value for name, value in known_of(last).items() if name not in gone}
        return [Request(last.name, {**known, **found}, 0.9)]

    def to_question(
        self, tokens: Sequence[Token], said: Said, today: dt.date, asked: Action, asked_field: str | None
    ) -> Request | None:
        """The action that was asked about, completed by the answer; None where the message is no answer."""
        name = (asked.for_ or "") if isinstance(asked, Clarify) else asked.name
        if name not in CATALOGUE or not tokens:
            return None
        refusal, refused = self._without_lead(list(tokens), "reject")
        if refused and not refusal:
            return Request("reject", {}, 0.9)
        field = asked_field or next(iter(getattr(asked, "missing", None) or []), None)
        if field in ("note", "reason") and self._orders(tokens):
            return None
        if self._asks_anew(tokens, name) and not (field == "note" and self._is_nonsense(tokens, said, today)):
            return None
        filled = Filler(name, Clause(tuple(tokens)), said, today, self.lexicon).fill().values
        if field in ("note", "reason"):
            filled = {field: said.own_words(tokens[0].start, tokens[-1].end)}
        else:
            filled.pop("reason", None)
            if field == "customer" and not set(filled) & {"customer", "location", "serial"}:
                filled |= self._bare_name(tokens, said)
        if not filled:
            return None
        known = (asked.known or {}) if isinstance(asked, Clarify) else known_of(asked)
        return Request(name, {**known, **filled}, 0.93)

    def _is_nonsense(self, tokens: Sequence[Token], said: Said, today: dt.date) -> bool:
        """True where the words would be no request by themselves."""
        return all(request.name == "out_of_scope" for request in self.reader.read(tokens, said, today))

    def _orders(self, tokens: Sequence[Token]) -> bool:
        """True for a command about someone named: a request of its own, whatever was asked for."""
        marked = self.reader.posture.marked(tokens)
        present = present_in(marked, self.lexicon)
        heads = {found.group for found in self.lexicon.cues.find(marked) if found.start <= 1}
        writes = any(CATALOGUE[name].kind == "write" for name in self.lexicon.evident(present))
        return "@name" in present and bool(heads & ORDERS) and writes

    def _asks_anew(self, tokens: Sequence[Token], name: str) -> bool:
        present = present_in(tokens, self.lexicon)
        evident = [n for n, entry in self.lexicon.entries.items() if entry.evident(present)]
        everyday = self.lexicon.function | set(self.lexicon.conversation["answer_words"].by_first)
        if not any(t.is_word and t.flat not in everyday for t in tokens):
            return False
        others = [n for n in evident if n != name]
        if name not in evident and not others:
            return False
        words = [t.flat for t in tokens if t.is_word]
        heads = {f.group for f in self.lexicon.cues.find(tokens) if f.start <= 1}
        return (
            bool(others)
            and bool(
                heads
                & {
                    "SUSPEND",
                    "CUT",
                    "UNSUSPEND",
                    "RESTART",
                    "NOTE",
                    "CANCEL",
                    "BALANCE",
                    "SHOW",
                    "CHECK",
                    "HELP",
                }
            )
            and len(words) > 1
        )

    def _bare_name(self, tokens: Sequence[Token], said: Said) -> dict[str, Any]:
        """An unknown name in lower case is a name where one was asked for."""
        strange = [t for t in tokens if t.is_word and (t.mended_from or t.flat) not in self.lexicon.known]
        if not 0 < len(strange) <= 4:
            return {}
        return {"customer": said.own_words(strange[0].start, strange[-1].end)}


def _corrects(tokens: Sequence[Token]) -> bool:
    """“No, it was two and a half hours”, « c'était trois heures »: what is told is what the plan should say."""
    flats = tuple(token.flat for token in tokens if token.is_word)[:2]
    return flats in _IT_WAS and any(token.entity for token in tokens)


def _only_points(tokens: Sequence[Token]) -> bool:
    """“He can only do ninety, change it": what it changes to was told before."""
    return bool({token.flat for token in tokens} & _CHANGE) and not any(token.entity for token in tokens)


def _has(tokens: Sequence[Token], *words: str) -> bool:
    flats = [token.flat for token in tokens]
    return any(tuple(flats[at : at + len(words)]) == words for at in range(len(flats)))
