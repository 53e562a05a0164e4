"""Details of telephone lines, of 911 and of addresses: which line, which new address, where voicemail is sent.

Enters: the view of a request. Leaves: the values of its fields. An address is the new one where it is led up to
("to", « pour », "should be"), and the one that is left where it only says what is changed. It completes no address.
"""

from __future__ import annotations

import re
from typing import Any

from agent.intents.local.particulars.view import Found, View
from agent.intents.local.said import Entity

_LEFT_BEHIND = re.compile(
    r"\b(?:from|instead of|not|rather than|au lieu d[ue]|au lieu de|a la place d[ue]|pas|plus|(?:old|previous) address|"
    r"ancienne adresse)\s*(?:the |le |la |au |du |de )*$"
)
_LED_TO = re.compile(
    r"(?:\b(?:to|pour|par|vers|be|is|now|maintenant|desormais|devient|becomes?|est|etre|soit|it's|c'est|"
    r"read|reads|say|says|as|->|=>|"
    r"into|au|a)|[:=>])\s*(?:the |le |la |now |maintenant |plutot |rendu |rendue |au |a )*$"
)
_OF_THE_OLD = re.compile(
    r"\b(?:address(?:es)?|adresses?|service|location|911)\s*(?:de service |of service )?(?:at|of|for|on|"
    r"du|de|au|pour le|sur le)\s*(?:the |le |la )*$"
)
_WITH_911 = re.compile(r"\b(?:911|9-1-1|e911|urgence|emergency)\b")
_DOOR = re.compile(
    r",?\s*(?:app?t?\.?|apartment|appartement|unit|suite|bureau|local|#)\s?#?\s?\w{1,4}\b(?!')", re.IGNORECASE
)
_TOWN = re.compile(
    r",\s*((?:St|Ste|Saint|Sainte|[A-ZÀ-Ý])[\w'’.-]*(?:[ -](?:de |du |la |le |les |des |d'|l')*[A-ZÀ-Ý][\w'’-]*){0,4})"
)
_POSTAL = re.compile(r",?\s*[A-Za-z]\d[A-Za-z]\s?\d[A-Za-z]\d\b")
_LOOSE = re.compile(
    r"(?:\b(?:to|pour|be|is now|devient|etre|au|c'est|it's|reads?)|:)\s+(?:the |"
    r"le )?(\d{1,5}[a-d]?,? [a-z][a-z' .-]{2,40}?(?: \d{1,4})?)(?=[,;!?]|\.(?:\s|$)|\s*$)"
)
_CALLER = re.compile(
    r"(?:caller[- ]?id|call display|display(?:ed|ing)?(?: name)?(?: as)?|afficheur|affichage|nom affiche|affiche)\b"
    r"[\s:]*(?:(?:name|is|as|shall be|of|to|set to|will be|le nom|nom|est|de|au nom de|sera|doit etre|"
    r"qui dit|saying|showing)[\s:]+)*"
    r"[\"'«]?\s*(?P<name>[^,;.\"»]{2,32}?)(?=\s*(?:[,;.\"»]|\band\b|\bet\b|\bpis\b|\bwith\b|\bavec\b|$))"
)
_EXCEPTED = re.compile(r"\b(?:but|except(?:ing)?|apart from|other than|sauf|excepte|a part|mais)\b")
_ATA = re.compile(r"\b(?:ata[- ]?)?((?:ht|spa|gxw|obi|pap)[- ]?\d{2,4}[a-z]?)\b")
_BARE_MAC = re.compile(r"\bmac\b[\s:#]*(?:address |adresse |is |est )?([0-9a-f]{12})\b")
_OFF = re.compile(
    r"\b(?:turn|switch|shut|turning|switching)\b(?:[^,;.]{0,40}?)\boff\b|\b(?:disable|deactivate|remove|"
    r"cut|kill|drop|stop|get rid of|take off"
    r"|desactive\w*|enleve\w*|retire\w*|coupe\w*|ote|oter|supprime\w*|ferme\w*|debranche\w*|arrete\w*)\b"
    r"|\b(?:voice ?mail|vm|boite vocale|messagerie) (?:a )?off\b|(?:doesn't|does not|don't) want|"
    r"(?:veut|veulent|voudrait) (?:plus|pus|pas)|(?:wants?|needs?) no\b|no (?:more|longer)|\bclose\b"
)
_SWITCHED_ON = re.compile(
    r"\b(?:turn|switch|put|turning|switching)\b (?:(?:it|that|this|them) )?(?:back )?on\b"
    r"|\b(?:turn|switch)\b(?:[^,;.]{0,30}?)(?:voice ?mail|vm)\s(?:back )?on\b"
    r"|\b(?:voice ?mail|vm|boite vocale|messagerie) (?:a )?on(?=\s*(?:$|[,;.]|for\b|pour\b))"
    r"|\b(?:enable|activate|active|activer|activez|reactive|reactiver|reactivate)\b"
)
_ON = re.compile(
    _SWITCHED_ON.pattern
    + r"|\b(?:add|set up|put|give|install|start|mets|mettre|met|ajoute|ajouter|rajoute|installe|ouvre|"
    r"donne|configure|configurer)\b|\b(?:wants|would like|veut|voudrait|aimerait|needs)\b(?! (?:plus|pus|pas))"
)
_RESET = re.compile(
    r"\b(?:reset|resets|resetting|new|change|changes|renew|redo|reinitialise\w*|nouveau|nouvel|changer|"
    r"refais|remets)\b[^,;.]{0,40}?"
    r"\b(?:password|passcode|pin|code|mot de passe|nip|mdp)\b"
    r"|\b(?:password|passcode|pin|code) (?:(?:needs?|has|have|must|should)[^,;.]{0,12} )?"
    r"(?:reset|resetting|changed|renewed)\b"
    r"|\b(?:reinitialisation|changement|renouvellement)\b[^,;.]{0,20}?\b(?:mot de passe|nip|mdp)\b"
    r"|\b(?:mot de passe|nip|mdp)\b[^,;.]{0,60}?\b(?:reinitialiser|reinitialise|changer|change|refaire|refait)\b"
)
_NO_VOICEMAIL = re.compile(
    r"\b(?:no|without|sans|pas d[e']|pas besoin d[e'](?: la)?)\s?(?:a |an |the |la |une )?(?:voice ?mail|"
    r"vm|boite vocale|messagerie|repondeur)"
)


