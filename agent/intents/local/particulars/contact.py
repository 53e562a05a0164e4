"""Details of how a customer is reached, of ports and of IP addresses.

Enters: the view of a request. Leaves: the values of its fields. A number or an e-mail that only tells whose file it
is ("the email of 450-272-2408") is no new one.
"""

from __future__ import annotations

import re
from typing import Any

from agent.intents.local.goods import items
from agent.intents.local.particulars.view import Found, View
from agent.intents.local.said import Entity

_CELL = re.compile(r"\b(?:cell(?:ulaire|phone)?|cells|mobile|portable)\b")
_LINE = re.compile(r"\b(?:phone|telephone|home|maison|bureau|office|work|tel|land ?line|fixe)\b")
_AS_CELL = re.compile(r"[^,;.]{0,12}\b(?:as|for|comme|pour|is|est)\b[^,;.]{0,12}\b(?:cell\w*|mobile)\b|\s*\(?cell")
_WHOSE = re.compile(
    r"\b(?:of|for|du|de|chez|customer|client|compte|account|from|pour le (?:compte|dossier))\s*(?:the |"
    r"le |l')?$"
)
_LEFT = re.compile(
    r"\b(?:from|instead of|au lieu d[ue]|not|pas|old|ancien|vieux)\s*(?:the |le |l'|one |number |numero |"
    r"was )*$"
)
_NO_MORE = re.compile(
    r"[^,;.]{0,12}\b(?:bounc\w+|(?:comes?|came|keeps coming) back|is (?:dead|gone|closed|old|wrong)|no longer|"
    r"doesn't (?:work|exist)|isn't|revien\w+|rebondi\w+|marche (?:plus|pus|pas)|fonctionne (?:plus|pus|pas)|"
    r"existe (?:plus|pus)|n'est plus|est (?:morte?|fermee?))\b"
)
"""What is said of an address that is used no more: "mail to ginette@example.com bounces"."""
_CONTACT = re.compile(
    r"\b(?:contact|personne[- ]ressource|demander|a qui parler|responsable|(?:personne|madame|monsieur) a \w+|"
    r"(?:ask|asks|asking) for|(?:talk|speak) to|in charge|attn"
    r"|(?:person|one|guy|lady|woman|man|somebody|someone) (?:to|we|you) "
    r"(?:ask for|talk to|speak (?:to|with)|deal with|call|reach)"
    r"|(?:personne|celui|celle) a (?:demander|qui parler|appeler|rejoindre))\b"
)
_IS = re.compile(
    r"(?:\b(?:is|now|est|rendue?|maintenant|to|pour|par|with|as|be|etre|devient|becomes|c'est|it's|"
    r"au nom de|demander(?: a| pour)?|ask for|talk to|a)|:)\s*(?:the |le |la )?$"
)


def reached(view: View) -> Found:
    """The new number, cell, e-mail or person."""
    values: dict[str, Any] = {}
    used: set[Entity] = set()
    named = bool(view.entities("person", "customer_id"))
    phones = [
        p
        for p in view.entities("phone")
        if named or not _WHOSE.search(view.before(p.start, 16)) or len(view.entities("phone", "email")) == 1
    ]
    for phone in phones:
        used.add(phone)
        if _LEFT.search(view.before(phone.start)):
            continue
        values[_kind_of_number(view, phone)] = phone.value
    emails = view.entities("email")
    for email in emails:
        used.add(email)
        if _LEFT.search(view.before(email.start)) or _NO_MORE.match(view.after(email.end)):
            # The address that is left tells whose file it is, where nobody is named.
            values |= {} if named else {"customer": email.value}
        else:
            values["email"] = email.value
    person = _contact_person(view)
    if person is not None:
        values["contact_name"] = person.value
        used.add(person)
    return Found(values, frozenset(used))


def _kind_of_number(view: View, phone: Entity) -> str:
    """A cell where that is the last word said for it, before it or right after it."""
    before = view.flat[: phone.start]
    lines = [match.end() for match in _LINE.finditer(before)]
    cells = [match.end() for match in _CELL.finditer(before)]
    if _AS_CELL.match(view.after(phone.end)):
        return "cell"
    return "cell" if max(cells, default=0) > max(lines, default=0) else "phone"


def _contact_person(view: View) -> Entity | None:
    people = view.entities("person", "technician")
    said = _CONTACT.search(view.flat)
    if said is None or not people:
        return None
    after = [p for p in people if p.start > said.start() and _IS.search(view.before(p.start))]
    return after[-1] if after and (len(people) > 1 or not _WHOSE.search(view.before(after[-1].start))) else None


def provisioned(view: View) -> Found:
    """The OLT and its port, the ONT's serial number, the plan."""
    values: dict[str, Any] = {}
    used: set[Entity] = set()
    for name, kind in (("olt", "olt"), ("port", "port"), ("ont_serial", "serial")):
        found = view.entities(kind)
        if found:
            values[name] = found[0].value
            used.update(found)
        if len({entity.value for entity in found}) > 1:
            return Found({}, frozenset(used), (name,))
    plans = [item for item in items(view.tokens) if item.name.startswith("fibre")]
    if plans:
        values["item"] = plans[0].name
    return Found(values, frozenset(used))


def held_on(view: View) -> Found:
    """The day that is asked about."""
    days = [day for day in view.entities("date") if day.value.is_day and day.value.gone <= view.today]
    today = [day for day in days if day.value.gone == view.today]
    return Found({"date": days[0].value.gone} if days and not today else {}, frozenset(days))
