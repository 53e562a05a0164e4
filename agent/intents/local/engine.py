"""The local engine: one message in, typed actions out, in milliseconds and without a model.

Enters: a text and its ``Context``. Leaves: an ``Understanding`` with a confidence, a shortlist and the reasons.
It never approves a plan, never calls anything, and never guesses: what it does not understand is ``out_of_scope``,
what lacks something is ``clarify``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from pydantic import ValidationError

from agent.directory import Directory
from agent.intents.actions import CATALOGUE, Action, OutOfScope
from agent.intents.lacking import complete_or_asking
from agent.intents.local.classifier import Classifier
from agent.intents.local.entities import find_entities
from agent.intents.local.language import spoken_french
from agent.intents.local.learning import learnt
from agent.intents.local.lexicon import Lexicon, lexicon
from agent.intents.local.outside import in_another_language, outside_code
from agent.intents.local.places import Gazetteer
from agent.intents.local.reading import Reader
from agent.intents.local.request import Request
from agent.intents.local.said import Said, Token
from agent.intents.local.telling import Telling
from agent.intents.local.turn import Turn
from agent.intents.understanding import Candidate, Context, Language, Understanding
from prompts import words_of

LONGEST = 4000
_PERSONAL = words_of("personal")
_OF_TICKETS = frozenset({"list_tickets", "create_ticket", "update_ticket"})
_NOISE = frozenset(
    {
        "'",
        '"',
        "*",
        "_",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "<",
        ">",
        "|",
        "~",
        "^",
        "«",
        "»",
        "#",
        "=",
        "\\",
        "@",
        "$",
        "%",
    }
)
_ABBREVIATED = frozenset(
    {"mr", "mrs", "ms", "mme", "mlle", "st", "ste", "inc", "no", "dr", "ch", "boul", "av", "apt", "app"}
)


@cache
def trained() -> tuple[Lexicon, Classifier, Telling]:
    """The lexicon and what its phrases teach, once per process."""
    words = lexicon()
    return words, *learnt(words)


class LocalEngine:
    """Understands today's catalogue in English and Québec French from the examples and cue words of ``prompts/``."""

    def __init__(self) -> None:
        self.lexicon, classifier, telling = trained()
        self.reader = Reader(self.lexicon, classifier, telling)
        self.turn = Turn(self.reader)
        self._gazetteer = Gazetteer(Directory())

    async def understand(self, text: str, context: Context) -> Understanding:
        """Read one message (the ``Engine`` protocol); never waits for anything."""
        return self.read(text, context)

    def read(self, text: str, context: Context) -> Understanding:
        """Read one message; never raises for what a user may type."""
        french = spoken_french(text[:LONGEST])
        language: Language = context.language or "en" if french is None else "fr" if french else "en"
        if len(text) > LONGEST or not re.search(r"\w", text):
            return self._answer([Request("out_of_scope", {}, 0.99)], context, language)
        said = Said.of(text, french=language == "fr")
        if in_another_language(said, self.lexicon, context.directory.by_word):
            return self._answer([Request("out_of_scope", {}, 0.95, reason="foreign")], context, language)
        tokens = self._tokens(said, context)
        heard = self._requests(tokens, said, context) or [Request("out_of_scope", {}, 0.5)]
        requests = [self._about(request, tokens, context) for request in heard]
        return self._answer(requests, context, language)

    def _about(self, request: Request, tokens: list[Token], context: Context) -> Request:
        """The request with what only the whole message tells: whose list it is, why it is none."""
        if request.name == "out_of_scope":
            code = outside_code(tokens, self.lexicon, waiting=bool(context.waiting))
            plain = code in ("unclear", "unclear_answer")
            return replace(request, reason=(request.reason or code) if plain else code)
        if request.name == "suspend_customer" and self._closes_ticket(request, context):
            return replace(request, name="update_ticket", values={"status": "closed"})
        model = CATALOGUE[request.name]
        lists = "customer" in model.model_fields and "who" not in model.required
        said = {token.flat for token in request.clause.all_tokens}
        if lists and "customer" not in request.values and said & _PERSONAL and context.customer:
            return replace(request, values={**request.values, "customer": context.customer})
        return request

    def _closes_ticket(self, request: Request, context: Context) -> bool:
        """« C'est beau, ferme-le », right after tickets were spoken of: one of them, and nobody's service."""
        last = context.recent[-1].name if context.recent else ""
        said = request.clause.all_tokens
        return last in _OF_TICKETS and not any(t.entity for t in said) and self.reader.closes_it(said)

    def _requests(self, tokens: list[Token], said: Said, context: Context) -> list[Request]:
        if same := self.turn.to_same(tokens, context.recent, context.waiting):
            return same
        if context.waiting:
            replied = self.turn.to_plan(tokens, said, context.today, context.waiting)
            if replied is not None:
                return replied
        if context.refused and not context.waiting:
            amended = self.turn.to_plan(tokens, said, context.today, context.refused) or []
            if [request.name for request in amended] == ["amend"]:
                return amended
        if context.asked is not None:
            answered = self.turn.to_question(tokens, said, context.today, context.asked, context.asked_field)
            if answered is not None:
                return [answered]
        again = self.turn.to_answer(tokens, said, context.today, context.recent)
        return again or self.reader.read(tokens, said, context.today)

    def _tokens(self, said: Said, context: Context) -> list[Token]:
        if self._gazetteer.directory is not context.directory:
            self._gazetteer = Gazetteer(context.directory)
        slips = self._slips(said, context.directory)
        known = self.lexicon.known | slips.keys()
        entities = find_entities(said, context.today, self._gazetteer, known, self.lexicon.everyday)
        tokens = [token for token in said.tokens(entities) if not self._is_noise(token, said)]
        return [_mended(token, slips) for token in tokens]

    def _slips(self, said: Said, directory: Directory) -> dict[str, str]:
        """Misspelt cue words of the message and what they are slips of; names are left alone."""
        slips: dict[str, str] = {}
        for match in re.finditer(r"[a-z]{5,}", said.flat):
            word = match.group()
            names = directory.by_word
            capital = said.text[match.start()].isupper() and not said.caseless and match.start() > 0
            if word not in slips and word not in names and not capital and (better := self.lexicon.mend(word)):
                slips[word] = better
        return slips

    @staticmethod
    def _is_noise(token: Token, said: Said) -> bool:
        if token.entity is not None:
            return False
        if token.flat == "-":
            around = said.flat[max(0, token.start - 1) : token.end + 1]
            return not (around.startswith(" ") and around.endswith(" "))
        if token.flat == ".":
            # "At Kevin Smith's." ends a sentence; "M. Roy" does not.
            word = re.search(r"(?<!')\b[a-z]+$", said.flat[max(0, token.start - 5) : token.start])
            abbreviated = word is not None and (word.group() in _ABBREVIATED or len(word.group()) == 1)
            return abbreviated or said.flat[token.end : token.end + 1].isalnum()
        return token.flat in _NOISE

    def _answer(self, requests: Sequence[Request], context: Context, language: Language) -> Understanding:
        return Understanding(
            actions=tuple(complete_or_asking(_built(one), context, language, one.asks) for one in requests),
            language=language,
            engine="local",
            confidence=min(request.certainty for request in requests),
            shortlist=_shortlist(requests),
            reading=tuple(_why(request) for request in requests),
        )


