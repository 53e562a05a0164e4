"""The things in a sentence that fill fields: days, amounts, numbers, addresses, ids, people, counts.

Enters: a ``Said``, today, the directory and the words that the engine knows. Leaves: spans that do not overlap,
each with its value as the catalogue writes it. The order of the finders is their precedence. Every pattern is
linear in the text. It never decides what an entity is *for*: that is ``roles``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from decimal import Decimal, InvalidOperation

from agent.intents.local.codes import CODES
from agent.intents.local.dates import spoken_dates
from agent.intents.local.people import find_people
from agent.intents.local.places import Gazetteer, find_places
from agent.intents.local.said import Entity, Said

_NUMBER = r"(?:\d{1,3}(?:[ ,.]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,7}(?:[.,]\d{1,2})?(?!\d))"
_CURRENCY = r"(?:\$(?:\s?ca[dn]?\b)?|dollars?\b|dolla\b|bucks\b|piass?es?\b|piastres?\b|balles\b|cad\b|cdn\b)"
_MONEY = re.compile(
    rf"(?<![\w.,/-])(?:\$\s?(?P<after>{_NUMBER})(?P<k>k\b)?"
    rf"|(?P<before>{_NUMBER})\s?(?P<kk>k\s?)?{_CURRENCY}"
    r"(?:\s*(?:et|and)?\s*(?P<cents>\d{1,2})\s*(?:cents?\b|sous?\b|cennes?\b|¢)|(?<!\$)\s+(?:et|and)\s+(?P<and>\d\d)(?=\s*$|\s+[a-z]))?"
    r"|(?P<spoken>\d{1,6})\s(?:et|and)\s(?P<small>\d{1,2})\s(?:cents?|sous?|cennes?)\b"
    r"|(?P<bare>\d{1,7}[.,]\d\d)(?![\d\w]|[.,/]\d))"
    rf"(?:\s?{_CURRENCY})?(?P<part>\s+et\s+(?:quart|demie?|(?:trois|3)[- ]quarts?)\b)?"
)
# "100 cash", « 50 comptant », "320 came in": what is handed over needs no sign.
_HANDED = re.compile(
    r"(?<![\w.,/#-])(?<!no )(?<!numero )(?<!number )\d{1,5}(?=\s(?:in |en )?(?:cash|comptant|liquide)\b"
    r"|\s(?:par |by |via |through |by the )?(?:e-?transfer|virement|interac|cheque|check|chq|ppa|pad|portal|portail)\b"
    r"|\s(?:by|par) (?:phone|telephone|card|carte|credit|debit|visa|mastercard)\b"
    r"|\s(?:just |has |have |a |est |sont |vient de )*(?:came|come|comes|went|goes|rentrer?|entrer?|arriver?)"
    r" (?:in|par|de|d'|comptant|cash)\b)"
)
_THREE_DECIMALS = re.compile(r"(?<![\d.,])\d{1,7}\.\d{3}(?![\d.,])")
_ON_A_DEBT = re.compile(r"(?:(?<![\w ])-|(?<!\S)-|moins |minus )$")
_COUNT = re.compile(
    r"(?<![\w.,/$-])(?P<y>\d{1,2})\s?x\s?(?=\$?\s?\d)"
    r"|(?<!\d[.,])\b(?:(?P<split>(?:split (?:it |that |this )?)?(?:up )?(?:in|into|over|en|sur)\s+)|(?<!\$)(?<!\$ ))"
    r"(?P<n>\d{1,2})\s*"
    r"(?:(?:equal|even|monthly|weekly|biweekly|bi-weekly|more|autres|beaux|petits)\s+)?"
    r"(?:payments?|pmts?|instal+ments?|versements?|paiements?|paiments?|fois\b|mensualites?|tranches?|times\b|cheques\b"
    r"|(?<=\b1 )cheque\b)"
    r"(?:\s+(?:egaux|egales|mensuel(?:le)?s?|hebdomadaires?|bimensuel(?:le)?s?)\b)?"
    r"|(?:\b(?P<span>for|pour|pendant|durant|over|sur|during)\s+|(?<=, ))(?P<m>\d{1,2})\s*"
    r"(?P<unit>weeks?|months?|semaines?|mois)\b"
    r"|(?<=\s)x\s?(?P<x>\d{1,2})\b|\b(?P<twice>twice)\b"
    r"|\b(?P<of>\d{1,2}) (?:of (?:them|'?em|those|these)|de meme|de ca)\b"
)


class _Finding:
    """The spans found so far; what is taken is blanked for the finders that follow."""

    def __init__(self, said: Said) -> None:
        self.said = said
        self.found: list[Entity] = []
        self.free = said.flat

    def take(self, kind: str, start: int, end: int, value: object, tags: Iterable[str] = ()) -> None:
        """Note an entity where nothing was found before."""
        if "\0" not in self.free[start:end] and start < end:
            self.found.append(Entity(kind, start, end, value, frozenset(tags)))
            self.free = self.free[:start] + "\0" * (end - start) + self.free[end:]


def find_entities(
    said: Said, today: dt.date, gazetteer: Gazetteer, known: Collection[str], everyday: Collection[str] = ()
) -> list[Entity]:
    """All entities of the message, in the order of the text."""
    finding = _Finding(said)
    for code in CODES:
        for match in code.pattern.finditer(finding.free):
            finding.take(code.kind, match.start(code.group), match.end(code.group), code.value(match))
    for start, end, text, kind in find_places(said, finding.free, gazetteer):
        finding.take(kind, start, end, text)
    for count in _COUNT.finditer(finding.free):
        _take_count(finding, count)
    for spoken in spoken_dates(finding.free, today):
        finding.take("date", spoken.start, spoken.end, spoken.when)
    for money in _MONEY.finditer(finding.free):
        _take_money(finding, money)
    for handed in _HANDED.finditer(finding.free):
        finding.take("money", handed.start(), handed.end(), Decimal(handed.group()))
    for match in re.finditer(r"(?<![\w.,/#-])\d{1,7}(?![\w/]|[.,]\d|-\d)", finding.free):
        number = f"C-{match.group()}"
        if number in gazetteer.directory.by_id:
            finding.take("customer_id", *match.span(), number)
        finding.take("number", *match.span(), int(match.group()))
    for person in find_people(said, finding.free, gazetteer.directory, known, everyday or known):
        finding.take(person.kind, person.start, person.end, person.text, person.tags)
    return sorted(finding.found, key=lambda entity: entity.start)


def _take_count(finding: _Finding, match: re.Match[str]) -> None:
    number = 2 if match["twice"] else int(match["n"] or match["m"] or match["x"] or match["of"] or match["y"])
    unit = match["unit"] or ""
    tags = {"split"} if match["split"] or match["span"] in ("over", "sur") else set()
    tags |= {"weeks"} if unit.startswith(("w", "s")) else {"months"} if unit else set()
    if number:
        # "Un paiement" is a payment like any other: it counts nothing.
        kind = "count" if number > 1 else "single"
        finding.take(kind, match.start(), match.end(), number, tags)


def _take_money(finding: _Finding, match: re.Match[str]) -> None:
    written = match["after"] or match["before"] or match["spoken"] or match["bare"]
    if _THREE_DECIMALS.fullmatch(written) or _ON_A_DEBT.search(finding.said.flat[: match.start()]):
        # Neither a thousand nor cents for certain, or below zero: no amount, and none of it is another number.
        finding.take("no_amount", match.start(), match.end(), written)
        return
    amount = amount_of(written)
    if amount is None:
        return
    if match["k"] or match["kk"]:
        amount *= 1000
    if cents := match["cents"] or match["small"] or match["and"]:
        amount += Decimal(cents) / 100
    if part := match["part"]:
        amount += Decimal("0.75" if "quarts" in part else "0.25" if "quart" in part else "0.50")
    if amount > 0:
        finding.take("money", match.start(), match.end(), amount)


def amount_of(written: str) -> Decimal | None:
    """``1,250.50``, ``1 250,50``, ``1.250,50`` and ``1250`` as a decimal; None where it is no number."""
    bare = written.replace(" ", "").replace("\u00a0", "")
    comma, point = bare.rfind(","), bare.rfind(".")
    last = max(comma, point)
    if last >= 0 and len(bare) - last - 1 != 3:
        bare = bare[:last].replace(",", "").replace(".", "") + "." + bare[last + 1 :]
    else:
        bare = bare.replace(",", "").replace(".", "")
    try:
        return Decimal(bare).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
