"""What is written by a rule: e-mails, ids of documents, ports, MACs, phone numbers, serial numbers.

Enters: flat text (no case, no accents). Leaves: for each kind the pattern that finds it and its value as the
catalogue writes it. The order is the precedence. It never checks that such a thing exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_SERIAL_WORD = r"(?:s/n|sn|serial(?: (?:number|no|num))?|(?:numero|no) de serie|serie)\.?\s*[:#]?\s*(?:is |est )?"
_SERIAL_SHAPE = (
    r"[a-z]{3,5}-?(?=[0-9a-f-]*\d)[0-9a-f]{8}"
    r"|(?=[a-z0-9]{0,5}[a-z])(?=[a-z-]{0,8}\d)[a-z]{2,6}-[a-z0-9]*\d[a-z0-9-]{4,14}"
)
_ACCOUNT_WORD = "|".join(
    rf"(?<={word} )" for word in ("client", "customer", "account", "compte", "number", "numero", "no", r"no\.")
)
_PAPERS = "".join(
    rf"(?<!{paper} {word} )"
    for paper in (
        "cheque",
        "check",
        "chq",
        "reference",
        "ref",
        "confirmation",
        "conf",
        "receipt",
        "recu",
        "transaction",
    )
    for word in ("number", "numero", "no", r"no\.")
)
"""“Cheque number 00871" is no customer's."""
_WRITTEN_AS = {
    ".": "dot|point|period",
    "_": "underscore|tiret bas|souligne|barre en bas",
    "-": "dash|hyphen|tiret|trait d'union",
}
_AT_SIGN = "at|arobase|arobas|a commercial"
_SPELT = "|".join(_WRITTEN_AS.values())
_SPOKEN_EMAIL = (
    rf"\b(?:[\w.-]{{1,40}} (?:{_SPELT}) ){{0,4}}[\w.-]{{1,40}} (?:{_AT_SIGN}) [\w-]{{1,40}}"
    rf"(?: (?:{_SPELT}) [\w-]{{1,40}}){{0,2}}? (?:dot|point) (?:com|ca|org|net|info|qc ca)\b"
)
_PHONE = r"(?<![\w-])(?:\+?1[\s.-]?)?\(?([2-9]\d\d)\)?[\s.-]?([2-9]\d\d)[\s.-]?(\d\d)[\s.-]?(\d\d)(?![\w]|-\d)"
_AREA = r"(?:4(?:50|38|18|68)|5(?:14|79|81)|8(?:19|73)|3(?:67|54)|263)"
_PHONE_AS_SAID = rf"(?<![\w,-])({_AREA}), ?([2-9]\d\d),? ?(\d{{4}})(?![\w$]|[.-]\d)"
"""A number read out with pauses: « huit cent dix-neuf, cinq cinq cinq, un deux trois quatre »."""
_SHORT_PHONE = r"(?<![\w.,/$-])[2-9]\d\d-\d{4}(?![\w/$-])"
_TIME = (
    r"\b(?:[01]?\d|2[0-3])(?:(?:[:h]|\s(?:h|heures?)\s)[0-5]\d(?:\s?[ap]\.?m\b\.?)?|\s?[ap]\.?m\b\.?|h\b)"
    r"|(?<=\bat )\d{1,2} o'?clock|(?:(?<=\ba )|(?<=\bvers )|(?<=\bpour ))(?:[01]?\d|2[0-3]) h\b"
)
_PLAN = r"(?<![\w-])p-[a-z0-9]{8}\b"
# An id with a slip in it is still what stands for the customer: nobody has it, and nobody else is meant.
_ODD_ID = r"(?<![\w-])c-(?=[a-z0-9]{0,8}\d)[a-z0-9]{1,9}(?![\w-])"
_HASH_ID = r"(?<!invoice )(?<!facture )(?<!ticket )(?<!billet )(?<!order )(?<![\w-])#\s?(\d{5})(?![\w,.$-]|\s*\$)"

_DIGITS = "one un,two deux,three trois,four quatre,five cinq,six,seven sept,eight huit,nine neuf"
_SPOKEN = {word: str(at) for at, words in enumerate(_DIGITS.split(","), 1) for word in words.split()}
_LEVEL = rf"(\d{{1,2}}|{'|'.join(_SPOKEN)})"
_BETWEEN = r"(?:\s?(?:slash|barre(?: oblique)?|dash|tiret|[-,.])\s?|\s)"
_PORT_AS_SAID = (
    rf"(?<=\bport ){_LEVEL}{_BETWEEN}{_LEVEL}{_BETWEEN}{_LEVEL}\b(?!\s?[\d/])"
    r"|(?<=\bport )([1-9])([1-9])([1-9])\b"
    rf"|\b(?:slot|chassis|frame|shelf) {_LEVEL}[ ,]+(?:card|carte|board|slot) {_LEVEL}[ ,]+port {_LEVEL}\b"
)
"""“Port one two seven", « châssis 1, carte 2, port 7 »: the numbers of slot, card and port one after another."""