def _mended(token: Token, slips: dict[str, str]) -> Token:
    if token.entity is None and token.flat in slips:
        return Token(slips[token.flat], token.start, token.end, None, token.flat)
    return token


def _built(request: Request) -> Action:
    if request.name == "out_of_scope":
        return OutOfScope(reason=request.reason or None)
    model = CATALOGUE[request.name]
    values = dict(request.values)
    while True:
        try:
            return model(**values)
        except ValidationError as error:
            # A value that the model cannot hold (an amount of twelve digits) is as good as not said.
            broken = {str(problem["loc"][0]) for problem in error.errors()}
            values = {name: value for name, value in values.items() if name not in broken}


def _shortlist(requests: Sequence[Request]) -> tuple[Candidate, ...]:
    best: dict[str, float] = {}
    for request in requests:
        best[request.name] = max(best.get(request.name, 0.0), request.certainty)
        for name, share in request.shares.items():
            best[name] = max(best.get(name, 0.0), share)
    ranked = sorted(best.items(), key=lambda pair: -pair[1])
    return tuple(Candidate(name, round(share, 3)) for name, share in ranked if share >= 0.02)[:6]


def _why(request: Request) -> str:
    said = " ".join(token.flat for token in request.clause.all_tokens)[:120]
    why = f" ({request.reason})" if request.reason else ""
    return f"{request.name} {request.certainty:.2f}{why}: {said}"
