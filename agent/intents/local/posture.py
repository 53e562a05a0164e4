"""How the word of a command is put: asked for, told of ("he rebooted it"), supposed ("if he ..."), or forbidden.

Enters: the tokens of a message. Leaves: the same tokens, the command words that ask for nothing marked ``aside``,
and a message without the requests that it takes back at its end. It never reads what a command is about. Where a
posture is not plain it leaves the word alone: the evidence of the rest of the clause still has its say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import prompts
from agent.intents.local.evidence import MARKED, ORDERS
from agent.intents.local.lexicon import Cues, Found, Lexicon
from agent.intents.local.said import Token

_EDGES = frozenset({",", ".", ";", "!", "?", ":", "-", "(", ")", "…", "‖", "\n", "but", "mais", "so"})
_STOPS = frozenset({".", ";", "!", "?", "…", "‖", "\n"})
_MARKS = _EDGES - {"but", "mais", "so"}
_APART = _MARKS | {"and", "et", "pis", "puis", "then"}
_JOINTS = frozenset({"and", "et", "pis", "puis", "then"})
_TERMS = frozenset({"money", "date"})
_CUTOFF_REACH = 5
"""How many words may stand between a cut-off's word and its day."""
_PRONOUNS = frozenset({"la", "le", "les", "lui", "leur", "moi", "l", "en", "y", "them", "it", "him", "her"})
_DENYING_VERB = frozenset({"pas", "pus", "jamais"})
_ASKED_POLITELY = frozenset({"pourquoi", "peux", "pourrais", "peut", "pourrait", "pouvez", "pourriez"})
_DENIALS = frozenset({"pas", "pus", "jamais", "rien", "personne"})
_DEFAULTING = prompts.words_of("defaulting")
_NAMING = frozenset({"address", "adresse", "service", "new", "nouvelle", "nouveau"})
"""First words of expressions without a verb ("new line", "address change")."""
_OF_PLANS = frozenset({"SWAP", "MOVE_PLAN"})
_BESIDE = frozenset({"while", "tant"})
"""“... and while you're at it bump her up”, « tant qu'à y être, change ... »: an order beside another."""
_MEANWHILE = ("while (you|we) re", "and while", "tant qu", "en meme temps", "at the same time")
_WRITTEN_UP = frozenset({"LOG_WORK", "OPEN_UP"})
_TIMES = frozenset({"time", "date", "number", "count"})
_STRENGTHENING = frozenset({"pantoute"})
_IRREGULAR = frozenset({"broke", "broken"})


