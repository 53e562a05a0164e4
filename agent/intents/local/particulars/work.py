"""Details of visits: the day and the hour, who goes and why; of work done: its hours, what was done and used.

Enters: the view of a request. Leaves: the values of its fields. A time of the day leaves the part of the day out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from agent.intents.local.goods import Item, items
from agent.intents.local.lexicon import Cues
from agent.intents.local.particulars.hours import Clock, clocks, lengths, span_of_work
from agent.intents.local.particulars.view import Found, View
from agent.intents.local.said import Entity, Token
from prompts import words_of

_PARTS_OF_DAY = {
    "morning": re.compile(r"\b(?:mornings?|matin(?:ee)?|avant[- ]midi|am|a\.m|before lunch|avant diner)\b"),
    "afternoon": re.compile(r"\b(?:after-?noon|apres[- ]midi|aprem|pm|p\.m|after lunch|apres diner)\b"),
    "evening": re.compile(r"\b(?:evening|soir(?:ee)?|tonight|after supper|apres souper)\b"),
}
_DAY_REACH = 40
_JOINT = 8
"""How many characters may stand before a time or between two: "between 9 and 11"."""
_USED = re.compile(
    r"\b(?:used|using|parts?|pieces?|utilise\w*|materiel|material|installed with|avec|with|plus|consumed|"
    r"pose)\b\s*(?:used|utilisees?|:)?\s*:?\s*"
    r"(?:(?:were|was|are|is|being|c.est|c.etait|etaient|etait|sont)\s+)?"
)
_USED_AFTER = re.compile(r"^\s*(?:used|utilise\w*|pose\w*|consumed|needed)\b")
_PART = re.compile(
    r"(?:(?P<qty>\d{1,3})\s?(?:x\s?)?|(?P<one>an?|une?|one)\s)(?:(?:m|metres?|meters?|feet|pieds?)\s(?:of|"
    r"de)\s)?(?P<item>[a-z0-9][a-z0-9' /-]{1,40}?)(?=\s*(?:,|;|\.|\band\b|\bet\b|\bpis\b|\bused\b|"
    r"\butilise|\bplus\b|$|\bnot\b|\bpas\b|\bbillable|\bfacturable|\bnon\b|\bcomme\b|\bas (?:a )?parts?\b"
    r"|\bposee?s?\b|\binstalle\w*\b|\bneeded\b|\bc.est\b|\bit.s\b))"
)
_AS_PART = re.compile(r"\s*\b(?:comme pieces?|as (?:a )?parts?)\b")
_ITS_NOTE = re.compile(
    r"\b(?:with|and|avec|et)\s(?:the |a |this |la |une |en |comme |cette )?note\b"
    r"\s*(?::|,|\bthat\b|\bque\b|\bqu'|\bsaying\b|\bdisant\b)\s*"
)
_BECAUSE = re.compile(r"(?i)^(?:parce qu(?:e\s|['’])|vu qu(?:e\s|['’])|because\s|since\s|car\s)")
_ONE = frozenset({"a", "an", "un", "une", "one"})
_JOINING = frozenset({"and", "et", "pis", "plus", "&", ",", "puis", "avec", "with"})
_HOURLY = frozenset(
    {"h", "hour", "hours", "hrs", "heure", "heures", "demie", "half", "quart", "quarter", "minutes", "min"}
)
_AFTER_GOODS = re.compile(
    r"(?:(?:and|et|pis)\s+)?(?:(?:it.s|its|c.est|was|were)\s+)?(?:not |non |pas |all |tout )?"
    r"(?:billable|facturables?|chargeable|used|utilise\w*|pose\w*|installe\w*|needed|consumed"
    r"|under warranty|sous garantie|note)\b"
)
_COUNTED = re.compile(r"\b(?:\d{1,3}|an?|une?|one)\s")
_MARKS = (",", ";", ".")
_VISITING = words_of("visiting")
_WORKING = words_of("working")
_OWN_HOURS = Cues.of({"own_hours": words_of("own_hours")})
_BILLABLE = Cues.of({"billable": words_of("billing_words")})


def visit(view: View) -> Found:
    """When a visit is, who goes, and why."""
    values, used = _who_goes(view)
    day = _day_of_visit(view)
    if day is not None:
        values["date"] = day.value.coming
        used.add(day)
    said = clocks(view.flat)
    used |= _within(view, said)
    times = [clock for clock in said if _near_the_request(view, clock.start)]
    times = times or [clock for clock in said if day and 0 <= clock.start - day.end < _JOINT]
    evening = bool(day and _PARTS_OF_DAY["evening"].search(view.said.flat[day.start : day.end + 12]))
    if times:
        hours, minutes = divmod(times[0].minutes, 60)
        values["time"] = f"{hours + 12 if evening and 7 <= hours < 12 else hours:02d}:{minutes:02d}"
        last = times[1] if len(times) > 1 and times[1].start - times[0].end < _JOINT else times[0]
        view.take(max(0, times[0].start - _JOINT), last.end)
    elif part := _part_of_day(view, day):
        values["part_of_day"] = part
    view.take_cues(view.entry.values["part_of_day"])
    view.plain |= _VISITING
    values["reason"] = _BECAUSE.sub("", view.words(view.free() or view.parts_telling("DOWN")) or "") or None
    return Found(values, frozenset(used))


def _within(view: View, times: Sequence[Clock]) -> set[Entity]:
    """The bare numbers that are hours: "at 9" is no civic number."""
    return {n for n in view.entities("number") if any(one.start <= n.start < one.end for one in times)}


def _who_goes(view: View) -> tuple[dict[str, Any], set[Entity]]:
    """The first technician named; the others are taken too, so that none is a customer."""
    technicians = view.entities("technician")
    return {"technician": technicians[0].value} if technicians else {}, set(technicians)


def _day_of_visit(view: View) -> Entity | None:
    """The first day to come that is no part of a tale."""
    days = [day for day in view.entities("date") if day.value.is_day and day.value.coming >= view.today]
    told = {token.entity for token in view.told}
    since = re.compile(r"\b(?:since|depuis|le colis|until|jusqu'au|jusqu'a)\s*$")
    plain = [day for day in days if not since.search(view.before(day.start)) and not _starts_since(view, day)]
    asked = [day for day in plain if day not in told]
    return next(iter(asked or plain), None)


def _starts_since(view: View, day: Entity) -> bool:
    return view.said.flat[day.start : day.end].startswith(("since", "depuis"))


def _near_the_request(view: View, start: int) -> bool:
    """Not in a sentence that only tells something: "it drops at 9 every night"."""
    told = [(token.start, token.end) for token in view.told]
    return not any(one <= start < other for one, other in told)


def _part_of_day(view: View, day: Entity | None) -> str | None:
    if day is None:
        flat, start, end = view.flat, 0, len(view.flat)
    else:
        flat, start, end = view.said.flat, max(0, day.start - 16), day.end + _DAY_REACH
    stretch = re.split(r"[.;:!?]", flat[start:end])[0] if day is None else flat[start:end]
    for name, pattern in _PARTS_OF_DAY.items():
        if (match := pattern.search(stretch)) and not re.search(
            r"\b(?:since|depuis|this|ce|cet)\s$", stretch[: match.start()] if day is None else ""
        ):
            return name
    return None


def done(view: View) -> Found:
    """What was worked: who, when, from when to when or how long, what was done and used."""
    values, used = _who_goes(view)
    days = [day for day in view.entities("date") if day.value.is_day and day.value.gone <= view.today]
    if days:
        values["date"] = days[0].value.gone
        used.add(days[0])
    arrived, left = span_of_work(view.flat)
    for name, clock in (("arrived", arrived), ("left", left)):
        if clock is not None:
            used |= _within(view, [clock])
            values[name] = clock.text
            view.take(clock.start, clock.end)
    long = [
        one
        for one in lengths(view.flat)
        if not any(c is not None and one.start < c.end and c.start < one.end for c in (arrived, left))
    ]
    if long:
        values["hours"] = sum((one.hours for one in long[:1]), Decimal(0))
        view.take(long[0].start, long[0].end)
    for cues in view.entry.values.values():
        view.take_cues(cues)
    view.take_cues(_BILLABLE)
    view.take_cues(_OWN_HOURS)
    view.plain |= _WORKING
    noted = view.find(_ITS_NOTE)
    if noted:
        view.take(noted.start(), len(view.flat))
    parts = _parts(view)
    if parts:
        values["parts"] = parts
    note = view.said.own_words(noted.end(), view.tokens[-1].end).strip(" .") if noted else None
    note = note or view.words(_without_times(view, view.free()))
    return Found({**values, **({"note": note} if note else {})}, frozenset(used))


def _without_times(view: View, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return [span for span in spans if re.search(r"[a-z]{3}", view.said.flat[span[0] : span[1]])]


def _parts(view: View) -> list[dict[str, Any]]:
    """“Used 2 connectors and a router”, « pièce : un routeur WiFi », "one router used"."""
    found: list[dict[str, Any]] = []
    for cue in _USED.finditer(view.flat):
        word = cue.group().split()[0].rstrip(":")
        strict = word not in ("avec", "with", "plus", "pose")
        at = cue.end()
        while (part := _PART.match(view.flat, at)) or (strict and (part := _named(view, at))):
            if not strict and not _is_item(view, part) and not _AS_PART.match(view.flat, part.end()):
                break
            found.append(_part_row(view, part))
            as_part = _AS_PART.match(view.flat, part.end())
            view.take(cue.start(), as_part.end() if as_part else part.end())
            joint = re.compile(r"\s*(?:,|and|et|pis|plus|&)\s*(?:and |et |pis )?").match(view.flat, part.end())
            if joint is None:
                break
            at = joint.end()
            if not _PART.match(view.flat, at):
                break
        if found:
            return found
    for said in _PART.finditer(view.flat):
        part = _last_counted(view, said)
        if _USED_AFTER.match(view.flat[part.end() :]):
            found.append(_part_row(view, part))
            view.take(part.start(), part.end() + 12)
    return found or _listed(view) or _told_off(view)


def _told_off(view: View) -> list[dict[str, Any]]:
    """Dictation: "left at 10:15 one WiFi mesh and one phone adapter": counted goods right after the hours."""
    goods = [item for item in items(view.tokens) if _counted_from(view, item) is not None]
    run: list[Item] = []
    for item in goods:
        start = _counted_from(view, item) or 0
        follows = _joins(view.tokens[run[-1].end : start]) if run else _ends_before(view, start)
        if not follows and run:
            break
        run += [item] if follows else []
    if not run or not _ends_after(view, run[-1].end):
        return []
    view.take(view.tokens[_counted_from(view, run[0]) or 0].start, view.tokens[run[-1].end - 1].end)
    return [{"item": item.name, "qty": item.qty} for item in run]


def _counted_from(view: View, item: Item) -> int | None:
    """The place of the number or the article that counts an item; None where nothing counts it."""
    if view.tokens[item.start].entity:
        return item.start
    before = view.tokens[item.start - 1] if item.start else None
    number = before is not None and before.entity is not None and before.entity.kind == "number"
    return item.start - 1 if before is not None and (number or before.flat in _ONE) else None


def _ends_before(view: View, start: int) -> bool:
    """True after a mark, an hour, a length of time, a day, a name or a place."""
    before = [token for token in view.tokens[max(0, start - 2) : start] if token.flat not in _JOINING]
    return bool(before) and (before[-1].entity is not None or before[-1].flat in _HOURLY | {*_MARKS})


def _ends_after(view: View, end: int) -> bool:
    """True before a mark, or before what says that it is billable or used; not in "one router was broken"."""
    after = view.tokens[end] if end < len(view.tokens) else None
    rest = view.flat[after.start :] if after else ""
    return after is None or after.flat in _MARKS or bool(_AFTER_GOODS.match(rest))


def _joins(tokens: Sequence[Token]) -> bool:
    return all(token.flat in _JOINING for token in tokens)


def _last_counted(view: View, part: re.Match[str]) -> re.Match[str]:
    """Dictation: of "3 pm write up the work order one ATA used" only "one ATA" counts parts."""
    starts = [part.start("item") + one.start() for one in _COUNTED.finditer(part["item"])]
    inner = [one for at in reversed(starts) if (one := _PART.match(view.flat, at)) and one.end() == part.end()]
    return next((one for one in inner if _is_item(view, one)), part)


def _listed(view: View) -> list[dict[str, Any]]:
    """“...; two WiFi mesh; billable": goods that stand by themselves between two marks."""
    found: list[dict[str, Any]] = []
    for part in _PART.finditer(view.flat):
        before, after = view.flat[: part.start()].rstrip(), view.flat[part.end() :].lstrip()
        if before[-1:] in _MARKS and (not after or after[0] in _MARKS) and _is_item(view, part):
            found.append(_part_row(view, part))
            view.take(part.start(), part.end())
    return found


_BARE_PART = re.compile(
    r"(?P<qty>\b)(?P<one>\b)(?P<item>[a-z][a-z0-9' /-]{1,40}?)(?=\s*(?:,|;|\.|\band\b|\bet\b|\bpis\b|$))"
)


def _named(view: View, at: int) -> re.Match[str] | None:
    match = _BARE_PART.match(view.flat, at)
    return match if match and _is_item(view, match) else None


def _is_item(view: View, part: re.Match[str]) -> bool:
    start, end = part.span("item")
    return bool(items([token for token in view.tokens if start <= token.start and token.end <= end]))


def _part_row(view: View, part: re.Match[str]) -> dict[str, Any]:
    start, end = part.span("item")
    known = items([token for token in view.tokens if start <= token.start and token.end <= end])
    whole = known and known[0].end - known[0].start >= len(re.findall(r"[a-z0-9]+", part["item"]))
    name = known[0].name if whole else view.said.own_words(start, end)
    return {"item": name, "qty": Decimal(part["qty"] or 1)}
