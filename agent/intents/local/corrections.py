"""Self-corrections: "Gagnon, no wait, Gagné" leaves Gagné; "suspend him, no, reactivate him" leaves the second.

Enters: the tokens of a message. Leaves: the tokens as they were meant. Where it is not plain what a word like "no"
corrects, nothing is changed.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.intents.local.evidence import present_in
from agent.intents.local.goods import items
from agent.intents.local.lexicon import WHERE, WHO, Lexicon
from agent.intents.local.said import Entity, Token

_NOT = frozenset({"not", "pas"})
_COMMANDS = (
    "SUSPEND",
    "CUT",
    "UNSUSPEND",
    "CANCEL",
    "RESTART",
    "CHECK",
    "SHOW",
    "NOTE",
    "BALANCE",
    "INVOICE_NOUN",
    "ARRANGEMENT",
)
_EDGES = frozenset({",", "-", "the", "le", "la", "l", "his", "her", "their", "son", "sa"})
_TAKEN_BACK = frozenset({"don t", "do not", "laisse faire", "never mind", "forget it", "oublie ca", "fais pas"})
_PAPERS = frozenset({"cheque", "check", "chq", "recu", "receipt", "reference", "confirmation", "facture", "invoice"})
_UNPAID = frozenset({"payment", "payments", "paiement", "paiements", "paye", "paid", "payed"})
_REACH = 4
_HESITATIONS = frozenset({"uh", "euh", "er", "hum", "um"})
_SMALL_BESIDE = frozenset({"to", "a", "for", "pour", "chez", "at", "on", "by", "au", "de", "du", "un", "une", "an"})


def _family(entity: Entity) -> str:
    if entity.kind in WHO:
        return "who"
    if entity.kind in WHERE:
        return "where"
    return "money" if entity.kind == "number" else entity.kind


def corrected(tokens: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens without what the speaker took back."""
    meant = list(tokens)
    for _ in range(4):
        cues = sorted(lexicon.conversation["corrections"].find(meant), key=lambda f: (f.start, -f.end))
        for cue in cues:
            if cue.start == 0:
                continue
            before, after = meant[: cue.start], meant[cue.end :]
            if after and after[0].flat in _UNPAID:
                continue
            words = [token.flat for token in meant[cue.start : cue.end]]
            if words == ["no"] and _is_numbered(before, after):
                continue
            if set(words) <= _HESITATIONS and not _stumbles(before, after, lexicon):
                continue
            changed = (
                _denied(before, after)
                if set(words) & _NOT and len(words) == 1
                else _replaced(before, after, lexicon, words)
            )
            if changed is not None:
                meant = changed
                break
        else:
            return meant
    return meant


