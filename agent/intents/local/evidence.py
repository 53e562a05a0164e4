"""What the words of a clause give evidence of, and where its reason begins.

Enters: a row of tokens. Leaves: the groups and kinds of entities present, without what is negated or only part of
another expression; whether a pronoun points at someone; the end of the request proper. It never names an action.
"""

from __future__ import annotations

from collections.abc import Sequence

import prompts
from agent.intents.local.goods import SPEEDS, items, led_speeds
from agent.intents.local.lexicon import WHERE, WHO, Cues, Found, Lexicon
from agent.intents.local.said import Token
from prompts import words_of

ARTICLES = frozenset({"le", "la", "l", "les", "the"})
FIRST_PERSON = frozenset({"i", "me", "je", "j", "moi", "chu"})
"""Words by which the speaker tells of himself."""
_APART = frozenset({",", ".", ";", "!", "?", "\n", "…"})
_BINDING = words_of("binding")
_CAUSE = tuple(tuple(cause.split()) for cause in prompts.load("grammar")["causes"])
COMMANDS = frozenset({"SUSPEND", "CUT", "UNSUSPEND", "CANCEL", "RESTART", "MAKE", "NOTE", "UNDO", "TOUCH"})
ORDERS = frozenset(
    {
        "SUSPEND",
        "CUT",
        "UNSUSPEND",
        "CANCEL",
        "RESTART",
        "RECEIVE",
        "OFFER",
        "CONVERT",
        "SWAP",
        "SWITCH",
        "OPEN_UP",
        "CLOSE_TICKET",
        "ASSIGN",
        "SET_TICKET",
        "SEND",
        "SCHEDULE",
        "LOG_WORK",
        "BILL_IT",
        *("ADD_LINE", "REMOVE_LINE", "SET_911", "DEREGISTER", "SET_VOICEMAIL", "RESET_PASSWORD", "MOVE_ADDRESS"),
        *("MOVE_PLAN", "PROVISIONING", "LINE_WANTED"),
    }
)
"""The groups whose words give a command, where they are not put aside."""
MARKED = ORDERS | {"SUSPENDED"}
"""The groups whose words may be put aside."""
IDIOMS = Cues.of({"idiom": words_of("idioms")})
"""« Tout le temps » holds neither an "all" nor a reason."""
_WISHING = frozenset({"veut", "veulent", "want", "wants"})
_NEEDING = frozenset({"need", "needs", "besoin"})
_NEW = frozenset({"new", "nouvelle", "another", "autre"})
_DEFINITE = frozenset({"his", "her", "their", "its", "the", "this", "that", "s", "sa", "leur", "la", "cette"})
_OBJECTS = words_of("objects")
_WITH_NOTES = frozenset({"QUOTE", "OFFER", "WORK_ORDER", "LOG_WORK", "WAS_THERE"})
"""What has a note of its own."""
_PART_OF = {
    "BALANCE": ("SUBSCRIBED", "OFFER", "SHOULD_BE"),
    "REFUND": ("PAY_PROVIDER",),
    "OPEN_UP": ("OPEN_ONE",),
    "NET": ("ON_THE_PHONE",),
    "UPNESS": ("ON_THE_PHONE",),
    "SERVICE": ("ON_THE_PHONE",),
}
"""What means nothing by itself where it is part of an expression of another group: "how much it costs a month" asks
for a price, « mets ça à jour » for no payments up to date, a credit card gives no credit, "his open ticket" is there
already, "he's waiting on line 2" says nothing of a connection."""
_TELLERS = words_of("tellers")
_TELLING = words_of("telling")


