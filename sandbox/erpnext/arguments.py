"""The arguments of a request, from wherever Frappe takes them.

In: a query string, a body. Out: one dictionary. As on a real site a JSON body hides the query
string, and JSON counts in a body whatever its content type says.
"""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from sandbox.erpnext.errors import HtmlRefusal, Refusal, validation
from sandbox.erpnext.query import ListQuery
from sandbox.erpnext.values import whole

LARGEST_BODY = 25 * 1024 * 1024
DEFAULT_LIMIT = 20


def read_arguments(query: Mapping[str, str], content_type: str, body: bytes) -> dict[str, object]:
    """The arguments of a request.

    Raises Refusal for a body that cannot be read, HtmlRefusal for one that is too large.
    """
    if len(body) > LARGEST_BODY:
        raise HtmlRefusal(
            413,
            "Request Entity Too Large",
            "The data value transmitted exceeds the capacity limit.",
        )
    kind = content_type.partition(";")[0].strip().lower()
    if body and kind == "application/json":
        return _dictionary(decoded(body.decode("utf-8", "replace")))
    if kind == "application/x-www-form-urlencoded":
        return {**query, **dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))}
    if body:
        return {**query, **_dictionary(decoded(body.decode("utf-8", "replace")))}
    return dict(query)


def _dictionary(found: object) -> dict[str, object]:
    if isinstance(found, list):
        raise Refusal.crashed("TypeError", "pop expected at most 1 argument, got 2")
    if not isinstance(found, dict):
        raise validation("Invalid request arguments")
    return found


def decoded(value: object) -> object:
    """JSON that came as text, read; anything else as it is. Raises Refusal when it is broken."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError as error:
        raise Refusal.crashed("JSONDecodeError", str(error), module="json.decoder") from error


def document_values(arguments: dict[str, object]) -> dict[str, object]:
    """The values of a document to write: the arguments, or the JSON that a form sends as its `data`."""
    found = decoded(arguments["data"]) if isinstance(arguments.get("data"), str) else arguments
    return found if isinstance(found, dict) else arguments


def list_query(arguments: Mapping[str, object]) -> ListQuery:
    """The list query that the arguments of a request state."""
    fields = decoded(arguments.get("fields") or '["name"]')
    given = arguments.get("limit_page_length", arguments.get("limit", DEFAULT_LIMIT))
    return ListQuery(
        fields=tuple(fields) if isinstance(fields, list) else (str(fields),),
        filters=decoded(arguments.get("filters") or None),
        or_filters=decoded(arguments.get("or_filters") or None),
        order_by=str(arguments.get("order_by") or ""),
        group_by=str(arguments.get("group_by") or ""),
        limit_start=whole(arguments.get("limit_start")),
        limit=whole(given),
    )
