"""What an error answer says, in one sentence and one of our own classes.

Enters: a status and the decoded body of an answer that is no success. Leaves: a ``Refusal``. Each system words its
errors in its own way, so each has a function here; none of them ever raises, whatever the body holds.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agent.errors import AccessDenied, Conflict, Duplicate, Missing, Rejected

LONGEST_REASON = 300

_BY_STATUS: dict[int, type[Rejected]] = {401: AccessDenied, 403: AccessDenied}
_BY_FRAPPE_TYPE: dict[str, type[Rejected]] = {
    "AuthenticationError": AccessDenied,
    "PermissionError": AccessDenied,
    "DoesNotExistError": Missing,
    "TimestampMismatchError": Conflict,
    "DuplicateEntryError": Duplicate,
    "UniqueValidationError": Duplicate,
}
_BY_HUB_STATUS: dict[int, type[Rejected]] = {404: Missing, 409: Conflict, 412: Conflict}
_BY_STRIPE_CODE: dict[str, type[Rejected]] = {"resource_missing": Missing, "idempotency_error": Conflict}
# What opens something or names a card: payment methods and their older kinds, keys. The customer's own id does neither,
# and "card_declined" is a word.
_STRIPE_TOKEN = re.compile(r"\b(?:pm|card|src|tok|ba|pi|seti|sk|rk|pk)_(?=\w*[\d*])[\w*]+")
# Only what can be a tag: "special characters like '<', '>'" is prose.
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True)
class Refusal:
    """An error answer, understood.

    ``nothing_done`` is True when the system itself vouches that the request had no effect, which a bare 500 or
    a gateway's page does not.
    """

    kind: type[Rejected]
    error_type: str
    reason: str
    nothing_done: bool


Explain = Callable[[int, object], Refusal]


def explain_frappe(status: int, body: object) -> Refusal:
    """ERPNext's own errors: ``exc_type`` says which, ``_server_messages`` says why.

    An answer with an ``exc_type`` comes out of Frappe's error handler, which rolls the transaction back: even
    with status 500 nothing was done. A 404 without one is some other server's.
    """
    fields: dict[str, Any] = body if isinstance(body, dict) else {}
    error_type = str(fields.get("exc_type") or "")
    reason = _server_message(fields.get("_server_messages")) or _plain(fields.get("_error_message"))
    return Refusal(
        kind=_BY_FRAPPE_TYPE.get(error_type) or _BY_STATUS.get(status, Rejected),
        error_type=error_type,
        reason=reason or error_type or f"HTTP {status}",
        nothing_done=bool(error_type) or status < 500,
    )


def explain_hub(status: int, body: object) -> Refusal:
    """The errors of the hub, the PBX and the 911 provider: ``{"error": {"code", "message"}}``.

    A 404 without that shape is some other server's.
    """
    error = body.get("error") if isinstance(body, dict) else None
    fields: dict[str, Any] = error if isinstance(error, dict) else {}
    code = str(fields.get("code") or "")
    known = _BY_HUB_STATUS.get(status) if code else None
    return Refusal(
        kind=known or _BY_STATUS.get(status, Rejected),
        error_type=code,
        reason=_plain(fields.get("message")) or code or f"HTTP {status}",
        nothing_done=status < 500,
    )


def explain_stripe(status: int, body: object) -> Refusal:
    """Stripe's errors: ``{"error": {"type", "code", "message", "param"}}``.

    A 409 says that another request holds our key or the object: ours may be the one that is still running, so that
    nobody can vouch for it. Card tokens and keys that a message quotes are left out.
    """
    error = body.get("error") if isinstance(body, dict) else None
    fields: dict[str, Any] = error if isinstance(error, dict) else {}
    kind, code = str(fields.get("type") or ""), str(fields.get("code") or "")
    return Refusal(
        kind=_BY_STRIPE_CODE.get(code) or _BY_STRIPE_CODE.get(kind) or _BY_STATUS.get(status, Rejected),
        error_type=code or kind,
        reason=_STRIPE_TOKEN.sub("…", _plain(fields.get("message"))) or code or f"HTTP {status}",
        nothing_done=status < 500 and status != 409,
    )


def _server_message(encoded: object) -> str:
    """The message that stopped the request, else the first one, out of Frappe's twice-encoded list."""
    messages = [_decoded(message) for message in _listed(_decoded(encoded))]
    shaped = [message for message in messages if isinstance(message, dict)]
    shaped.sort(key=lambda message: not message.get("raise_exception"))
    texts = [_plain(message.get("message")) for message in shaped]
    texts += [_plain(message) for message in messages if isinstance(message, str)]
    return next((text for text in texts if text), "")


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _plain(value: object) -> str:
    """Text without HTML, on one line, of bounded length."""
    if not isinstance(value, str):
        return ""
    text = html.unescape(_TAG.sub(" ", value))
    text = re.sub(r"\s+([.,;:!?])(?=\s|$)", r"\1", " ".join(text.split()))
    return text if len(text) <= LONGEST_REASON else text[: LONGEST_REASON - 1] + "…"
