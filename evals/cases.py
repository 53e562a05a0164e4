"""The data sets: YAML files in the format of pydantic-evals, read into typed cases.

Enters: files and folders (searched for ``*.yaml`` and ``*.yml``). Leaves: cases in the order of the files, each with
an id that no other bears. What cannot be read is never skipped: all the problems are gathered and raised together,
each naming file, case and field, and never quoting the text of a case. A file's evaluators are left aside, because
the verdict is the scorer's alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from agent.errors import Misconfigured
from evals.catalogue import EVERY_NAME, fields_of

UNTOUCHED = "held_out"
"""The folder of the split that is never tuned to, whose cases are therefore not shown."""


class Inputs(BaseModel):
    """What is said, when, and after what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    lang: Literal["en", "fr"] | None = None
    today: dt.date | None = None
    history: list[str] = Field(default_factory=list)


class StateExpectation(BaseModel):
    """What must hold in a system in the end: a record of ERPNext, or a thing in another system.

    The hub's things go by ``serial`` or by ``olt`` and ``port``, the PBX's and the 911 provider's by ``did``,
    Stripe's by the ``customer`` of ERPNext. ``absent``: there must be none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    doctype: str | None = None
    name: str | None = None
    filters: dict[str, Any] | list[Any] | None = None
    system: Literal["hub", "pbx", "e911", "stripe"] | None = None
    olt: str | None = None
    port: str | None = None
    serial: str | None = None
    did: str | None = Field(default=None, validation_alias=AliasChoices("did", "number", "line"))
    customer: str | None = None
    absent: bool = False
    fields: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        if (self.doctype is None) == (self.system is None):
            raise ValueError("must name either a doctype or a system")
        if self.doctype is not None and (self.name is None) == (self.filters is None):
            raise ValueError("must name the record by either name or filters")
        hub_thing = self.serial is not None or (self.olt is not None and self.port is not None)
        if self.system == "hub" and not hub_thing:
            raise ValueError("must name a serial, or an olt and a port")
        if self.system in ("pbx", "e911") and self.did is None:
            raise ValueError("must name a did")
        if self.system == "stripe" and self.customer is None:
            raise ValueError("must name a customer")
        if not self.absent and not self.fields:
            raise ValueError("must tell the fields, or that it is absent")
        return self


class Expected(BaseModel):
    """What should be understood, and what should hold once the plan has run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    actions: list[dict[str, Any]] = Field(min_length=1)
    state: list[StateExpectation] = Field(default_factory=list)

    @field_validator("actions")
    @classmethod
    def _are_of_the_catalogue(cls, actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for action in actions:
            name = action.get("action")
            if not isinstance(name, str) or name not in EVERY_NAME:
                raise ValueError(f"the catalogue has no action {name!r}")
            known = fields_of(name)
            if known is not None and (unknown := set(action) - known):
                raise ValueError(f"{name} has no field {', '.join(sorted(map(str, unknown)))}")
        return actions


@dataclass(frozen=True)
class Case:
    """One message and what should come of it."""

    id: str
    """``data set/name``; unique in a run, the same from run to run."""
    file: Path
    name: str
    inputs: Inputs
    expected: Expected
    tags: tuple[str, ...] = ()

    @property
    def untouched(self) -> bool:
        """Whether the case belongs to the split that nobody who tunes may read."""
        return UNTOUCHED in self.file.parts


@dataclass(frozen=True)
class Problem:
    """Why a file cannot be read, and where in it."""

    file: Path
    what: str
    case: str | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = [str(self.file), f"case {self.case}" if self.case else "", self.field or "", self.what]
        return ": ".join(part for part in place if part)


class CasesUnreadable(Misconfigured):
    """Files that are no data sets; ``problems`` holds every fault found in them."""

    code = "cases_unreadable"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def load_cases(paths: Iterable[Path]) -> list[Case]:
    """Read every case of the files and folders; raises ``CasesUnreadable`` with all that is wrong."""
    cases: list[Case] = []
    problems: list[Problem] = []
    for path in dict.fromkeys(path.resolve() for path in _files(paths, problems)):
        try:
            cases.extend(_read(path))
        except CasesUnreadable as unreadable:
            problems.extend(unreadable.problems)
    if problems:
        raise CasesUnreadable(problems)
    return _with_unique_ids(cases)


def _files(paths: Iterable[Path], problems: list[Problem]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(file for pattern in ("*.yaml", "*.yml") for file in path.rglob(pattern))
        if not found:
            problems.append(Problem(path, "the folder has no data set (*.yaml)"))
        yield from found


def _read(path: Path) -> list[Case]:
    raw = _parsed(path)
    if not isinstance(raw, dict) or not isinstance(raw.get("cases"), list):
        raise CasesUnreadable([Problem(path, "a data set is a mapping with a list of cases", field="cases")])
    if not raw["cases"]:
        raise CasesUnreadable([Problem(path, "has no case", field="cases")])
    # Late: the library costs more than a second to import.
    from pydantic_evals import Dataset  # noqa: PLC0415

    try:
        dataset = Dataset[Inputs, Expected, dict[str, Any]].from_dict(_without_evaluators(raw), default_name=path.stem)
    except ValidationError as error:
        raise CasesUnreadable(list(_problems(path, raw["cases"], error))) from None
    except ValueError as error:
        raise CasesUnreadable([Problem(path, str(error))]) from error
    cases: list[Case] = []
    missing: list[Problem] = []
    for number, case in enumerate(dataset.cases, start=1):
        name = case.name or f"#{number}"
        if case.expected_output is None:
            missing.append(Problem(path, "Field required", name, "expected_output"))
            continue
        tags = _tags(case.metadata)
        cases.append(Case(f"{dataset.name}/{name}", path, name, case.inputs, case.expected_output, tags))
    if missing:
        raise CasesUnreadable(missing)
    return cases


def _parsed(path: Path) -> Any:  # noqa: ANN401 - what a file holds is not known before it is checked
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise CasesUnreadable([Problem(path, f"is not YAML: {error.problem}{line}")]) from None
    except (yaml.YAMLError, ValueError) as error:
        raise CasesUnreadable([Problem(path, "is not YAML in UTF-8")]) from error
    except OSError as error:
        raise CasesUnreadable([Problem(path, error.strerror or "cannot be read")]) from error


def _without_evaluators(raw: Mapping[str, Any]) -> dict[str, Any]:
    judges = ("evaluators", "report_evaluators")
    return {
        **{key: value for key, value in raw.items() if key not in judges},
        "cases": [
            {key: value for key, value in case.items() if key not in judges} if isinstance(case, dict) else case
            for case in raw["cases"]
        ],
    }


def _problems(path: Path, cases: Sequence[Any], error: ValidationError) -> Iterator[Problem]:
    for fault in error.errors(include_input=False, include_url=False):
        where = list(fault["loc"])
        case = None
        if len(where) > 1 and where[0] == "cases" and isinstance(where[1], int):
            case = _name(cases[where[1]], where[1] + 1)
            where = where[2:]
        what = fault["msg"].removeprefix("Value error, ")
        yield Problem(path, what, case, ".".join(map(str, where)) or None)


def _name(case: object, number: int) -> str:
    name = case.get("name") if isinstance(case, dict) else None
    return str(name) if name else f"#{number}"


def _tags(metadata: Mapping[str, Any] | None) -> tuple[str, ...]:
    tags = (metadata or {}).get("tags") or ()
    return (tags,) if isinstance(tags, str) else tuple(map(str, tags))


def _with_unique_ids(cases: Sequence[Case]) -> list[Case]:
    # Two files may name their data sets alike; a second bearer of an id is told apart by its number.
    seen: Counter[str] = Counter()
    unique: list[Case] = []
    for case in cases:
        seen[case.id] += 1
        again = f" ({seen[case.id]})" if seen[case.id] > 1 else ""
        unique.append(Case(case.id + again, case.file, case.name, case.inputs, case.expected, case.tags))
    return unique
