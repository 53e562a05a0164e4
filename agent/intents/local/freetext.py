"""The user's own words: the text of a note, the reason of a request.

Enters: a clause. Leaves: what was typed, untouched but for its edges. A reason is what is left of a request when
its command, its customer and everyday words are taken away; where nothing is left there is none. It never
paraphrases.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import prompts
from agent.intents.local.clauses import Clause
from agent.intents.local.evidence import FIRST_PERSON, core_end
from agent.intents.local.lexicon import WHERE, WHO, Cues, Entry, Lexicon
from agent.intents.local.said import Said, Token
from prompts import words_of

_LINK = words_of("links")
_AFTER_NAME = words_of("links_after_name")
_FILLERS = words_of("fillers")
_GROUNDS = words_of("grounds")
_TELLERS = words_of("tellers")
_TELLING = words_of("telling")
_OPENERS = Cues.of({"OPENER": prompts.load("posture")["openers"]})
_EXISTING = ("y a ", "il y a ", "there is ", "there s ", "ya ")
_FILE = words_of("files")
_NO_NOTE = words_of("no_note")
_THAT = frozenset({"ca", "cela", "that", "this", "it", "la"})
_CONNECTOR = re.compile(
    r"(?i)^(?:and |et |pis )?(?:(?:the )?reason(?: is)?|(?:la )?raison|motif|because of|because|cause|cuz|since|as"
    r"|due to|on account of|given that|seeing (?:that|as)|for|pour(?: cause d[e'’])?|comme(?: quoi)?|suite [àa]"
    r"|(?:en raison|[àa]? ?cause) d[e'’]|(?:parce|[àa] cause|vu|puis|[ée]tant donn[ée]) ?qu(?:e\b|['’])|car|vu)"
    r"(?:\s*[:,-]\s*|\s+|(?<=['’]))(?=\w)"
)
_JOINTS = words_of("edges")
_COMMANDING = frozenset({"SUSPEND", "SUSPENDED", "CUT", "UNSUSPEND", "CANCEL"})


def note_text(clause: Clause, said: Said, lexicon: Lexicon) -> tuple[str | None, tuple[Token, ...]]:
    """The note and the tokens it is made of: what follows the words of noting and the customer."""
    tokens = clause.all_tokens
    cue = next((f for f in lexicon.cues.find(tokens) if f.group == "NOTE"), None)
    if cue is None:
        return None, ()
    cues = [f for f in lexicon.cues.find(tokens) if f.group == "NOTE" and f.start <= cue.end + 4]
    at = max(f.end for f in cues)
    colon = next((i for i in range(at, min(at + 7, len(tokens))) if tokens[i].flat == ":"), None)
    at = _after_head(tokens, at) if colon is None else colon + 1
    body = _trimmed(tokens, at, len(tokens))
    if not any((token.is_word and token.flat not in _LINK | _NO_NOTE) or token.entity for token in body):
        body = _said_before(tokens, cue.start, at)
    if not any(token.is_word and token.flat not in _NO_NOTE for token in body):
        return _sentence_before(tokens, said), ()
    return _unquoted(said.widened(body[0].start, body[-1].end)), tuple(body)


def _said_before(tokens: Sequence[Token], cue: int, after: int) -> list[Token]:
    """“Luc Gagnon moved, note it”: what stands before the command, where it is set apart or pointed at."""
    apart = [at for at in range(cue) if tokens[at].flat in {",", ".", ";", ":", "!", "-"}]
    pointed = {token.flat for token in tokens[max(0, cue - 2) : after + 1]} & _THAT
    if not apart and not pointed:
        return []
    speaks = {token.flat for token in tokens[:cue]} & FIRST_PERSON and not _names_one(tokens[:cue])
    if speaks and not pointed - {"la"}:
        return []  # "I've got a minute, I'd like to leave a note": what the speaker tells of himself.
    return _without_lead(_trimmed(tokens, 0, apart[-1] if apart else cue))


def _names_one(tokens: Sequence[Token]) -> bool:
    return any(token.entity and token.entity.kind in WHO | WHERE for token in tokens)


def _sentence_before(tokens: Sequence[Token], said: Said) -> str | None:
    """« Mets juste ça en note »: the note is what was said before."""
    if not {token.flat for token in tokens} & (_THAT - {"la"}):
        return None
    earlier = (part.strip(" ,:-") for part in re.split(r"[.!?;\n]+", said.own_words(0, tokens[0].start)))
    return next((part for part in reversed(list(earlier)) if part), None)


def _unquoted(text: str) -> str:
    """Without the quotes around the whole of it."""
    text = text.strip(" :,-")
    for first, last in ('""', "''", "«»", "“”"):
        if len(text) > 2 and text[0] == first and text[-1] == last and first not in text[1:-1]:
            return text[1:-1].strip()
    return text


def _after_head(tokens: Sequence[Token], at: int) -> int:
    """Skip "to Luc Gagnon's file that": links, then one customer, then links."""
    seen, start = False, at
    while at < len(tokens):
        token = tokens[at]
        kind = token.entity.kind if token.entity else ""
        if kind in WHO | WHERE and not seen and _introduced(tokens, at):
            seen = True
        elif token.entity or token.flat not in (_AFTER_NAME if seen else _LINK):
            break
        at += 1
        if token.flat in {":", "que", "qu", "that", "saying", "disant"}:
            return at
    return at if seen else max((i + 1 for i in range(start, at) if tokens[i].flat in _FILE), default=start)


def _introduced(tokens: Sequence[Token], at: int) -> bool:
    """A name belongs to the head unless "that" has begun the text, or the name starts a sentence of its own."""
    before = tokens[at - 1].flat if at else ""
    if before in {"that", "que", "qu", ":"}:
        following = tokens[at + 1].flat if at + 1 < len(tokens) else ""
        return following in {":", ",", "-"}
    return True


def _trimmed(tokens: Sequence[Token], start: int, stop: int) -> list[Token]:
    body = list(tokens[start:stop])
    while body and body[-1].flat in _JOINTS:
        body.pop()
    while body and body[0].flat in _JOINTS:
        body.pop(0)
    trail = len(body)
    while trail and body[trail - 1].flat in {
        "file",
        "account",
        "dossier",
        "compte",
        "s",
        "fiche",
        "his",
        "her",
        "their",
    }:
        trail -= 1
    if trail > 1 and (body[trail - 1].entity or trail < len(body)):
        kind = body[trail - 1].entity.kind if body[trail - 1].entity else ""  # type: ignore[union-attr]
        head = trail - 1 if kind in WHO else trail
        if 0 < head < len(body) and body[head - 1].flat in {"to", "on", "sur", "au", "dans", "in", "a"}:
            return _trimmed(body, 0, head - 1)
    return body


def _without_lead(body: list[Token]) -> list[Token]:
    while body and (
        body[-1].flat in _LINK
        or body[-1].flat in {"add", "put", "ajoute", "mets", "inscris", "marque", "log", "can", "you", "peux", "tu"}
    ):
        body.pop()
    return body


def reason_text(clause: Clause, said: Said, entry: Entry, lexicon: Lexicon) -> str | None:
    """What explains the request, or None: the words after "because", a statement beside it, or what is left."""
    cut = core_end(clause.tokens, lexicon)
    pieces = _pieces(clause.tokens[:cut])
    requests = [at for at, piece in enumerate(pieces) if _is_request(piece, entry, lexicon)]
    core = pieces[requests[0]] if requests else [token for piece in pieces for token in piece]
    beside = [piece for at, piece in enumerate(pieces) if at not in requests] if requests else []
    because = _words(clause.tokens[cut:])
    parts = [part for part in (*_pieces(clause.context), *beside) if _tells(part, entry, lexicon)]
    parts = [because, *parts] if because else parts
    if not parts and (lead := _lead(core, lexicon)):
        parts = [lead]
    if not parts:
        left = _left_over(core, entry, lexicon)
        parts = [left] if any(token.flat in _GROUNDS for token in left) else []
    words = [said.own_words(part[0].start, part[-1].end).strip(" ,.;:-!()") for part in parts]
    return "; ".join(bare for word in words if (bare := _CONNECTOR.sub("", word))) or None


def _lead(core: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """Dictation: what is told before "can you ...", « peux-tu »."""
    openers = [cue.start for cue in _OPENERS.find(core) if cue.end - cue.start > 1]
    before = _words(core[: min(openers, default=0)])
    tells = any(one.flat in _TELLERS and other.flat in _TELLING for one, other in pairwise(before))
    told = tells or any(token.flat in _GROUNDS for token in before)
    return before if told and any(_is_content(token, lexicon) for token in before) else []


def _words(tokens: Sequence[Token]) -> list[Token]:
    kept = list(tokens)
    while kept and kept[-1].flat in _JOINTS:
        kept.pop()
    while kept and kept[0].flat in _JOINTS:
        kept.pop(0)
    return kept


def _pieces(tokens: Sequence[Token]) -> list[list[Token]]:
    """The parts between commas and full stops."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.flat in {",", ".", ";", "!", "?", ":", "-", "(", ")", "so", "donc", "alors"}:
            parts.append([])
        else:
            parts[-1].append(token)
    return [kept for part in parts if (kept := _words(part))]