def present_in(tokens: Sequence[Token], lexicon: Lexicon, *, negated: bool = False) -> frozenset[str]:
    """The groups and kinds of entities in a row of tokens, without (or with only) the negated commands."""
    found = lexicon.cues.find(tokens)
    refused = refused_commands(tokens, found, lexicon)
    if negated:
        return frozenset(f.group for f in found if f in refused)
    groups = {
        f.group
        for f in found
        if f not in refused
        and not _inside_another(f, found)
        and not _is_the_new(f, tokens)
        and not (f.group in MARKED and tokens[f.start].aside)
        and not (f.group == "STATUS_ONLY" and any(token.flat == "to" for token in tokens[f.start : f.end]))
    }
    kinds = {f"@{token.entity.kind}" for token in tokens if token.entity}
    kinds |= {"@supposed" for token in tokens if token.aside == "supposed"}
    if kinds & {f"@{kind}" for kind in (WHO | WHERE | {"serial"}) - {"city"}}:
        kinds |= {"@who", "@name"}
    cut_by_day = "CUTOFF" in groups and "@date" in kinds
    if "@number" in kinds:
        kinds |= (
            {"@money"}
            if not kinds & {"@money"} and (groups & {"ARRANGEMENT", "PAY"} or "@count" in kinds or cut_by_day)
            else set()
        )
    if points(tokens, lexicon):
        kinds.add("@who")
    sold = items(tokens)
    kinds |= {"@item"} if sold else set()
    # « De 500 à 100 »: two of them are plans; so is the one to which somebody is moved (« ramène-la au 500 »).
    several = sum(token.flat in SPEEDS and token.entity is not None for token in tokens) > 1
    moved = any(f.group == "MOVE_PLAN" and tokens[f.end - 1].flat in SPEEDS for f in found) or led_speeds(tokens)
    fibre = any(item.name.startswith("fibre") for item in sold)
    kinds |= {"@speed"} if several or moved or fibre else set()
    return frozenset(groups | kinds)