def lines(view: View) -> Found:
    """A line's own number, and the e-mail of its voicemail."""
    phones = [phone for phone in view.entities("phone") if len(str(phone.value)) == 10]
    emails = view.entities("email")
    values: dict[str, Any] = {"did": phones[0].value} if phones else {}
    if emails:
        values |= {"email": emails[0].value, "voicemail_email": emails[0].value}
    return Found(values, frozenset([*phones[:1], *emails[:1]]))


def struck_out(view: View) -> Found:
    """The number to strike out; all orphans only where no number is named and none is excepted."""
    found = lines(view)
    excepted = bool(view.find(_EXCEPTED))
    some = {"all_orphans": None} if excepted or "did" in found.values else {}
    return Found({**found.values, **some}, found.used, ("did",) if excepted else ())


def voicemail(view: View) -> Found:
    """Whether voicemail goes on or off, where it is sent, whether its password is new."""
    found = lines(view)
    off, on = _OFF.search(view.flat), _ON.search(view.flat)
    enabled = False if off and (not on or off.start() <= on.start()) else True if on else None
    reset = bool(_RESET.search(view.flat))
    if reset and not (off or _SWITCHED_ON.search(view.flat)):
        enabled = None
    return Found({**found.values, "enabled": enabled, "reset_password": True if reset else None}, found.used)


def new_line(view: View) -> Found:
    """What a line to be added shall have."""
    found = lines(view)
    values, used = dict(found.values), set(found.used)
    if "voicemail_email" in values:
        values["voicemail"] = True
    elif _NO_VOICEMAIL.search(view.flat):
        values["voicemail"] = False
    for place in view.entities("address"):
        sentence = re.split(r"[,;.]", view.before(place.start))[-1]
        if _WITH_911.search(sentence) or re.match(
            r"[^,;.]{0,12}\b(?:as |for |comme |pour )(?:the )?(?:l'adresse |adresse )?911", view.after(place.end)
        ):
            values["e911_address"] = whole_address(view, place)
            used.add(place)
    if ata := view.find(_ATA):
        values["ata_model"] = re.sub(r"[- ]", "", ata[1]).upper()
    macs = view.entities("mac")
    bare = view.find(_BARE_MAC)
    if macs or bare:
        values["ata_mac"] = macs[0].value if macs else ":".join(re.findall("..", bare[1].upper()) if bare else [])
        used.update(macs[:1])
    if caller := view.find(_CALLER):
        start, end = caller.span("name")
        if "\x00" not in caller["name"] or "\x01" in caller["name"]:
            values["caller_id"] = view.said.own_words(start, end).strip(" \"'«»")
    return Found(values, frozenset(used))


def address_911(view: View) -> Found:
    """The address that 911 is to have, and for which line."""
    found = lines(view)
    return _with_address(view, found, keeps_old=False)


def service_address(view: View) -> Found:
    """The new address of a customer's service, and which of several it takes the place of."""
    return _with_address(view, Found(), keeps_old=True)


def _with_address(view: View, found: Found, *, keeps_old: bool) -> Found:
    places = view.entities("address")
    said = [place for place in places if not _LEFT_BEHIND.search(view.before(place.start))]
    led = [place for place in said if _LED_TO.search(view.before(place.start)) and not _is_old(view, place, places)]
    new = (led or [place for place in said if not _is_old(view, place, places)])[-1:]
    values: dict[str, Any] = dict(found.values)
    if new:
        values["address"] = whole_address(view, new[0])
    elif not places and (loose := view.find(_LOOSE)):
        values["address"] = view.said.text[loose.start(1) : loose.end(1)].strip(" ,.")
    old = [place for place in places if place not in new]
    if keeps_old and old:
        values["location"] = old[0].value
    if len(set(map(str, (place.value for place in led)))) > 1:
        # Two addresses, either of which may be the new one: nobody but the speaker can tell.
        return Found({k: v for k, v in values.items() if k != "address"}, found.used | {*places}, ("address",))
    towns = view.entities("city") if new else []
    return Found(values, found.used | {*places, *towns})


def _is_old(view: View, place: Entity, places: list[Entity]) -> bool:
    """“Change the address at 64 Churchill”: what is changed, where nothing leads up to it."""
    before = view.before(place.start)
    if _OF_THE_OLD.search(before):
        return len(places) > 1 or not re.search(r"\b(?:pour le|au)\s*$", before)
    return False


def whole_address(view: View, place: Entity) -> str:
    """The address with its door, town and postal code where they follow it."""
    text, end = view.said.text, place.end
    taken = [token.entity for token in view.tokens if token.entity and token.entity.kind not in ("city", "number")]
    for pattern in (_DOOR, _TOWN, _POSTAL):
        match = pattern.match(text, end)
        if match is None or (pattern is _TOWN and (view.said.caseless or _has_town(view, place))):
            continue
        if any(one.start < match.end() and one.end > match.start() and one is not place for one in taken):
            continue
        end = match.end()
    return f"{place.value}{text[place.end : end]}".rstrip(" ,.")


def _has_town(view: View, place: Entity) -> bool:
    return "," in view.said.text[place.start : place.end]
