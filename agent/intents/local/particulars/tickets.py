"""Details of tickets: the problem in the user's words, who gets it, what is remarked on it.

Enters: the view of a request. Leaves: the values of its fields. What is left of the message when the request, the
customer and the priority are taken away is the problem; a further sentence goes beyond it.
"""

from __future__ import annotations

import re
from typing import Any

from agent.intents.local.evidence import FIRST_PERSON
from agent.intents.local.lexicon import Cues
from agent.intents.local.particulars.view import Found, View
from agent.intents.local.said import Entity

_REMARK = re.compile(
    r"\b(?:comment(?:s|aire|aires)?|commente|remark|remarque|note|notes|message)\b[^:,.;]{0,40}?(?::|,|"
    r"\bthat\b|\bsaying\b|\bcomme quoi\b|\bqu[e' ]|\bdisant\b)\s*"
    r"|\b(?:ecris|ecrire|marque|note|inscris|ajoute|rajoute|mets|write|put|add|mark)\s(?:donc |down )?"
    r"(?:dedans|dessus|in it|on it|(?:dans|sur|in|on)\s(?:le|la|son|sa|leur|ce|cette|the|his|her|their|this)\s"
    r"(?:billet|plainte|ticket|tkt|complaint))\b[^:,.;]{0,40}?(?::|\bthat\b|\bsaying\b|\bqu[e' ])\s*"
)
_QUOTED = re.compile(r"\b(?:comment(?:s|aires?)?|remark|remarque)\b[^:,.;\"«“]{0,20}[\"«“]\s*")
"""Quotes stand for the colon."""
_QUOTES = ('"', "«", "»", "“", "”")
_AND_THEN = re.compile(
    r"\s*[,;]?\s*\b(?:et|pis|puis|and|then)\s(?:also |aussi |please )?(?:mets|met|mettre|passe|ferme|close|put|set|"
    r"mark|move)[- ](?:le|la|l'|it|that|this|him)\b.*$",
    re.DOTALL,
)
"""An order about the ticket that follows the remark: « ... pis mets-le en attente »."""
_TROUBLES = frozenset({"DOWN", "NET", "DEVICE", "SERVICE", "SIGNAL", "WIFI", "BALANCE", "INVOICE_NOUN", "PHONE_LINE",
                       "E911", "VOICEMAIL", "PAYMENT", "PAID"})  # fmt: skip
_COMPLAINING = re.compile(
    r"(?i)^(?:is |are |was |keeps )?(?:complain\w*|saying|says|reports?|reporting|se plaint|dit|rapporte|nous dit)\s"
    r"(?:that\s|que\s|qu['’]\s?)"
)
_ON_IT = re.compile(r"\b(?:comment on|commente)\b\s*")
_SPOKEN = re.compile(
    r"(?:[,;.\x00]\s*|\b(?:and|et|pis|with|avec)\s+)(?:the |a |un |le )?(?:comment|commentaire|remark|remarque)\s+"
    r"(?=[a-z])(?!on\b|sur\b|from\b|de\b|du\b|to\b|it\b|la\b)"
)
"""Dictation: "..., comment waiting on a crew", without a colon."""
_TO = re.compile(
    r"\b(?:to|a|au|aux|to the|for|pour)\s*(?:the |l'|la |le |les |department |departement |equipe |team )*$"
)
_NOT_URGENT = re.compile(r"\b(?:not urgent|pas urgent\w*|no rush|pas presse\w*|rien d'urgent|non urgent\w*)\b")
_URGENT = re.compile(r"\b(?:urgente?s?|urgence|emergency|critical|critique|asap|top priority)\b")
_DEGREES = {
    "low": "low|lowest|basse?|faible",
    "medium": "medium|normal|normale|moyenne?",
    "high": "high|highest|haute?|elevee?|important|importante",
}
_DEGREE = (
    r"\b(?:WORD)[\s-]+prio(?:rity|rite)?\b|\bprio(?:rity|rite)?\b[^,;.]{0,30}?\b(?:WORD)\b"
    r"|\bprio(?:rity|rite)?\b[^,;.]{0,60}?\b(?:to|a|at|as|en)\s(?:WORD)\b"
    r"|\b(?:bump|raise|lower|set|make|mark|change|monte\w*|baisse\w*|mets|mettre|passe|descends)\b[^,;.]{0,30}?"
    r"(?:\b(?:to|as|a|at|en)\s)?(?<!\w)(?:WORD)(?=\s*(?:$|[,;.!]|\band\b|\bet\b|\bpis\b|prio))"
)
_RELATIVE = re.compile(
    r"\b(?:(?P<down>lower|reduce|drop|baisse\w*|descends|diminue\w*)|raise|increase|bump|monte\w*|"
    r"augmente\w*)\s(?:up |down )?"
    r"(?:the |its |la |sa )?(?:priority|priorite|prio)\b"
)
_CLOSING = frozenset(
    {"close", "ferme", "fermer", "fermez", "cloture", "reopen", "rouvre", "rouvrir", "reouvre", "resolve"}
)
_ABOUT_NOTHING = frozenset(
    {"client", "customer", "file", "dossier", "account", "compte", "please", "issue", "probleme"}
)
"""Words of which alone no problem is made."""
_DETAILS = re.compile(r"\b(?:description|details?|precisions?)\s*:\s*")


def _priority(view: View, until: int) -> str | None:
    """How urgent it is, where that is said of the ticket and not of the problem."""
    flat = view.flat[:until]
    if _NOT_URGENT.search(flat):
        return "low"
    if _URGENT.search(flat):
        return "urgent"
    for name, words in _DEGREES.items():
        if re.search(_DEGREE.replace("WORD", words), flat):
            return name
    relative = _RELATIVE.search(flat)
    return None if relative is None else "low" if relative["down"] else "high"


