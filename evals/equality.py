"""Whether what was understood equals what was expected: two actions field by field, two messages as wholes.

Enters: actions in wire form, the day, who is who, what is under discussion. Leaves: one comparison per field, from
which the scorer makes its figures. Actions need no model here: a file may expect what the agent cannot do yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evals.catalogue import (
    NOT_COMPARED,
    REFERENCES,
    defaults_of,
    kind_of,
    null_means_today,
)
from evals.discussion import Discussion
from evals.names import Names
from evals.values import day_of, is_absent, same_value

Wire = Mapping[str, Any]
Outcome = Literal["equal", "excused", "different", "left_out", "added"]


@dataclass(frozen=True)
class Circumstances:
    """What a comparison depends on besides the two actions: the company's day, its names, the talk so far."""

    today: dt.date
    discussion: Discussion

    @property
    def names(self) -> Names:
        """Who and what a mention names."""
        return self.discussion.names


@dataclass(frozen=True)
class FieldComparison:
    """One field of one action. ``excused`` is a reference left null on one side, rightly."""

    action: str
    field: str
    expected: Any
    understood: Any
    outcome: Outcome

    @property
    def right(self) -> bool:
        """Whether the field is as it should be."""
        return self.outcome in ("equal", "excused")


def compare(expected: Wire, understood: Wire, circumstances: Circumstances) -> list[FieldComparison]:
    """Compare two actions of one name, field by field; fields that neither states are not listed."""
    action = str(expected["action"])
    wanted = _stated(action, expected, circumstances)
    found = _stated(action, understood, circumstances)
    return [
        FieldComparison(
            action,
            field,
            wanted.get(field),
            found.get(field),
            _outcome(field, wanted.get(field), found.get(field), circumstances),
        )
        for field in {**wanted, **found}
    ]


def equal(expected: Wire, understood: Wire, circumstances: Circumstances) -> bool:
    """Whether the action and every field agree."""
    return expected["action"] == understood["action"] and all(
        field.right for field in compare(expected, understood, circumstances)
    )


def all_equal(expected: Sequence[Wire], understood: Sequence[Wire], circumstances: Circumstances) -> bool:
    """Whether two messages agree: the same actions in the same order, each equal."""
    return len(expected) == len(understood) and all(
        equal(one, other, circumstances) for one, other in zip(expected, understood, strict=True)
    )


def _outcome(field: str, wanted: object, found: object, circumstances: Circumstances) -> Outcome:
    if wanted is not None and found is not None:
        return "equal" if same_value(field, wanted, found, circumstances.names) else "different"
    named = found if wanted is None else wanted
    if field in REFERENCES and circumstances.discussion.may_be(field, named):
        return "excused"
    return "added" if wanted is None else "left_out"


def _stated(action: str, fields: Wire, circumstances: Circumstances) -> dict[str, Any]:
    """The fields that say something: no null, no default, no today where null says today."""
    stated = {
        field: value
        for field, value in fields.items()
        if field != "action" and (action, field) not in NOT_COMPARED and not is_absent(value)
    }
    if "voicemail_email" in stated:
        stated.setdefault("voicemail", True)
    defaults = defaults_of(action)
    return {
        field: value
        for field, value in stated.items()
        if not _is_default(field, value, defaults, circumstances.names)
        and not (null_means_today(action, field) and day_of(value) == circumstances.today)
    }


def _is_default(field: str, value: object, defaults: Mapping[str, Any], names: Names) -> bool:
    return field in defaults and kind_of(field) != "presence" and same_value(field, value, defaults[field], names)
