"""Reading a policy file, and saying where it is wrong: file, line, field, and what to do about it.

Enters: a path, or None for the shipped file. Leaves: what the model makes of it, or ``PolicyUnusable`` whose facts
are worded in both languages (``errors.policy_unusable``). A key that stands twice is a mistake here: YAML would let
the later one win, and a role would silently lose what the earlier one said.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from agent.errors import PolicyUnusable
from agent.intents.actions import CATALOGUE

Place = tuple[str | int, ...]
Misfit = tuple[Place, str, dict[str, str]]
"""Where, which problem (a key of ``policy_file.problem``), and its facts."""
Model = TypeVar("Model", bound=BaseModel)

_OURS = frozenset({"unknown_action", "no_money"})
_NAMED = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "tuple_type": "not_a_list",
    "list_type": "not_a_list",
    "dict_type": "not_a_mapping",
    "model_type": "not_a_mapping",
    "model_attributes_type": "not_a_mapping",
    "string_type": "not_a_text",
    "too_short": "empty",
}
_NUMBERS = ("decimal", "greater", "less", "float", "int", "finite")


def read(path: Path | None, model: type[Model], misfits: Callable[[Model], Iterable[Misfit]]) -> Model:
    """The file at ``path`` (None: the shipped one) as a model that fits together; raises ``PolicyUnusable``."""
    source = path or resources.files("agent") / "policy.yaml"
    name = str(source)
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise _unusable(name, [((), "unreadable", {"value": str(reason or error)})], None) from error
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        value = " ".join(str(getattr(error, "problem", None) or error).split())
        raise _unusable(name, [((), "no_yaml", {"value": value})], None, mark.line + 1 if mark else None) from error
    twice = [(place, "twice", {"value": str(place[-1])}) for place in _repeated(tree, ())]
    if twice:
        raise _unusable(name, twice, tree)
    try:
        found = model.model_validate(data)
    except ValidationError as error:
        raise _unusable(name, list(_problems(error)), tree) from error
    wrong = list(misfits(found))
    if wrong:
        raise _unusable(name, wrong, tree)
    return found


def _unusable(name: str, wrong: list[Misfit], tree: yaml.Node | None, line: int | None = None) -> PolicyUnusable:
    """The first problem as an error; the others are counted."""
    place, problem, facts = wrong[0]
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    line = line or _line_of(tree, place, facts.get("value", ""))
    shown = f"{f'line {line}, ' if line else ''}{f'{field}: ' if field else ''}{problem.replace('_', ' ')}"
    said = f" ({facts['value']})" if facts.get("value") else ""
    return PolicyUnusable(
        f"The policy file {name} cannot be used: {shown}{said}.",
        setting="TARGO_POLICY_FILE",
        file=name,
        line=line,
        field=field,
        key=f"policy_file.problem.{problem}",
        more=len(wrong) - 1,
        **{"value": "", "known": "", "near": "", **facts},
    )


def _problems(error: ValidationError) -> Iterator[Misfit]:
    """What the model found, unknown names first: a misspelt name also leaves the right one missing."""
    found = sorted(error.errors(), key=lambda one: one["type"] == "missing")
    for one in found:
        kind, place = one["type"], tuple(one["loc"])
        context: dict[str, Any] = one.get("ctx") or {}
        facts = {"value": _short(one["input"])}
        if kind in _OURS:
            facts = {key: str(value) for key, value in context.items()}
            problem = kind
        elif kind.startswith(_NUMBERS):
            problem = "not_an_amount"
        else:
            problem = _NAMED.get(kind, "wrong")
        if problem == "unknown_action":
            facts["near"] = _nearest(facts["value"], CATALOGUE)
        if problem == "unknown_field":
            facts = {"value": str(place[-1]), "near": _nearest(str(place[-1]), _FIELDS)}
        if problem == "missing":
            facts = {"value": str(place[-1])}
        yield place, problem, facts


_FIELDS = ("users", "roles", "cosign", "allow", "limits", "actions", "by", "above", "when", "within_hours")


def _nearest(word: str, known: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(word, list(known), n=1)), "")


def _short(value: object) -> str:
    text = " ".join(str(value).split()) if not isinstance(value, dict | list) else ""
    return text[:60]


def _line_of(tree: yaml.Node | None, place: Place, value: str) -> int | None:
    """The line, from 1, of the key or entry named, or of ``value`` in it; else of the nearest thing around it."""
    line = tree.start_mark.line + 1 if tree is not None else None
    node = tree
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    entries = [pair[0] for pair in node.value] if isinstance(node, yaml.MappingNode) else []
    entries = node.value if isinstance(node, yaml.SequenceNode) else entries
    return next((entry.start_mark.line + 1 for entry in entries if entry.value == value), line)


def _repeated(node: yaml.Node | None, place: Place) -> Iterator[Place]:
    """Every key that stands twice in one mapping."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                yield (*place, name)
            seen.add(name)
            yield from _repeated(value, (*place, name))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _repeated(value, (*place, number))
