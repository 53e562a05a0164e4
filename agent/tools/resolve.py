"""From a mention to the one record that is meant, or a question. Never a silent nearest match.

Order: exact id, phone number, e-mail, exact name, part of a name, address. What fits several raises ``Ambiguous``
with what tells them apart; what fits none raises ``NotFound`` with the nearest, which are offered, never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from agent.directory import Directory, Party, Place, Thing, digits, fold, fold_name, spoken
from agent.errors import Ambiguous, NotFound
from agent.reply import Choice

_CUSTOMER_ID = re.compile(r"\s*c\s*-?\s*(\d{3,})\s*", re.IGNORECASE)
_CIVIC = re.compile(r"\b(\d+[a-z]?)\b")
_NEAR_ENOUGH = 72
_MOST_OFFERED = 8
_GRAMMAR = {"de", "la", "le", "les", "du", "des", "the", "chez", "inc", "et", "and"}
_STREET_KINDS = {
    "rue",
    "chemin",
    "rang",
    "route",
    "boulevard",
    "avenue",
    "street",
    "road",
    "de",
    "la",
    "du",
    "des",
    "le",
    "l",
    "d",
    "a",
    "au",
    "at",
}
_SAID_FOR = {
    "fiber": "fibre", "internet": "fibre", "gig": "1g", "giga": "1g", "gigabit": "1g", "phone": "telephonie",
    "telephone": "telephonie", "voip": "telephonie", "television": "tele", "router": "routeur", "modem": "routeur",
    "install": "installation", "labour": "main", "labor": "main", "adapter": "adaptateur", "ata": "adaptateur",
}  # fmt: skip
"""What people call an item -> the word of its name."""


def resolve_customer(mention: str, directory: Directory) -> Party:
    """The customer meant by a mention."""
    found = _unique(_candidates(mention, directory))
    if len(found) == 1:
        return found[0]
    if found:
        raise Ambiguous(
            f"{mention} fits {len(found)} customers.",
            field="customer",
            mention=mention,
            choices=_choices(found),
            more=max(0, len(found) - _MOST_OFFERED),
        )
    raise NotFound(
        f"No customer fits {mention}.",
        field="customer",
        mention=mention,
        choices=_choices(_nearest(mention, directory)),
    )


def resolve_place(mention: str, places: Sequence[Place], directory: Directory) -> Place:
    """The service address meant, among the given ones: its id, or words that fit only one."""
    found = [place for place in places if place.location_id == mention] or places_at(mention, places)
    if len(found) == 1:
        return found[0]
    if found:
        raise Ambiguous(
            f"{mention} fits {len(found)} addresses.",
            field="location",
            mention=mention,
            choices=place_choices(found[:_MOST_OFFERED], directory),
            more=max(0, len(found) - _MOST_OFFERED),
        )
    near = process.extract(
        fold(mention),
        {p.location_id: p.folded for p in places},
        scorer=fuzz.token_set_ratio,
        limit=4,
        score_cutoff=_NEAR_ENOUGH,
    )
    by_id = {place.location_id: place for place in places}
    raise NotFound(
        f"No service address fits {mention}.",
        field="location",
        mention=mention,
        choices=place_choices([by_id[key] for _, _, key in near], directory),
    )


def places_at(mention: str, places: Iterable[Place]) -> list[Place]:
    """The places whose civic number is exactly the one said and whose other words all fit.

    ``"64 Churchill"`` is 64 and never 64A. A postal code may come with it, and says nothing alone.
    """
    words = fold(mention).split()
    civic = next((word for word in words if _CIVIC.fullmatch(word)), None)
    rest = {word for word in words if word != civic and word not in _STREET_KINDS}
    if civic is None and not rest:
        return []
    found = []
    for place in places:
        postal = {fold(place.postal_code).replace(" ", ""), *fold(place.postal_code).split()}
        named = rest - postal
        if named <= set(place.folded.split()) and (civic == fold(place.civic) or (civic is None and named)):
            found.append(place)
    return found


def place_choices(places: Sequence[Place], directory: Directory) -> list[Choice]:
    """Addresses as choices, with whose they are; each has the value by which it is found again among these."""
    return [
        Choice(
            value=next(
                (text for text in (place.door, place.text) if places_at(text, places) == [place]), place.location_id
            ),
            label=place.text,
            detail=f"{directory.by_id[place.customer_id].name} ({place.customer_id})",
        )
        for place in places
    ]


def resolve_thing(mention: str, things: Sequence[Thing], field: str) -> Thing:
    """The technician or item meant: its code, its name, or words of its name that fit only one."""
    wanted = fold(mention)
    words = [word for word in wanted.split() if word not in _GRAMMAR] or wanted.split()
    found = [thing for thing in things if fold(thing.code) == wanted or thing.folded == wanted]
    words = [_SAID_FOR.get(word, word) for word in words]
    found = found or [
        thing for thing in things if words and set(words) <= {*thing.folded.split(), *fold(thing.code).split()}
    ]
    found = found or [thing for thing in things if words and _starts(words, thing.folded.split())]
    if len(found) == 1:
        return found[0]
    if found:
        raise Ambiguous(
            f"{mention} fits {len(found)}.",
            field=field,
            mention=mention,
            choices=thing_choices(found[:_MOST_OFFERED]),
            more=max(0, len(found) - _MOST_OFFERED),
        )
    near = process.extract(
        wanted, [thing.folded for thing in things], scorer=fuzz.WRatio, limit=4, score_cutoff=_NEAR_ENOUGH
    )
    offered = things if len(things) <= _MOST_OFFERED else [things[index] for _, _, index in near]
    raise NotFound(f"Nothing fits {mention}.", field=field, mention=mention, choices=thing_choices(offered))


def thing_choices(things: Sequence[Thing]) -> list[Choice]:
    """Technicians or items as choices."""
    return [Choice(value=thing.code, label=thing.name, detail=thing.code) for thing in things]


def sounds_alike(party: Party, directory: Directory) -> list[Party]:
    """Other customers whose full name is easily taken for this one's."""
    return [
        other
        for other in directory.parties
        if other.customer_id != party.customer_id and fuzz.ratio(other.folded, party.folded) >= 90
    ]


