"""Words for data: templates of ``prompts/replies/{en,fr}.yaml``, strict about every fact they name.

Money is shown as Canadians write it in each language (``$1,250.50``, ``1 250,50 $``), dates with their weekday.
A missing template or fact is a fault of ours and raises; text from records goes in as it is, never as a template.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal
from jinja2 import Environment, StrictUndefined, Template

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")
_LOCALE = {"en": "en_CA", "fr": "fr_CA"}


class Wording:
    """One language's words."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, /, **facts: Any) -> str:  # noqa: ANN401 - template parameters
        """The sentence of that key, filled with the facts."""
        return _template(self.language, key).render(**facts)

    def has(self, key: str) -> bool:
        """Whether there is such a template."""
        return key in replies(self.language)

    def branches(self, prefix: str) -> list[str]:
        """The names right below a key, in the file's order."""
        names = (
            key.removeprefix(f"{prefix}.").split(".")[0]
            for key in replies(self.language)
            if key.startswith(f"{prefix}.")
        )
        return list(dict.fromkeys(names))

    def chosen(self, value: str) -> str:
        """A value of one of ERPNext's lists (a status, a frequency) in the user's language; any other as it is."""
        return self(f"chosen.{value}") if self.has(f"chosen.{value}") else value

    def money(self, amount: Decimal | float | str) -> str:
        """An amount in CAD."""
        return money(amount, self.language)

    def number(self, amount: Decimal | float | str) -> str:
        """A quantity: ``2.5`` or ``2,5``."""
        return number(amount, self.language)

    def day(self, date: dt.date | str) -> str:
        """A date with its weekday."""
        return day(date, self.language)

    def moment(self, at: dt.datetime | str) -> str:
        """A date and a time of day, 24 h."""
        return moment(at, self.language)


def money(amount: Decimal | float | str, language: Language) -> str:
    """``$1,250.50`` or ``1 250,50 $`` (with the no-break spaces of French typography)."""
    return format_currency(Decimal(str(amount)), "CAD", locale=_LOCALE[language])


def number(amount: Decimal | float | str, language: Language) -> str:
    """``1,250.5`` or ``1 250,5``."""
    return format_decimal(Decimal(str(amount)), locale=_LOCALE[language])


def day(date: dt.date | str, language: Language) -> str:
    """``Thu, Mar 26, 2026`` or ``jeu. 26 mars 2026``."""
    value = dt.date.fromisoformat(date[:10]) if isinstance(date, str) else date
    if language == "fr" and value.day == 1:
        pattern = "EEE 1'er' MMMM y"
    else:
        pattern = "EEE, MMM d, y" if language == "en" else "EEE d MMMM y"
    return format_date(value, pattern, locale=_LOCALE[language])


def moment(at: dt.datetime | str, language: Language) -> str:
    """The day, then ``22:40``."""
    value = dt.datetime.fromisoformat(at) if isinstance(at, str) else at
    clock = format_time(value, "HH:mm" if language == "en" else "HH 'h' mm", locale=_LOCALE[language])
    return f"{day(value.date(), language)}, {clock}"


@cache
def replies(language: Language) -> dict[str, str]:
    """Every template of a language: dotted key -> text."""
    source = resources.files("prompts") / "replies" / f"{language}.yaml"
    return dict(_flat("", yaml.safe_load(source.read_text(encoding="utf-8"))))


def _flat(prefix: str, tree: object) -> list[tuple[str, str]]:
    if isinstance(tree, dict):
        branches = [(f"{prefix}.{name}" if prefix else str(name), value) for name, value in tree.items()]
    elif isinstance(tree, list):
        branches = [(f"{prefix}.{number}", value) for number, value in enumerate(tree)]
    else:
        return [(prefix, str(tree))]
    return [found for name, value in branches for found in _flat(name, value)]


@cache
def _environment(language: Language) -> Environment:
    # Nothing here is HTML: channels escape for themselves.
    environment = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)  # noqa: S701
    environment.filters["money"] = lambda amount: money(amount, language)
    environment.filters["number"] = lambda amount: number(amount, language)
    environment.filters["day"] = lambda date: day(date, language)
    environment.filters["moment"] = lambda at: moment(at, language)
    environment.globals["word"] = Wording(language)
    return environment


@cache
def _template(language: Language, key: str) -> Template:
    return _environment(language).from_string(replies(language)[key])
