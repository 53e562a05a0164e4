"""The page that says what undoing leaves on record (``docs/undo.md``), as a rule that states can be judged by.

Enters: a record that is not as it was. Leaves: whether the page says that it may be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fault_records import Drift, Key

_PAGE = Path(__file__).parents[2] / "docs" / "undo.md"
_ROW = re.compile(r"^\| `(?P<action>\w+)` \| (?P<restored>[^|]+) \| (?P<stays>[^|]+) \|$", re.MULTILINE)
_TRACE = re.compile(r"`(?P<thing>[\w ]+)` (?P<how>[a-z ]+)")
_WRITTEN = {row["action"]: row["stays"].strip() for row in _ROW.finditer(_PAGE.read_text(encoding="utf-8"))}

_PASSWORDS = ("sip_password", "voicemail_password", "password_set_at")
MADE_AGAIN = ("line", "made again")
"""What the page says of an undo that turned back halfway."""
TRACES: Mapping[str, frozenset[tuple[str, str]]] = {
    action: frozenset((found["thing"], found["how"].strip()) for found in _TRACE.finditer(stays))
    for action, stays in _WRITTEN.items()
}
"""Action -> what stays, and how: ``("Sales Invoice", "cancelled")``."""
UNREADABLE = {action for action, stays in _WRITTEN.items() if stays != "nothing" and not TRACES[action]}
"""Rows whose last column says something that is no trace."""


def not_as_before(drift: Drift, actions: Iterable[str]) -> Drift:
    """What the page does not allow once these actions were undone."""
    return _but_for(drift, {trace for action in actions for trace in TRACES.get(action, ())})


def not_compensated(drift: Drift, actions: Iterable[str], *, undoing: bool) -> Drift:
    """What is not as before a plan that turned back, which keeps nothing to tell what happened; or before an undo."""
    traces = {trace for action in actions for trace in TRACES.get(action, ()) if trace[1] != "kept"}
    return _but_for(drift, traces | ({MADE_AGAIN} if undoing else set()))


def _but_for(drift: Drift, traces: set[tuple[str, str]]) -> Drift:
    left = {key: fields for key, fields in drift.items() if not _allowed(key, fields, traces)}
    return _without_renamed(left)


def _allowed(key: Key, fields: dict[str, tuple[Any, Any]], traces: set[tuple[str, str]]) -> bool:
    kind = key[1]
    is_new = all(before is None for before, _ in fields.values())
    if kind == "hub_tasks":
        # The hub's own history of orders; one that still waits would be carried out.
        return fields.get("state", (None, None))[1] in ("done", "cancelled", "expired")
    if kind == "hub_devices":
        hangs_on_nobody = is_new and "customer" not in fields
        return (("adapter", "known") in traces and fields.get("dids") == (None, "[]")) or (
            ("ONT", "known") in traces and hangs_on_nobody
        )
    if kind == "stripe_customers":
        return ("Stripe customer", "without a card") in traces and "default_payment_method" not in fields
    if kind == "pbx_lines":
        reset = {"voicemail_password", "password_set_at"} if ("voicemail password", "reset") in traces else set()
        remade = {*_PASSWORDS, "created_at"} if MADE_AGAIN in traces else set()
        return fields.keys() <= reset | remade
    is_row = len(key) > 3
    hows = {how for thing, how in traces if thing == (key[2] if is_row else kind)}
    return is_new and bool(hows) and (is_row or any(_is(how, fields) for how in hows))


def _without_renamed(drift: Drift) -> Drift:
    """What was deleted and made again bears another name, and is the same."""
    gone = {key: _side(fields, 0) for key, fields in drift.items() if not any(_side(fields, 1).values())}
    come = {key: _side(fields, 1) for key, fields in drift.items() if not any(_side(fields, 0).values())}
    same = {(old, new) for old in gone for new in come if old[:2] == new[:2] and gone[old] == come[new]}
    return {key: fields for key, fields in drift.items() if not any(key in pair for pair in same)}


def _side(fields: dict[str, tuple[Any, Any]], side: int) -> dict[str, Any]:
    return {name: values[side] for name, values in fields.items()}


def _is(how: str, fields: dict[str, tuple[Any, Any]]) -> bool:
    state, final = fields.get("status", (None, ""))[1], fields.get("docstatus", (None, 0))[1]
    return how == "kept" or how == str(state).lower() or (how == "cancelled" and final == 2)
