"""The words of time in English and French, as pieces of patterns over flat text (no case, no accents)."""

from __future__ import annotations

_MONTHS = (
    ("january", "janvier", "jan", "janv"),
    ("february", "fevrier", "feb", "fev", "fevr"),
    ("march", "mars", "mar"),
    ("april", "avril", "apr", "avr"),
    ("may", "mai"),
    ("june", "juin", "jun"),
    ("july", "juillet", "jul", "juil"),
    ("august", "aout", "aug"),
    ("september", "septembre", "sep", "sept"),
    ("october", "octobre", "oct"),
    ("november", "novembre", "nov"),
    ("december", "decembre", "dec"),
)
MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WEEKDAYS = (
    ("monday", "lundi", "mondays"),
    ("tuesday", "mardi", "tues", "tue"),
    ("wednesday", "mercredi", "wed", "weds", "wensday", "wednsday", "mecredi"),
    ("thursday", "jeudi", "thurs", "thur", "thu"),
    ("friday", "vendredi", "fri", "vend", "vendrdi", "firday"),
    ("saturday", "samedi"),
    ("sunday", "dimanche"),
)
WEEKDAY = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}


def _either(names: dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


M = rf"(?P<month>{_either(MONTH)})\b\.?"
W = rf"(?P<weekday>{_either(WEEKDAY)})s?\b"
DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|e|eme|ieme)?"
YEAR = r"(?:,?\s*(?:de |of )?(?P<year>20\d\d)(?![.,]?\d|\s*(?:\$|dollars|piass|bucks)))?"
OPEN = rf"(?:(?:{_either(WEEKDAY)})\b,?\s+(?:le |the |du )?)?"
# After a bare number: what makes it something other than a day.
NOT_UNIT = (
    r"(?![\w/]|\s*(?:\$|%|h\b|heures?|dollars?|bucks|piass?es?|mois|jours?|semaines?|days?|weeks?|months?|cad\b|mb"
    r"|meg|gigas?\b|gigs?\b|gigabits?\b|versements?|payments?|paiements?|fois|rue\b|rang\b|chemin|route|boul|avenue|street|main\b|st\b|rd\b|[.,]\d))"
)
ONE = {"a": 1, "an": 1, "une": 1, "un": 1, "couple": 2, "coupe": 2}
COUNT = r"(?P<count>\d{1,3}|an?(?:\s+couple(?:\s+of)?)?|une?(?:\s+coupe de)?|couple of)"
SPAN = r"(?P<unit>days?|weeks?|months?|years?|jours?|semaines?|mois|ans?|annees?)"
NTH = {
    name: number
    for number, names in enumerate(
        (
            "first premier 1st 1er 1",
            "second deuxieme 2nd 2e 2",
            "third troisieme 3rd 3e 3",
            "fourth quatrieme 4th 4e 4",
        ),
        1,
    )
    for name in names.split()
}
NEXT = r"(?:next|prochaine?|coming)"
# Days from today -> how they are called.
NEAR = {
    0: "today|tonight|this (?:afternoon|morning|evening)|aujourd'?hui|ajd|auj|ce (?:soir|matin)|cet apres-midi",
    1: "tomorrow|tommorow|tomorow|tmrw|tmr|demain",
    2: "day after tomorrow|apres[- ]demain",
    -1: "yesterday|hier",
    -2: "avant[- ]hier|day before yesterday",
}
# Month and day -> how the feast is called.
FEAST = {
    (12, 25): "christmas|noel|xmas",
    (1, 1): "new year'?s?(?: day)?|jour de l'an|nouvel an",
    (6, 24): "st[- ]jean(?:[- ]baptiste)?(?! sur)|saint[- ]jean[- ]baptiste",
    (10, 31): "halloween",
    (2, 14): "valentine'?s(?: day)?|saint[- ]valentin",
}
FEASTS = "|".join(FEAST.values())
NEAREST = "|".join(NEAR[days] for days in (2, -2, 0, 1, -1))