def points(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """True when a pronoun points at someone; « le » and « la » before a noun are articles."""
    for cue in lexicon.conversation["pronouns"].find(tokens):
        if cue.end - cue.start > 1 or tokens[cue.start].flat not in ARTICLES:
            return True
        after = tokens[cue.end] if cue.end < len(tokens) else None
        before = tokens[cue.start - 1] if cue.start else None
        if before and before.is_word and _commands(before, lexicon) and (after is None or not after.is_word):
            return True
        if after and _commands(after, lexicon):
            return True
    return False


def _commands(token: Token, lexicon: Lexicon) -> bool:
    return bool(lexicon.groups_of(token.flat) & COMMANDS)


def _is_the_new(cue: Found, tokens: Sequence[Token]) -> bool:
    """“The 911 address of his new line": one that is there already."""
    new = cue.group == "ADD_LINE" and tokens[cue.start].flat in _NEW
    return new and cue.start > 0 and tokens[cue.start - 1].flat in _DEFINITE


def _inside_another(cue: Found, found: Sequence[Found]) -> bool:
    """The suspension of "lift the suspension" orders none; to "switch back on" speaks of no switch."""
    if cue.group == "GADGET":
        # « L'affaire où son téléphone se branche » is a device of ours.
        return any(f.group == "DEVICE" and f.start <= cue.start and cue.end <= f.end for f in found)
    if cue.group in _PART_OF:
        return any(_holds(cue, found, group) for group in _PART_OF[cue.group])
    if cue.group == "NOTE":
        # "Put that in the work orders", "write up a complaint", « une soumission ..., avec en note que ... »: no memo.
        return any(_holds(cue, found, group) for group in ("LOG_WORK", "PUT_IN", "NEED_TICKET")) or (
            any(f.group in _WITH_NOTES for f in found) and _holds(cue, found, "ITS_NOTE")
        )
    if cue.group in ("INFRA", "INFRA_DEVICE", "MODIFY"):
        return any(
            other.group in ORDERS
            and other.start <= cue.start
            and cue.end <= other.end
            and other.end - other.start > cue.end - cue.start
            for other in found
        )
    return cue.group in ("SUSPEND", "CUT", "RESTART") and any(
        other.group in ("UNSUSPEND", "RESTART", "CALL_BLOCK")
        and other.group != cue.group
        and other.start <= cue.start
        and cue.end <= other.end
        and other.end - other.start > cue.end - cue.start
        for other in found
    )


def _holds(cue: Found, found: Sequence[Found], group: str) -> bool:
    """True where the cue is part of a longer expression of the group."""
    return any(
        f.group == group and f.start <= cue.start and cue.end <= f.end and f.end - f.start > cue.end - cue.start
        for f in found
    )


def refused_commands(tokens: Sequence[Token], found: Sequence[Found], lexicon: Lexicon) -> list[Found]:
    """The command words that are negated: "don't suspend", « coupe-le pas »."""
    before = {f.end for f in lexicon.conversation["negations"].find(tokens)}
    after = {f.start for f in lexicon.conversation["negations_after"].find(tokens)}
    refused: list[Found] = []
    for cue in found:
        if (cue.group not in COMMANDS and cue.group != "WANT") or _ends_a_wish(cue, tokens):
            continue
        if cue.group == "MAKE" and not _makes_something(cue, found):
            continue
        start, end = cue.start, cue.end
        steps = 0
        while start - 1 >= 0 and steps < 2 and start not in before and tokens[start - 1].flat in _OBJECTS:
            start, steps = start - 1, steps + 1
        if end not in after and end < len(tokens) and tokens[end].flat in _OBJECTS:
            end += 1
        if (start in before and not _told_not_to_forget(tokens, start)) or end in after:
            refused.append(cue)
    unwanted = [cue for cue in refused if cue.group == "WANT" and tokens[cue.start].flat not in _NEEDING]
    if unwanted:
        end = _end_of_wish(tokens, unwanted[0], lexicon)
        told = [cue for cue in found if cue.group in COMMANDS or cue.group in ("WANT", "SUSPENDED")]
        told = [cue for cue in told if not _ends_a_wish(cue, tokens)]
        noting = [cue.start for cue in told if cue.group == "NOTE" and cue.start < unwanted[0].start]
        return [cue for cue in told if cue.start < end and not noting] + [cue for cue in refused if cue.start >= end]
    return refused


def _ends_a_wish(cue: Found, tokens: Sequence[Token]) -> bool:
    """« Veut plus la télé »: to want no more is what the cancelling is asked for."""
    return cue.group == "CANCEL" and tokens[cue.start].flat in _WISHING


def _end_of_wish(tokens: Sequence[Token], wish: Found, lexicon: Lexicon) -> int:
    """Where what is not wanted ends: at a comma after it was named ("he doesn't want his plan, cancel it")."""
    for at in range(wish.end, len(tokens)):
        named = any(t.entity or (t.is_word and t.flat not in lexicon.function) for t in tokens[wish.end : at])
        if named and tokens[at].flat in _APART:
            return at
    return len(tokens)


def _makes_something(cue: Found, found: Sequence[Found]) -> bool:
    """“Don't make an arrangement" forbids one; « c'est pas rentré » forbids nothing."""
    return any(f.group in ("ARRANGEMENT", "NOTE") and cue.end <= f.start <= cue.end + 5 for f in found)


def _told_not_to_forget(tokens: Sequence[Token], at: int) -> bool:
    words = " ".join(token.flat for token in tokens[max(0, at - 4) : at + 1])
    return "forget" in words or "oublie pas" in words


def explains(tokens: Sequence[Token]) -> bool:
    """True for a part that begins with "since she ...", « vu que ... »: it says why."""
    flats = [token.flat for token in tokens]
    return any(tuple(flats[: len(cause)]) == cause for cause in _CAUSE)


def core_end(tokens: Sequence[Token], lexicon: Lexicon) -> int:
    """Where the reason begins ("because ...", « il a payé hier »), or the number of tokens."""
    flats = [token.flat for token in tokens]
    idiom = {at for found in IDIOMS.find(tokens) for at in range(found.start, found.end)}
    for at in range(1, len(flats)):
        if at not in idiom and any(tuple(flats[at : at + len(cause)]) == cause for cause in _CAUSE):
            return at
        if flats[at] in {"for", "pour"} and _names_a_cause(tokens, at, lexicon) and _ordered(tokens[:at], lexicon):
            return at
        if _tells_why(flats, at) and _ordered(tokens[:at], lexicon):
            return at
    return len(flats)


def _tells_why(flats: Sequence[str], at: int) -> bool:
    """A sentence that begins without a comma, as in dictation: "... Luc Gagnon he hasn't paid"."""
    if flats[at] not in _TELLERS or at + 1 >= len(flats) or flats[at - 1] in _BINDING:
        return False
    return flats[at + 1] in _TELLING or (flats[at] != "a" and flats[at - 1].startswith("<"))


def _names_a_cause(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """“For unpaid bills”, « pour vérification »: a thing, neither a customer nor a time."""
    if at + 1 >= len(tokens):
        return False
    word = tokens[at + 1]
    return word.is_word and word.flat not in lexicon.function and "SERVICE" not in lexicon.groups_of(word.flat)


def _ordered(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    groups = {found.group for found in lexicon.cues.find(tokens)}
    named = any(token.entity for token in tokens) or bool(lexicon.conversation["pronouns"].find(tokens))
    return named and bool(groups & {"SUSPEND", "CUT", "UNSUSPEND", "CANCEL", "RESTART"})