def _is_numbered(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """« Un chèque de 1 250,50 $, no 8841 »: the number of the cheque is no other amount."""
    number = bool(after) and after[0].entity is not None and after[0].entity.kind == "number"
    amount = any(token.entity and token.entity.kind == "money" for token in before)
    return number and amount and bool({token.flat for token in before} & _PAPERS)


def _stumbles(before: Sequence[Token], after: Sequence[Token], lexicon: Lexicon) -> bool:
    """“A hundred uh 120", "the router, uh, the ONT": the new value stands right beside the old one.

    In "fibre 500 uh one phone line, two mesh units" whoever dictates only draws breath.
    """
    said = [token for token in before[-_REACH:] if token.flat not in _EDGES][-1:]
    meant = [token for token in after[:_REACH] if token.flat not in _EDGES | _SMALL_BESIDE][:1]
    if not said or not meant:
        return False
    if said[0].entity and meant[0].entity:
        return _is_like(said[0].entity, meant[0].entity) and not _counts(after)
    if said[0].entity or meant[0].entity:
        return False
    return _other_value(list(before), list(after[:2]), lexicon) is not None or _is_order(meant, lexicon)


def _counts(after: Sequence[Token]) -> bool:
    """“500 uh 2 mesh units": a number that counts something is no other 500."""
    number = next((at for at, token in enumerate(after) if token.entity), 0)
    return after[number].flat.isdigit() and number + 1 < len(after) and bool(items(after[number : number + 4]))


def _is_order(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    return any(found.start == 0 and found.group in _COMMANDS for found in lexicon.cues.find(tokens))


def _first_entities(after: Sequence[Token]) -> list[tuple[int, Entity]]:
    """The entities that come at once after a correction."""
    found: list[tuple[int, Entity]] = []
    for at, token in enumerate(after):
        if at and token.flat in {".", "?", "!", ";"}:
            break
        if token.entity:
            found.append((at, token.entity))
        if (at >= _REACH and found) or at >= _REACH + 2:
            break
    return found[:1]


def _denied(before: list[Token], after: list[Token]) -> list[Token] | None:
    """“Gagné, not Gagnon”: the second is taken away."""
    if not after or not after[0].entity:
        return None
    family = _family(after[0].entity)
    if any(token.entity and _family(token.entity) == family for token in before):
        return [*before, *after[1:]]
    return None


def _replaced(before: list[Token], after: list[Token], lexicon: Lexicon, words: list[str]) -> list[Token] | None:
    names = [token for token in before if token.entity and token.entity.kind in WHO | WHERE]
    while after and after[0].flat in {",", "-", ".", "!"}:
        after = after[1:]
    after = _past_denial(before, after, lexicon)
    if " ".join(token.flat for token in after[:2]) in _TAKEN_BACK:
        return [*names[-1:], *after[2:]] if len(after) > 4 else []
    said_over = _new_command(before, after, lexicon)
    if said_over is not None and (len(words) > 1 or words[0] not in {"and", "pis", "plutot", "finalement", "instead"}):
        return said_over
    for at, entity in _first_entities(after):
        old = next(
            (i for i in range(len(before) - 1, -1, -1) if _is_like(before[i].entity, entity)),
            None,
        )
        if old is not None and not _is_new_request(after[:at], lexicon):
            return [*before[:old], after[at], *before[old + 1 :], *after[at + 1 :]]
    return _other_value(before, after, lexicon)


def _past_denial(before: list[Token], after: list[Token], lexicon: Lexicon) -> list[Token]:
    """“No hold on, not the fibre box, the router": from what is meant on, where what is not meant was said before."""
    again = [cue.end for cue in lexicon.conversation["corrections"].find(after) if cue.start == 0]
    rest = after[max(again, default=0) :]
    denied = next((at for at, token in enumerate(rest[:3]) if token.flat in _NOT), None)
    if again and denied is None and rest[:1] and rest[0].flat in {",", "-", "."}:
        return _past_denial(before, rest[1:], lexicon)
    if denied is None and again and after[0].flat in _NOT:
        denied, rest = 0, after
    end = next((at for at, token in enumerate(rest) if at and token.flat in {",", ".", "-", "but", "mais"}), None)
    if denied is None or end is None or not _was_said(before, rest[denied:end], lexicon):
        return after
    return rest[end + 1 :]


def _was_said(before: Sequence[Token], denied: Sequence[Token], lexicon: Lexicon) -> bool:
    """True where a name or a value that is denied was said before, so that the denial takes it back."""
    families = {_family(token.entity) for token in denied if token.entity}
    if any(token.entity and _family(token.entity) in families for token in before):
        return True
    cues = [cues for entry in lexicon.entries.values() for cues in entry.values.values()]
    return any({f.group for f in one.find(denied)} & {f.group for f in one.find(before)} for one in cues)


def _is_like(old: Entity | None, new: Entity) -> bool:
    return old is not None and _family(old) == _family(new)


def _is_new_request(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    return bool({found.group for found in lexicon.cues.find(tokens)} & {"SUSPEND", "UNSUSPEND", "RESTART", "NOTE"})


def _new_command(before: list[Token], after: list[Token], lexicon: Lexicon) -> list[Token] | None:
    """“Suspend Gagnon, no wait, reactivate him”: only the second request, with the first one's customer."""
    start = [token for token in after if token.flat not in {",", "-", "please", "just", "et", "and"}][:3]
    commands = [f for f in lexicon.cues.find(start) if f.start == 0 and f.group in _COMMANDS]
    if not commands:
        return None
    earlier = present_in(before, lexicon) & set(_COMMANDS)
    if not earlier:
        return None
    names = [token for token in before if token.entity and token.entity.kind in WHO | WHERE]
    named_again = any(token.entity and token.entity.kind in WHO | WHERE for token in after)
    if not named_again and not names and {f.group for f in commands} <= {"CANCEL"}:
        return None
    return [*([] if named_again else names[-1:]), *after]


def _other_value(before: list[Token], after: list[Token], lexicon: Lexicon) -> list[Token] | None:
    """“The router, no, the ONT”: another value of the same field."""
    for entry in lexicon.entries.values():
        for cues in entry.values.values():
            new = cues.find(after[:_REACH])
            old = cues.find(before)
            if new and old and {f.group for f in new} != {f.group for f in old}:
                gone = {i for f in old for i in range(f.start, f.end)}
                kept = [t for i, t in enumerate(before) if i not in gone]
                while kept and kept[-1].flat in _EDGES:
                    kept.pop()
                while after and after[0].flat in {",", "-"}:
                    after = after[1:]
                return [*kept, *after]
    return None
