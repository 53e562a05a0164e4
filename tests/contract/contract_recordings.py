"""Recordings of a real ERPNext: what was asked, and what was answered.

In: a JSON Lines file of this folder's `recordings/`. Out: typed records, in the file's order.
"""

import ast
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

RECORDINGS = Path(__file__).parent / "recordings"
BIG_BODY = 30_000_000
LIST_SLASHES = 3
DEFAULT_LIMIT, NO_LIMIT = 20, 10**9


@dataclass(frozen=True)
class Recording:
    """One request and its answer."""

    name: str
    method: str
    path: str
    auth: str | None
    status: int
    answer: Any
    params: dict[str, Any] = field(default_factory=dict)
    json: Any = None
    raw_body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_line(cls, line: str) -> Self:
        """The recording that a line holds."""
        row = json.loads(line)
        request, response = row["request"], row["response"]
        body = request.get("raw_body")
        if body and body.startswith("{'"):  # the recorder wrote the form's dictionary
            body = urlencode(ast.literal_eval(body))
        if "big-body" in row["name"]:  # the recorder kept the first 200 characters only
            body = body[:-2] + "z" * BIG_BODY + '"}'
        return cls(
            row["name"],
            request["method"],
            request["path"],
            request.get("auth"),
            response["status"],
            response["json"],
            params=request.get("params") or {},
            json=request.get("json"),
            raw_body=body,
            headers=request.get("headers") or {},
        )

    @property
    def is_list(self) -> bool:
        """Whether it is a list query."""
        return self.method == "GET" and self.path.count("/") == LIST_SLASHES

    @property
    def is_ordered(self) -> bool:
        """Whether the request fixes the order of the answer."""
        return "order_by" in self.params

    @property
    def limit(self) -> int:
        """How many rows it asks for, as far as that can cut the answer."""
        given = {**self.params, **(json.loads(self.raw_body) if self.raw_body else {})}
        limit = given.get("limit_page_length", given.get("limit", DEFAULT_LIMIT))
        return limit if isinstance(limit, int) and limit > 0 else NO_LIMIT


def recordings(number: str) -> list[Recording]:
    """The recordings of the file that begins with `number`."""
    [path] = RECORDINGS.glob(f"{number}-*.jsonl")
    return [Recording.from_line(line) for line in path.read_text(encoding="utf-8").splitlines()]