def _is_request(piece: Sequence[Token], entry: Entry, lexicon: Lexicon) -> bool:
    needs = {need for evidence in entry.needs for need in evidence.needs}
    return any(found.group in needs for found in lexicon.cues.find(piece) if found.group in _COMMANDING)


def _tells(part: Sequence[Token], entry: Entry, lexicon: Lexicon) -> bool:
    """True for a part that says something beside names and days: a verb, a thing, "he ...".

    Everyday words alone ("right away", "please") explain nothing.
    """
    needs = {need for evidence in entry.needs for need in evidence.needs}
    asked = {at for f in lexicon.cues.find(part) if f.group in needs for at in range(f.start, f.end)}
    if asked and " ".join(token.flat for token in part).startswith(_EXISTING):
        return False  # "There's an arrangement on ..." only brings up what the order is about.
    if "UNSUSPEND" in needs:
        # « C-10003 est bloqué, débloque-le »: how they stand is what the order ends.
        asked |= {at for f in lexicon.cues.find(part) if f.group == "SUSPENDED" for at in range(f.start, f.end)}
    return any(
        _is_content(token, lexicon) and at not in asked and "SERVICE" not in lexicon.groups_of(token.flat)
        for at, token in enumerate(part)
    )


def _is_content(token: Token, lexicon: Lexicon) -> bool:
    adverb = len(token.flat) > 6 and token.flat.endswith(("ement", "ly"))
    known = lexicon.function | _FILLERS
    return token.is_word and token.flat not in known and len(token.flat) > 1 and not adverb


def _left_over(tokens: Sequence[Token], entry: Entry, lexicon: Lexicon) -> list[Token]:
    """The longest stretch of a request without its command, its customer and its days."""
    needs = {need for evidence in entry.needs for need in evidence.needs}
    explained: set[int] = set()
    commands: list[int] = []
    for found in lexicon.cues.find(tokens):
        if found.group in needs:
            explained.update(range(found.start, found.end))
            commands += [found.start] if found.group in _COMMANDING else []
    explained |= set(range(max(explained, default=0)) if commands else ())
    runs: list[list[Token]] = [[]]
    for at, token in enumerate(tokens):
        if at in explained or token.entity or token.flat in _JOINTS:
            runs.append([])
        elif runs[-1] or token.flat not in lexicon.function:
            runs[-1].append(token)
    return max(runs, key=lambda run: sum(_is_content(token, lexicon) for token in run))
