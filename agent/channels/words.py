"""The words that a channel says itself (welcome, commands, toolbar, what went wrong before a reply could be made).

Enters: ``prompts/channels/{en,fr}.yaml`` and the facts that fill them. Leaves: sentences in the user's language.
What the agent answers is not worded here: that comes as blocks. Must never show a credential.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from agent.errors import TargoError
from prompts import load

Language = Literal["en", "fr"]
_HERE = ZoneInfo("America/Toronto")
LANGUAGES: tuple[Language, ...] = ("en", "fr")


class Words:
    """The channel's sentences in one language; ``say("plans.none")``."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._sentences = _sentences(language)

    def say(self, key: str, **facts: object) -> str:
        """The sentence of that key, filled in. Raises ``KeyError`` for a key or fact that is not there."""
        return self._sentences[key].format(**facts)

    def named(self, area: str, name: str) -> str:
        """The word for a stable name (a plan's status, a system); the name itself where none is known."""
        return self._sentences.get(f"{area}.{name}", name)

    def moment(self, moment: dt.datetime | str | None) -> str:
        """A point in time to the minute, in the company's time zone; ISO text is read, nothing stays nothing."""
        if not moment:
            return ""
        at = dt.datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return f"{at.astimezone(_HERE):%Y-%m-%d %H:%M}"

    def clock(self, moment: dt.datetime) -> str:
        """The time of day: ``09:15``, « 09 h 15 »."""
        return moment.strftime("%H:%M" if self.language == "en" else "%H\u00a0h\u00a0%M")

    def error(self, error: TargoError) -> str:
        """One sentence for an error that no reply carries: the channel's own, else the one that a reply would use."""
        # What words a reply is worth loading only once something went wrong.
        from agent.showing import error_text  # noqa: PLC0415
        from agent.wording import Wording  # noqa: PLC0415

        words = Wording(self.language)
        for kind in type(error).__mro__:
            code = getattr(kind, "code", "")
            sentence = self._sentences.get(f"errors.{code}")
            if sentence is not None:
                facts = defaultdict(str, {"message": error.message, **error.facts})
                return sentence.format_map(facts).strip()
            if words.has(f"errors.{code}"):
                break
        return error_text(error, words).text


def terminal_language(environment: Mapping[str, str] = os.environ) -> Language:
    """The language of whoever opened the terminal: French where the locale says so, else English."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "fr" if locale.casefold().startswith("fr") else "en"


@cache
def _sentences(language: Language) -> dict[str, str]:
    """Dotted key -> sentence."""
    return dict(_flat(load(f"channels/{language}")))


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