class Posture:
    """Marks the command words of a message that ask for nothing."""

    def __init__(self, lexicon: Lexicon) -> None:
        said = prompts.load("posture")
        self._lexicon = lexicon
        self._cues = {name: Cues.of({name: patterns}) for name, patterns in said.items()}
        self._while = Cues.of({"beside": [way for way in said["openers"] if way.startswith(_MEANWHILE)]})
        self._words = {name: frozenset(patterns) for name, patterns in said.items()}

    def marked(self, tokens: Sequence[Token]) -> list[Token]:
        """The tokens with every command word that is told, supposed or forbidden put aside."""
        ways = {
            "told": lambda said, cue: self._is_told(said, cue) or self._is_lowering(said, cue),
            "supposed": lambda said, cue: any(
                way(said, cue) for way in (self._is_supposed, self._is_cutoff, self._is_asked_about)
            ),
            "negated": self._is_forbidden,
        }
        at: dict[int, str] = {}
        for cue in self._lexicon.cues.find(tokens):
            if cue.group in MARKED:
                for way, holds in ways.items():
                    if holds(tokens, cue):
                        at |= dict.fromkeys(range(cue.start, cue.end), way)
        return [replace(token, aside=at[i]) if i in at else token for i, token in enumerate(tokens)]

    def unhurried(self, tokens: Sequence[Token]) -> list[Token]:
        """The message without "when you get a sec", which asks for nothing and explains nothing; a note keeps it."""
        noting = [cue.start for cue in self._lexicon.cues.find(tokens) if cue.group == "NOTE"]
        gone: set[int] = set()
        for cue in self._cues["unhurried"].find(tokens):
            if not any(start < cue.start for start in noting):
                announced = cue.end < len(tokens) and tokens[cue.end].flat == ":"
                gone |= {*range(cue.start, cue.end + announced)}
        return [token for at, token in enumerate(tokens) if at not in gone]

    def kept(self, tokens: Sequence[Token]) -> tuple[list[Token], bool]:
        """The message without what it takes back ("suspend him ... never mind"), and whether it takes back any."""
        ends = sorted(
            (cue.end, cue.start) for cue in self._cues["retracting"].find(tokens) if self._ends_there(tokens, cue)
        )
        for end, start in reversed(ends):
            terms = any(token.entity and token.entity.kind in _TERMS for token in tokens[:start])
            asked = ORDERS | {"NOTE", "MAKE"} | ({"ARRANGEMENT", "PAY"} if terms else set())
            if any(cue.group in asked for cue in self._lexicon.cues.find(tokens[:start])):
                return list(tokens[end:]), True
        return list(tokens), False

    def _ends_there(self, tokens: Sequence[Token], cue: Found) -> bool:
        after = cue.end
        while after < len(tokens) and tokens[after].flat in self._words["tails"]:
            after += 1
        if after < len(tokens) and tokens[after].flat not in _STOPS:
            return False
        before = tokens[cue.start - 1].flat if cue.start else ""
        if tokens[cue.start].flat in _STRENGTHENING and before not in _EDGES:
            return False  # « Pus de signal pantoute » takes nothing back.
        return bool(before) and before not in self._words["tellers"]

    def _is_told(self, tokens: Sequence[Token], cue: Found) -> bool:
        begin = cue.start
        while begin > 0 and tokens[begin - 1].flat not in _EDGES:
            begin -= 1
        form = self._form(tokens[cue.start].flat)
        begin = self._after_relative(tokens, begin, cue.start)
        left = tokens[begin : cue.start]
        if any(one.start <= cue.start < one.end for one in self._cues["on_the_line"].find(tokens)):
            return True
        beside = [found.end for found in self._while.find(left)]
        left = left[max(beside, default=0) :]
        told = bool(self._cues["tells"].find(left)) and not self._cues["hoping"].find(left)
        told = told and not (form == "base" and self._is_dictated(tokens, cue))
        if told or form == "past":
            return told or not self._cues["wishes"].find(left)
        at = cue.start
        while at > begin and tokens[at - 1].entity is None and tokens[at - 1].flat in self._words["skipped"]:
            at -= 1
        named = cue.group == "LINE_WANTED" or (tokens[cue.start].flat in _NAMING and cue.end - cue.start > 1)
        if named or any(found.end == at - begin for found in self._cues["openers"].find(tokens[begin:at])):
            return False
        beside_another = {token.flat for token in tokens[max(0, cue.start - 5) : cue.start]} & _BESIDE
        if form == "base" and (beside_another or self._is_parallel(tokens, begin, cue.start)):
            return False
        if at == begin or form in ("gerund", "third"):
            return form in ("gerund", "third")
        return form != "infinitive" and self._is_predicate(tokens, (begin, at - 1), cue, form)

    @staticmethod
    def _is_dictated(tokens: Sequence[Token], cue: Found) -> bool:
        """“Sophie was there from 1 to 3 write up the work order": dictation sets no mark after the time."""
        before = tokens[cue.start - 1].entity if cue.start else None
        return cue.group in _WRITTEN_UP and before is not None and before.kind in _TIMES

    def _is_parallel(self, tokens: Sequence[Token], begin: int, at: int) -> bool:
        """« Active celle du 450-264-3100 et désactive ... »: after an order and a joint, another order."""
        joined = at > begin and tokens[at - 1].entity is None and tokens[at - 1].flat in _JOINTS
        return joined and any(
            cue.start == begin and cue.group in MARKED and self._form(tokens[begin].flat) == "base"
            for cue in self._lexicon.cues.find(tokens[begin:at] and tokens)
        )

    def _after_relative(self, tokens: Sequence[Token], begin: int, end: int) -> int:
        """« Défais ce que tu viens de faire et suspends ... »: what the clause within tells, the next does not."""
        within = any(f.start == 0 for at in range(begin, end) for f in self._cues["relatives"].find(tokens[at:end]))
        joints = [at for at in range(begin, end) if tokens[at].entity is None and tokens[at].flat in _JOINTS]
        return joints[-1] + 1 if within and joints else begin

    def _is_predicate(self, tokens: Sequence[Token], span: tuple[int, int], cue: Found, form: str) -> bool:
        """True when the token before it makes the command the verb of a statement: its subject, its auxiliary."""
        begin, at = span
        before, word = tokens[at], tokens[cue.start].flat
        if word in self._words["nominal"] and self._is_noun(tokens, at, cue.end):
            return False
        if word in self._words["participles"]:
            if self._describes(tokens[begin : at + 1]):
                return True
            if any(token.flat in self._words["carriers"] for token in tokens[begin : at + 1]):
                return False
        if before.entity is not None:
            about_a_thing = any(self._is_subject(token) for token in tokens[begin:at])
            return before.entity.kind == "technician" or (about_a_thing and not self._has_object(tokens, cue.end))
        if (at > 0 and before.flat in self._words["auxiliaries"]) or before.flat in self._words["narrators"]:
            return form != "noun"
        return self._is_subject(before) and not self._has_object(tokens, cue.end)

    def _is_noun(self, tokens: Sequence[Token], at: int, end: int) -> bool:
        """“Could use a reboot", "modem reboot for Roy": the word names what is wanted."""
        after = tokens[end].flat if end < len(tokens) else "."
        ends = after in _MARKS or after in self._words["nominal_ends"]
        return ends and (tokens[at].flat in self._words["articles"] or self._is_subject(tokens[at]))

    def _describes(self, left: Sequence[Token]) -> bool:
        """“He's cut off", "Sophie cut him off", "we turned him back on": the word describes or is past."""
        before = left[-1]
        stranger = before.entity is None and before.is_word and before.flat not in self._lexicon.known
        done = any(self._form(token.flat) == "past" for token in left if token.is_word)
        wished = bool(self._cues["wishes"].find(left))
        return before.flat in self._words["being"] or stranger or (done and not wished)

    def _is_thing(self, token: Token) -> bool:
        return self._is_subject(token) or "ARRANGEMENT" in self._lexicon.groups_of(token.flat)

    def _is_subject(self, token: Token) -> bool:
        return bool(self._lexicon.groups_of(token.flat) & {"NET", "DEVICE", "SERVICE", "SIGNAL"})

    def _has_object(self, tokens: Sequence[Token], at: int) -> bool:
        if at >= len(tokens) or tokens[at].flat in _MARKS:
            return False
        return tokens[at].entity is not None or tokens[at].flat in self._words["objects"]

    def _is_supposed(self, tokens: Sequence[Token], cue: Found) -> bool:
        """True in a part that holds a condition, or beside one that begins with it."""
        start, end = cue.start, cue.end
        while start > 0 and tokens[start - 1].flat not in _STOPS:
            start -= 1
        while end < len(tokens) and tokens[end].flat not in _STOPS:
            end += 1
        sentence, own = tokens[start:end], cue.start - start
        polite = {i for f in self._cues["polite_ifs"].find(sentence) for i in range(f.start, f.end)}
        for found in self._cues["supposing"].find(sentence):
            between = sentence[min(found.end, own) : max(found.start, own)]
            before = sentence[found.start - 1].flat if found.start else ","
            leads = before in _EDGES or before in self._words["condition_leads"]
            one_part = not any(token.flat in _APART for token in between)
            beside = leads and sum(token.flat in _MARKS for token in between) <= 1
            if found.start not in polite and (one_part or beside):
                return True
        return False

    def _is_lowering(self, tokens: Sequence[Token], cue: Found) -> bool:
        """“Bring it down to 50", « coupe ça à 50 $ »: a sum is cut, no service."""
        if cue.group in _OF_PLANS:
            return False  # "Upgrade him to 1 gig" lowers no sum.
        to, sum_, noun = (tokens[cue.end + at : cue.end + at + 1] for at in range(3))
        if noun and "PAYMENT" in self._lexicon.groups_of(noun[0].flat):
            return False  # "Log a $75 payment": no « à ».
        led = bool(to) and to[0].flat in ("to", "a")
        return led and bool(sum_) and sum_[0].entity is not None and sum_[0].entity.kind in ("money", "number")

    def _is_asked_about(self, tokens: Sequence[Token], cue: Found) -> bool:
        """“What's the effect of suspending him?": the sentence asks what comes of it."""
        start, end = cue.start, cue.end
        while start > 0 and tokens[start - 1].flat not in _STOPS:
            start -= 1
        while end < len(tokens) and tokens[end].flat not in _STOPS:
            end += 1
        asked = [one for one in self._lexicon.cues.find(tokens[start:end]) if one.group == "CONSEQUENCE"]
        # "Suspend him, does he lose his 911?" orders first and asks then.
        ordered = self._form(tokens[cue.start].flat) == "base" and cue.start == start
        return any(one.start + start <= cue.start or not ordered for one in asked)

    def _is_cutoff(self, tokens: Sequence[Token], cue: Found) -> bool:
        """“60 by Friday, not paid then cut on the 20th": after the terms of a promise it is their cut-off."""
        if cue.group not in ("SUSPEND", "CUT"):
            return False
        before, after = tokens[: cue.start], tokens[cue.end : cue.end + _CUTOFF_REACH]
        kinds = [token.entity.kind for token in before if token.entity]
        terms = "date" in kinds and bool({"money", "number"} & {*kinds})
        owed = any(found.group == "BALANCE" for found in self._lexicon.cues.find(before))
        following = [token.entity.kind for token in after if token.entity]
        return terms and not owed and (following[:1] == ["date"] or self._in_default(before))

    def _in_default(self, before: Sequence[Token]) -> bool:
        """“100 on March 31, nothing by April 3 we cut”: a second day, and that no payment came by then."""
        days = [at for at, token in enumerate(before) if token.entity and token.entity.kind == "date"]
        return len(days) > 1 and bool({token.flat for token in before[days[-2] : days[-1]]} & _DEFAULTING)

    def _is_forbidden(self, tokens: Sequence[Token], cue: Found) -> bool:
        at = cue.start
        while at > 0 and tokens[at - 1].entity is None and tokens[at - 1].flat in self._words["small_between"]:
            at -= 1
        first = max(0, at - 4)
        ends = (first + found.end for found in self._cues["forbidding"].find(tokens[first : cue.start]))
        forbidden = any(end >= at and not self._reminds(tokens, end) for end in ends)
        return forbidden or self._ends_denied(tokens, cue.end) or self._is_denied(tokens, cue)

    def _is_denied(self, tokens: Sequence[Token], cue: Found) -> bool:
        """« N'envoie pas Sophie », « convertis-la pas encore »: the denial follows the verb and its pronouns.

        « Veut pus de messagerie » is an expression of its own, which ends with its denial.
        """
        if tokens[cue.end - 1].flat in _DENYING_VERB:
            return False
        at = cue.start
        after = at + 1
        while after < len(tokens) and tokens[after].entity is None and tokens[after].flat in _PRONOUNS:
            after += 1
        denied = after < len(tokens) and tokens[after].entity is None and tokens[after].flat in _DENYING_VERB
        return denied and not any(token.flat in _ASKED_POLITELY for token in tokens[max(0, at - 4) : at])

    def _ends_denied(self, tokens: Sequence[Token], at: int) -> bool:
        """« On coupe Gagné pas »: the denial comes after the object, and nothing after it."""
        small = self._words["small_between"] - _DENIALS
        while at < len(tokens) and (tokens[at].entity or tokens[at].flat in small or self._is_thing(tokens[at])):
            at += 1
        denied = at < len(tokens) and tokens[at].flat in _DENIALS
        return denied and (at + 1 == len(tokens) or tokens[at + 1].flat in _STOPS)

    def _reminds(self, tokens: Sequence[Token], end: int) -> bool:
        """“Don't forget to ..." and "can't you ...?" ask for what follows."""
        after = [token.flat for token in tokens[end : end + 2]]
        before = {token.flat for token in tokens[max(0, end - 3) : end]}
        asked_back = after[:1] == ["you"] and "before" not in before
        return bool({*after} & self._words["reminding"]) or "why" in before or asked_back

    def _form(self, word: str) -> str:
        """The form of a command's first word; what may be an imperative is ``base``."""
        if word in _IRREGULAR or (word.endswith("ed") and len(word) > 4):
            return "past"
        if word.endswith("ing") and word not in self._words["not_gerunds"]:
            return "gerund"
        if word in self._words["thirds"]:
            return "third"
        if word.endswith(("er", "ir", "dre", "tre", "pre")) and word not in self._words["not_infinitives"]:
            return "infinitive"
        return "noun" if word.endswith(("tion", "sion", "age")) else "base"
