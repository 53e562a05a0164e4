"""Lists in pages, the newest first.

In: everything that fits, and which part of it is asked for. Out: a page as Stripe tells it, with `has_more`.
"""

from collections.abc import Sequence
from typing import Protocol

from sandbox.stripe.errors import StripeRefusal, Wire, no_such
from sandbox.stripe.parameters import Paging, Search


class Listed(Protocol):
    """Something that a list can hold."""

    @property
    def id(self) -> str:
        """Stripe's id."""

    def wire(self) -> Wire:
        """The object as JSON values."""


def page_of(found: Sequence[Listed], wish: Paging, *, url: str, kind: str) -> Wire:
    """The page that begins after, or ends before, the object named; raises StripeRefusal 400 for an unknown one."""
    ids = [one.id for one in found]
    if wish.starting_after is not None:
        found = found[_place(ids, wish.starting_after, kind, "starting_after") + 1 :]
    if wish.ending_before is not None:
        found = found[: _place(ids, wish.ending_before, kind, "ending_before")]
        page = found[-wish.limit :]
    else:
        page = found[: wish.limit]
    return {"object": "list", "url": url, "has_more": len(found) > len(page), "data": [one.wire() for one in page]}


def search_page(found: Sequence[Listed], wish: Search, *, url: str) -> Wire:
    """A page of what a search found; `next_page` leads to the one after it."""
    start = _start(wish.page)
    page, rest = found[start : start + wish.limit], found[start + wish.limit :]
    return {
        "object": "search_result",
        "url": url,
        "has_more": bool(rest),
        "next_page": f"page_{start + wish.limit}" if rest else None,
        "data": [one.wire() for one in page],
    }


def _place(ids: Sequence[str], name: str, kind: str, param: str) -> int:
    if name not in ids:
        raise no_such(kind, name, param=param, status=400)
    return ids.index(name)


def _start(page: str | None) -> int:
    if page is None:
        return 0
    number = page.removeprefix("page_")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise StripeRefusal(400, "Invalid page token.", param="page")
    return int(number)
