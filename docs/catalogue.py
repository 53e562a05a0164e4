"""Writes the catalogue's page in both languages from the actions and their examples: ``python docs/catalogue.py``.

Enters: the action models, ``prompts/``. Leaves: ``docs/catalogue.en.md`` and ``docs/catalogue.fr.md``; with
``--check`` nothing is written and the exit code is 1 where a page is not current.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

import prompts
from agent.intents.actions import CATALOGUE, Action
from agent.wording import LANGUAGES, Language, Wording

HERE = Path(__file__).parent
EXAMPLES = 3
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "What can be asked",
        "intro": "Every action, its fields, and examples of the demo company. Made by `python docs/catalogue.py`.",
        "read": "Reads (run at once)",
        "sensitive": "Sensitive reads (only for who may see them)",
        "write": "Writes (nothing runs before its diff is approved)",
        "conversation": "The conversation itself",
        "fields": "Fields",
        "needs": "Needs",
        "lasting": "Cannot be undone.",
        "who": "a customer, or what leads to one",
    },
    "fr": {
        "title": "Ce qui peut se demander",
        "intro": "Chaque action, ses champs et des exemples de la compagnie démo. Fait par `python docs/catalogue.py`.",
        "read": "Lectures (tout de suite)",
        "sensitive": "Lectures sensibles (seulement pour qui peut les voir)",
        "write": "Écritures (rien ne se fait avant l'approbation)",
        "conversation": "La conversation elle-même",
        "fields": "Champs",
        "needs": "Il faut",
        "lasting": "Ne s'annule pas.",
        "who": "un client, ou ce qui mène à lui",
    },
}
_STAND_INS: dict[str, tuple[str, ...]] = {
    "customer": ("Jean Tremblay", "Luc Gagnon", "C-10005", "Ferme Leduc"),
    "address": ("64 Rue Churchill", "522 Rang Saint-Louis"),
    "phone": ("450-272-2408", "450-825-2100"),
    "did": ("450-272-2408", "450-825-2100"),
    "technician": ("Marc-André Pelletier", "Sophie Lalonde"),
    "quote": ("SOQ-908",),
    "ticket": ("ISS-2026-00012",),
    "work_order": ("WO-00003",),
    "plan": ("P-7K2M9XQ4",),
    "port": ("1/2/7",),
    "olt": ("OLT-EAST",),
    "item": ("FIBRE-500", "WIFI-MESH"),
    "number": ("3", "2"),
    "time": ("9:30", "11:30"),
    "serial": ("TPLG-9A0B77F3",),
    "email": ("ginette@example.com",),
    "arrangement": ("PA-00006",),
    "ip": ("206.162.10.91",),
    "mac": ("00:0B:82:12:34:56",),
}
_SPOKEN: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {"date": ("March 26", "April 2"), "money": ("$150", "$60"), "count": ("3 payments",)},
    "fr": {"date": ("le 26 mars", "le 2 avril"), "money": ("150 $", "60 $"), "count": ("3 versements",)},
}


def page(language: Language) -> str:
    """The whole page in one language."""
    said = _WORDS[language]
    lines = [f"# {said['title']}", "", said["intro"], ""]
    for kind in ("read", "sensitive", "write", "conversation"):
        models = [model for model in CATALOGUE.values() if model.kind == kind]
        if models:
            lines += [f"## {said[kind]}", ""]
            for model in models:
                lines += _section(model, language)
    return "\n".join(lines).rstrip() + "\n"


def _section(model: type[Action], language: Language) -> list[str]:
    said, words = _WORDS[language], Wording(language)
    name = str(model.model_fields["action"].default)
    told = words(f"help.row.{name}.0") if words.has(f"help.row.{name}.0") else ""
    lines = [f"### `{name}`{f' · {told}' if told else ''}", ""]
    lines += [f"> {example}  " for example in examples(name, language)]
    lines += [""] if lines[-1] else []
    fields = [_field(field, info) for field, info in model.model_fields.items() if field != "action"]
    if fields:
        lines += [f"{said['fields']}: {', '.join(fields)}.", ""]
    if model.required:
        needs = ", ".join(said["who"] if need == "who" else f"`{need}`" for need in model.required)
        lines += [f"{said['needs']}: {needs}.", ""]
    if model.kind == "write" and not model.undoable:
        lines += [said["lasting"], ""]
    return lines


def _field(name: str, info: FieldInfo) -> str:
    choices = list(_choices(info.annotation))
    shown = f"`{info.alias or name}`"
    return f"{shown} ({' · '.join(choices)})" if choices else shown


def _choices(annotation: Any) -> Iterator[str]:  # noqa: ANN401 - any annotation
    if get_origin(annotation) is Literal:
        yield from (str(value) for value in get_args(annotation))
        return
    for part in get_args(annotation):
        if part is not NoneType:
            yield from _choices(part)


def examples(name: str, language: Language) -> list[str]:
    """The first examples of an action, with things of the demo company in place of what varies."""
    for area in prompts.AREAS:
        entry = prompts.load(area).get("actions", {}).get(name)
        if entry is not None:
            return [_told(example, language) for example in entry.get("examples", {}).get(language, [])[:EXAMPLES]]
    return []


def _told(example: str, language: Language) -> str:
    used: dict[str, int] = {}

    def stand_in(match: re.Match[str]) -> str:
        kind = match[1]
        choices = _SPOKEN[language].get(kind) or _STAND_INS[kind]
        used[kind] = used.get(kind, -1) + 1
        return choices[used[kind] % len(choices)]

    return re.sub(r"\{(\w+)\}", stand_in, example)


def main() -> int:
    """Write both pages, or check them."""
    stale = []
    for language in LANGUAGES:
        path, text = HERE / f"catalogue.{language}.md", page(language)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv:
        print(f"Not current: {', '.join(stale)}. Run: python docs/catalogue.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
