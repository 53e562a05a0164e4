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
_WITHIN = frozenset({"dedans", "dessus", "it"})
"""« Écris dedans », "put in it": on what was spoken of just before."""
_BEGINS = frozenset({"that", "que", "qu", ":", "saying", "disant", "comme", "says"})


def noted(requests: Sequence[Request]) -> list[Request]:
    """The requests with the notes that belong to the one before them."""
    done: list[Request] = []
    for request in requests:
        last = done[-1] if done else None
        if last is not None and _is_its_comment(last, request):
            done[-1] = replace(last, values={**last.values, "comment": request.values["note"]})
        elif last is not None and _is_its_note(last, request):
            done[-1] = replace(last, values={**last.values, "note": request.values["note"]})
        else:
            done.append(request)
    return done


def _is_its_comment(last: Request, request: Request) -> bool:
    """« Mets son billet en attente et écris dedans que ... »: what is written in the ticket is a comment on it."""
    if request.name != "add_note" or last.name != "update_ticket" or "note" not in request.values:
        return False
    flats = [token.flat for token in request.clause.all_tokens]
    begun = next((at for at, flat in enumerate(flats) if flat in _BEGINS), len(flats))
    return bool(_WITHIN & {*flats[:begun]}) and "comment" not in last.values and not _says_where(request)


def _is_its_note(last: Request, request: Request) -> bool:
    """True for a note in the same sentence as an action that has notes of its own, put on nobody's file."""
    if request.name != "add_note" or "note" not in request.values or request.clause.strong_start:
        return False
    takes = last.name != "add_note" and "note" in CATALOGUE[last.name].model_fields
    return takes and not _says_where(request)


def _says_where(request: Request) -> bool:
    """“Put in his file that ...”, "note for Roy: ...": what stands before the text tells whose note it is."""
    for token in request.clause.all_tokens:
        if token.flat in _FILES or (token.entity and token.entity.kind in WHO | WHERE):
            return True
        if token.flat in _BEGINS:
            return False
    return False
