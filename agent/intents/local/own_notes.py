"""“... and note that he starts a new job Monday": a note said within an arrangement, an offer or a work order is its.

Enters: the requests of a message, before any carries the customer of another. Leaves: them with such notes in the
action that they were said with. A note that names a customer or a file, or that is a sentence of its own, stays a
note on the customer's file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.intents.actions import CATALOGUE
from agent.intents.local.lexicon import WHERE, WHO
from agent.intents.local.request import Request
from prompts import words_of

_FILES = (words_of("files") | {"notes"}) - {"please", "svp", "stp", "this", "ceci"}
_BEGINS = frozenset({"that", "que", "qu", ":", "saying", "disant", "comme", "says"})


def noted(requests: Sequence[Request]) -> list[Request]:
    """The requests with the notes that belong to the one before them."""
    done: list[Request] = []
    for request in requests:
        last = done[-1] if done else None
        if last is not None and _is_its_note(last, request):
            done[-1] = replace(last, values={**last.values, "note": request.values["note"]})
        else:
            done.append(request)
    return done


def _is_its_note(last: Request, request: Request) -> bool:
    """True for a note in the same sentence as an action that has notes of its own, put on nobody's file."""
    if request.name != "add_note" or "note" not in request.values or request.clause.strong_start:
        return False
    takes = last.name in CATALOGUE and last.name != "add_note" and "note" in CATALOGUE[last.name].model_fields
    return takes and not _says_where(request)


def _says_where(request: Request) -> bool:
    """“Put in his file that ...”, "note for Roy: ...": what stands before the text tells whose note it is."""
    for token in request.clause.all_tokens:
        if token.flat in _FILES or (token.entity and token.entity.kind in WHO | WHERE):
            return True
        if token.flat in _BEGINS:
            return False
    return False