@dataclass(frozen=True)
class Code:
    """A kind of entity, how it is written, and what it is worth; ``group`` is the part that counts."""

    kind: str
    pattern: re.Pattern[str]
    value: Callable[[re.Match[str]], str]
    group: int = 0


def _whole(match: re.Match[str]) -> str:
    return match.group()


def _upper(match: re.Match[str]) -> str:
    return match.group().upper()


def _closed(digits: str) -> str:
    return digits.replace(" ", "")


def _numbered(prefix: str, width: int = 0) -> Callable[[re.Match[str]], str]:
    return lambda match: f"{prefix}-{int(match[1]):0{width}d}"


def _email_as_said(match: re.Match[str]) -> str:
    written = re.sub(rf" (?:{_AT_SIGN}) ", "@", match.group())
    for sign, said in _WRITTEN_AS.items():
        written = re.sub(rf" (?:{said}) ", sign, written)
    return written.replace(" ", "")


def _port_as_said(match: re.Match[str]) -> str:
    return "/".join(_SPOKEN.get(level, level) for level in match.groups() if level)


CODES: tuple[Code, ...] = (
    Code("email", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"), _whole),
    Code("email", re.compile(_SPOKEN_EMAIL), _email_as_said),
    Code("customer_id", re.compile(r"(?<![\w-])c\s?[-#]?\s?(\d{5})(?!\d)"), _numbered("C", 5)),
    Code("customer_id", re.compile(rf"(?:{_ACCOUNT_WORD}){_PAPERS}#?(\d{{5}})(?![\d,.$-]|\s*\$)"), _numbered("C", 5)),
    Code("customer_id", re.compile(_HASH_ID), _numbered("C", 5)),
    Code("customer_id", re.compile(_ODD_ID), _upper),
    Code("arrangement", re.compile(r"(?<![\w-])p\s?a\s?-?\s?(\d{3,6})\b"), _numbered("PA", 5)),
    Code(
        "ticket",
        re.compile(r"(?<![\w-])i[\s.-]?s[\s.-]?s\.?-?\s?(20\s?\d\d)[\s-]{0,3}(\d{1,6}(?: \d){0,4})\b"),
        lambda match: f"ISS-{_closed(match[1])}-{int(_closed(match[2])):05d}",
    ),
    Code("quote", re.compile(r"(?<![\w-])s[\s.-]?o[\s.-]?q\.?[\s-]?(\d{1,6})\b"), _numbered("SOQ")),
    Code("work_order", re.compile(r"(?<![\w-])(?:wo-|w[\s.-]o\.?[\s-])\s?(\d{1,6})\b"), _numbered("WO", 5)),
    Code("invoice", re.compile(r"(?<![\w-])(?:acc-)?sinv-?\s?(?:20\d\d-)?\d{1,6}\b"), _upper),
    Code("plan", re.compile(_PLAN), _upper),
    Code(
        "olt",
        re.compile(r"\bolt[\s-](east|west|nord|north|sud|south|est|ouest|[a-z]*\d+)\b"),
        lambda match: f"OLT-{match[1].upper()}",
    ),
    Code("port", re.compile(r"(?<![\d/])\d{1,2}/\d{1,2}/\d{1,2}(?![\d/])"), _whole),
    Code("port", re.compile(_PORT_AS_SAID), _port_as_said),
    Code("mac", re.compile(r"\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b|\b(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}\b"), _upper),
    Code("ip", re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"), _whole),
    Code("time", re.compile(_TIME), _whole),
    Code("decimal", re.compile(r"(?<![\w.,$-])\d{1,2}[.,]\d{1,2}(?=\s?-?(?:h|hrs?|hours?|heures?)\b)"), _whole),
    Code("phone", re.compile(_PHONE), lambda match: "".join(match.groups())),
    Code("phone", re.compile(_PHONE_AS_SAID), lambda match: "".join(match.groups())),
    Code("phone", re.compile(_SHORT_PHONE), _whole),
    Code("serial", re.compile(rf"\b{_SERIAL_WORD}((?=[a-z-]*\d)[a-z0-9][a-z0-9-]{{4,23}})\b"), lambda m: m[1].upper()),
    Code("serial", re.compile(rf"\b(?:{_SERIAL_SHAPE})\b"), _upper),
)
