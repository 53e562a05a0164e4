"""Details of tickets: the problem in the user's words, who gets it, what is remarked on it.

Enters: the view of a request. Leaves: the values of its fields. What is left of the message when the request, the
customer and the priority are taken away is the problem; a further sentence goes beyond it.
"""

from __future__ import annotations

import re
from typing import Any

from agent.intents.local.lexicon import Cues
from agent.intents.local.particulars.view import Found, View
from agent.intents.local.said import Entity

_REMARK = re.compile(
    r"\b(?:comment(?:s|aire|aires)?|commente|remark|remarque|note|notes|message)\b[^:,.;]{0,40}?(?::|,|"
    r"\bthat\b|\bsaying\b|\bcomme quoi\b|\bqu[e']|\bdisant\b)\s*"
)
_ON_IT = re.compile(r"\b(?:comment on|commente)\b\s*")
_TO = re.compile(
    r"\b(?:to|a|au|aux|to the|for|pour)\s*(?:the |l'|la |le |les |department |departement |equipe |team )*$"
)
_DETAILS = re.compile(r"\b(?:description|details?|precisions?)\s*:\s*")


def opened(view: View) -> Found:
    """The problem of a new ticket, and who it is for."""
    _take_values(view)
    values: dict[str, Any] = {}
    details = view.find(_DETAILS)
    if details:
        values["description"] = view.said.own_words(details.end(), view.tokens[-1].end) or None
        view.take(details.start(), view.tokens[-1].end)
    first, further = view.sentences(view.free())
    values["subject"] = (view.words(first) or "")[:140] or None
    if further and "description" not in values and first:
        values["description"] = view.words(further)
    return Found({k: v for k, v in values.items() if v}, _departments(view, values, "department"))


def changed(view: View) -> Found:
    """Who gets a ticket, and what is remarked on it."""
    _take_values(view)
    values: dict[str, Any] = {}
    used: set[Entity] = set()
    technicians = view.entities("technician")
    people = [p for p in view.entities("person") if view.entities("ticket") and _TO.search(view.before(p.start))]
    if technicians or people:
        values["assign_to"] = (technicians or people)[0].value
        used.add((technicians or people)[0])
    remark = view.find(_REMARK) or view.find(_ON_IT)
    if remark:
        values["comment"] = view.said.own_words(remark.end(), view.tokens[-1].end).strip(' .:"«»') or None
        used.update(t.entity for t in view.tokens if t.entity and t.start >= remark.end() and t.entity.kind != "ticket")
    if "assign_to" not in values or (remark and used and technicians and technicians[0].start >= remark.end()):
        values.pop("assign_to", None)
        used |= _departments(view, values, "assign_to")
    return Found({k: v for k, v in values.items() if v}, frozenset(used))


def _departments(view: View, values: dict[str, Any], name: str) -> frozenset[Entity]:
    cues = view.entry.values.get("department")
    if cues is None:
        return frozenset()
    found = cues.find(view.tokens)
    if found:
        values[name] = found[0].group
    return frozenset()


def _take_values(view: View) -> None:
    for cues in view.entry.values.values():
        view.take_cues(cues)
    view.take_cues(_PRIORITY)


_PRIORITY = Cues.of({"priority": ["priority", "prio", "priorite", "en priorite", "department", "departement", "dept"]})
