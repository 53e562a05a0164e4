"""Whether an answer is the one that was recorded, but for names and times.

In: a recorded answer and a real one. Out: the differences, in words. Names and times differ from
run to run: what stands for what is learned from the answers that made the documents.
"""

import json
import re
from pathlib import Path
from typing import Any

import yaml
from contract_recordings import Recording

EXCEPTIONS = yaml.safe_load((Path(__file__).parent / "exceptions.yaml").read_text(encoding="utf-8"))
NOT_COMPARED = frozenset(EXCEPTIONS["fields"])
TRIMMED = re.compile(r"…\[(\d+) more rows trimmed by recorder\]")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?")
# A time is written with a leading zero, or without: 10:00:00 may be either.
_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?")
_SHORT_TIME = re.compile(r"[1-9]\d?:\d\d:\d\d(\.\d+)?")
_ROW_NAME = re.compile(r"[0-9a-z]{10}")
_DIGEST = re.compile(r"[0-9a-f]{30,}")
_SCRUBBED = "<scrubbed>"
_MESSAGES = "_server_messages"
_TOLD = frozenset({"exception", "exc", "_debug_messages", "_error_message"})


class Likeness:
    """What the recording calls one thing and this run another."""

    def __init__(self, recorded_day: str, day: str) -> None:
        self.known: dict[str, str] = {recorded_day: day}

    def learn(self, recorded: Any, real: Any) -> None:
        """Pair up names and times at the same place of two answers."""
        if isinstance(recorded, dict) and isinstance(real, dict):
            for key in recorded.keys() & real.keys():
                self.learn(recorded[key], real[key])
        elif isinstance(recorded, list) and isinstance(real, list):
            for left, right in zip(recorded, real, strict=False):
                self.learn(left, right)
        elif isinstance(recorded, str) and isinstance(real, str) and self._varies(recorded):
            self.known[recorded] = real

    def learn_name(self, recorded: Any, real: Any) -> None:
        """Pair up the names of two documents just made."""
        if isinstance(recorded, dict) and isinstance(real, dict):
            left, right = recorded.get("name"), real.get("name")
            if isinstance(left, str) and isinstance(right, str):
                self.known[left] = right

    def translated(self, value: Any, *, moments: bool = False) -> Any:
        """A recorded value as this run would say it.

        With `moments` a time that no answer held becomes the last one before it that did.
        """
        if isinstance(value, dict):
            return {key: self.translated(each, moments=moments) for key, each in value.items()}
        if isinstance(value, list):
            return [self.translated(each, moments=moments) for each in value]
        if not isinstance(value, str):
            return value
        if value.startswith('{"'):  # a document sent as text
            return json.dumps(self.translated(json.loads(value)))
        if moments and _MOMENT.fullmatch(value):
            earlier = [each for each in self.known if _MOMENT.fullmatch(each) and each <= value]
            return self.known[max(earlier)] if earlier else value
        return self.known.get(value, value)

    def same(self, recorded: str, real: str) -> bool:
        """Whether two strings stand for the same."""
        if recorded == _SCRUBBED or self.known.get(recorded, recorded) == real:
            return True
        shapes = (_MOMENT, _TIME, _SHORT_TIME, _ROW_NAME, _DIGEST)
        return any(shape.fullmatch(recorded) and shape.fullmatch(real) for shape in shapes)

    @staticmethod
    def _varies(text: str) -> bool:
        return bool(_MOMENT.fullmatch(text) or _ROW_NAME.fullmatch(text))


def differences(recording: Recording, real: Any, likeness: Likeness, *, values: bool = True) -> list[str]:
    """How a real answer differs from the recorded one; `values` false looks at shape alone.

    A list whose order the request does not fix is compared as a set, and when a limit cut it
    (which rows came is then anybody's guess) by its length and shape.
    """
    recorded = recording.answer
    rows = recorded.get("data") if isinstance(recorded, dict) else None
    if recording.is_list and isinstance(rows, list) and not recording.is_ordered:
        lengths = _rows_of(rows), len(real["data"])
        if any(map(_left_out, rows)) or len(rows) >= recording.limit:
            found = _of_lists(rows, real["data"], likeness, values=False, where="")
            return found + ([] if lengths[0] == lengths[1] else [f"lengths differ: {lengths}"])
        recorded = {**recorded, "data": sorted(likeness.translated(rows), key=json.dumps)}
        real = {**real, "data": sorted(real["data"], key=json.dumps)}
    return _differences(recorded, real, likeness, values=values, where="")


def _left_out(row: Any) -> int:
    """How many rows the recorder left out where this one stands."""
    found = TRIMMED.fullmatch(row) if isinstance(row, str) else None
    return int(found[1]) if found else 0


def _rows_of(rows: list[Any]) -> int:
    """How many rows were answered."""
    return sum(_left_out(row) or 1 for row in rows)


def _differences(recorded: Any, real: Any, likeness: Likeness, *, values: bool, where: str) -> list[str]:
    if isinstance(recorded, dict) and isinstance(real, dict):
        return _of_objects(recorded, real, likeness, values=values, where=where)
    if isinstance(recorded, list) and isinstance(real, list):
        return _of_lists(recorded, real, likeness, values=values, where=where)
    same = type(recorded) is type(real) and (recorded == real or not values)
    if isinstance(recorded, str) and isinstance(real, str):
        same = same or likeness.same(recorded, real)
    unknown = not values and (recorded is None or real is None)
    return [] if same or unknown else [f"{where}: recorded {recorded!r:.80}, got {real!r:.80}"]


def _of_objects(
    recorded: dict[str, Any], real: dict[str, Any], likeness: Likeness, *, values: bool, where: str
) -> list[str]:
    recorded = {key: value for key, value in recorded.items() if key not in NOT_COMPARED}
    missing, extra = recorded.keys() - real.keys(), real.keys() - recorded.keys() - NOT_COMPARED
    found = [f"{where}: lacks {key} ({recorded[key]!r:.40})" for key in sorted(missing)]
    found += [f"{where}: has {key} ({real[key]!r:.40}) too" for key in sorted(extra)]
    for key in sorted(recorded.keys() & real.keys()):
        place = f"{where}.{key}"
        if key == _MESSAGES:
            found += _of_messages(recorded[key], real[key], place)
        elif key in _TOLD:
            found += [] if isinstance(real[key], str) else [f"{place}: not a text"]
        else:
            found += _differences(recorded[key], real[key], likeness, values=values, where=place)
    return found


def _of_messages(recorded: str, real: str, where: str) -> list[str]:
    left, right = ([sorted(json.loads(message)) for message in json.loads(text)] for text in (recorded, real))
    return [] if left == right else [f"{where}: messages hold {left}, got {right}"]


def _of_lists(recorded: list[Any], real: list[Any], likeness: Likeness, *, values: bool, where: str) -> list[str]:
    expected = _rows_of(recorded)
    kept = [row for row in recorded if not _left_out(row)]
    found = []
    if values and expected != len(real):
        found.append(f"{where}: recorded {expected} rows, got {len(real)}")
    for place, (left, right) in enumerate(zip(kept, real, strict=False)):
        found += _differences(left, right, likeness, values=values, where=f"{where}[{place}]")
    return found