def opened(view: View) -> Found:
    """The problem of a new ticket, and who it is for."""
    _take_values(view)
    values: dict[str, Any] = {}
    details = view.find(_DETAILS)
    if details:
        values["description"] = view.said.own_words(details.end(), view.tokens[-1].end) or None
        view.take(details.start(), view.tokens[-1].end)
    values["priority"] = _priority(view, len(view.flat))
    view.plain = _ABOUT_NOTHING
    first, further = view.sentences([span for span in view.free() if not _is_of_the_speaker(view, *span)])
    values["subject"] = _COMPLAINING.sub("", view.words(first) or "")[:140] or None
    if further and "description" not in values and first:
        values["description"] = view.words(further)
    _departments(view, values, "department")
    return Found(values)


def _is_of_the_speaker(view: View, start: int, end: int) -> bool:
    """“There's three people waiting on me, I'll be brief”: no problem of a customer's."""
    tokens = [token for token in view.tokens if start <= token.start < end]
    groups = {cue.group for cue in view.lexicon.cues.find(tokens)}
    return bool({token.flat for token in tokens} & FIRST_PERSON) and not groups & _TROUBLES


def changed(view: View) -> Found:
    """Who gets a ticket, and what is remarked on it."""
    _take_values(view)
    values: dict[str, Any] = {}
    used: set[Entity] = {*view.entities("technician")}  # None of them is a customer.
    given = any(cue.group == "ASSIGN" for cue in view.lexicon.cues.find(view.tokens))
    technicians = [t for t in view.entities("technician") if given or _TO.search(view.before(t.start))]
    people = [p for p in view.entities("person") if view.entities("ticket") and _TO.search(view.before(p.start))]
    if technicians or people:
        values["assign_to"] = (technicians or people)[0].value
        used.add((technicians or people)[0])
    remark = view.find(_REMARK) or _quoted(view) or view.find(_ON_IT) or view.find(_SPOKEN)
    if remark:
        end = _end_of_remark(view, remark.end())
        values["comment"] = view.said.own_words(remark.end(), end).strip(' .,:"«»“”') or None
        used.update(t.entity for t in view.tokens if t.entity and t.start >= remark.end() and t.entity.kind != "ticket")
    values["priority"] = _priority(view, remark.start() if remark else len(view.flat))
    values["status"] = _status(view, remark.start() if remark else len(view.flat))
    if remark and values["status"] is None:
        values["status"] = _status(view, len(view.flat), end)
    if "assign_to" not in values or (remark and used and technicians and technicians[0].start >= remark.end()):
        values.pop("assign_to", None)
        _departments(view, values, "assign_to")
    return Found(values, frozenset(used))


def _quoted(view: View) -> re.Match[str] | None:
    return _QUOTED.search(view.said.flat, view.tokens[0].start, view.tokens[-1].end)


def _end_of_remark(view: View, start: int) -> int:
    """Where the remark ends: at an order that changes the ticket too, else with the request."""
    quoted = view.said.flat[:start].rstrip()[-1:] in _QUOTES
    closing = min((at for mark in _QUOTES if (at := view.said.flat.find(mark, start)) > 0), default=0)
    if quoted and closing:
        return closing
    after = _AND_THEN.search(view.flat, start)
    changes = after and _status(view, len(view.flat), after.start())
    return after.start() if after and changes else view.tokens[-1].end


def _status(view: View, until: int, since: int = 0) -> str | None:
    """The status that is said before the remark, or after it ended: what the remark tells is none."""
    cues = view.entry.values.get("status")
    tokens = [token for token in view.tokens if since <= token.start and token.end <= until]
    found = sorted(cues.find(tokens) if cues else [], key=lambda cue: (cue.start, -cue.end))
    ordered = [cue for cue in found if tokens[cue.start].flat in _CLOSING]
    return next((cue.group for cue in (*ordered, *found)), None)


def _departments(view: View, values: dict[str, Any], name: str) -> None:
    found = _DEPARTMENTS.find(view.tokens)
    if found:
        values[name] = found[0].group


def _take_values(view: View) -> None:
    for cues in view.entry.values.values():
        view.take_cues(cues)
    view.take_cues(_DEPARTMENTS)
    view.take_cues(_PRIORITY)


_OF = "(to|for|in|a|au|aux|pour|a la|a l|en|chez)"
_DEPARTMENTS = Cues.of(
    {
        "Facturation": [
            "(departement|dept|equipe|service) (facturation|de facturation|de la facturation)",
            "(billing|accounting|invoicing) (department|dept|team|side|people|folks|guys|gang|crew|girls|ladies)",
            "(gens|filles|gars|gang) (de la|a la|de) (facturation|compta|comptabilite)",
            f"{_OF} (billing|accounting|facturation)",
            "facturation (department|dept)",
        ],
        "Support": [
            "(departement|dept|equipe|service) (support|du support|de support|technique)",
            "(support|tech support|technical support) (department|dept|team|people|folks|guys|gang|crew)",
            f"{_OF} (support|the support|tech support|technical support|soutien technique|support technique)",
        ],
        "Installation": [
            "(departement|dept|equipe|service) (installation|d installation|des installations|de l installation)",
            "(installation|installations|install) (department|dept|team|crew|people|folks|guys|gang)",
            f"{_OF} (installation|installations|the installers)",
        ],
    }
)
_PRIORITY = Cues.of({"priority": ["priority", "prio", "priorite", "en priorite", "department", "departement", "dept"]})