def _candidates(mention: str, directory: Directory) -> list[Party]:
    if match := _CUSTOMER_ID.fullmatch(mention):
        party = directory.by_id.get(f"C-{match[1]}")
        return [party] if party else []
    if "@" in mention:
        return _of(directory.by_email.get(mention.strip().casefold(), ()), directory)
    number = digits(mention)
    if len(number) == 10 and not re.search(r"[A-Za-z]", mention):
        return _of(directory.by_phone.get(number, ()), directory)
    return _by_name(mention, directory) or [
        directory.by_id[place.customer_id]
        for place in places_at(mention, directory.places)
        if re.search(r"\d", mention)
    ]


def _by_name(mention: str, directory: Directory) -> list[Party]:
    name = fold_name(mention)
    if not name:
        return []
    exact = [party for party in directory.parties if party.folded == name]
    if exact:
        return exact
    wanted = name.split()
    words = [word for word in wanted if word not in _GRAMMAR] or wanted
    whole = [party for party in directory.by_word.get(words[0], ()) if set(words) <= set(party.folded.split())]
    return (
        whole
        or [party for party in directory.parties if "".join(wanted) in _run_together(party.folded.split())]
        or [party for party in directory.parties if _starts(words, party.folded.split())]
    )


def _run_together(name: list[str]) -> set[str]:
    """Neighbouring words of a name as one: ``oconnor``, ``marieeve``."""
    return {"".join(name[start:stop]) for start in range(len(name)) for stop in range(start + 2, len(name) + 1)}


def _starts(words: list[str], name: list[str]) -> bool:
    """Every word begins a word of the name: ``trembl`` is part of ``tremblay``."""
    return all(len(word) >= 4 and any(part.startswith(word) for part in name) for word in words)


def _nearest(mention: str, directory: Directory) -> list[Party]:
    name = fold_name(mention)
    by_id = {party.customer_id: party for party in directory.parties}
    near = process.extract(
        name,
        {party.customer_id: party.folded for party in directory.parties},
        scorer=fuzz.WRatio,
        limit=4,
        score_cutoff=_NEAR_ENOUGH,
    )
    return [by_id[key] for _, _, key in near]


def _of(ids: Iterable[str], directory: Directory) -> list[Party]:
    return [directory.by_id[one] for one in ids if one in directory.by_id]


def _unique(parties: Iterable[Party]) -> list[Party]:
    return list({party.customer_id: party for party in parties}.values())


def _choices(parties: Sequence[Party]) -> list[Choice]:
    return [
        Choice(value=party.customer_id, label=party.name, detail=_apart(party)) for party in parties[:_MOST_OFFERED]
    ]


def _apart(party: Party) -> str:
    """What tells one customer from another of the same name: id, first address, how many more, phone."""
    parts = [party.customer_id]
    if party.places:
        more = f" (+{len(party.places) - 1})" if len(party.places) > 1 else ""
        parts.append(party.places[0].text + more)
    if party.phones:
        parts.append(spoken(party.phones[0]))
    return " · ".join(parts)
