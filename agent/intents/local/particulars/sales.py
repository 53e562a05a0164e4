"""Details of sales: what is quoted and for how much, from which plan to which, what is ended, from which day.

Enters: the view of a request. Leaves: the values of its fields. Of two plans without a word that tells which is left,
neither is taken.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from agent.intents.local.calendar import When
from agent.intents.local.goods import Item, items
from agent.intents.local.lexicon import Cues
from agent.intents.local.particulars.view import Found, View
from agent.intents.local.said import Entity
from prompts import words_of

_HOLDS = re.compile(
    r"\b(?:until|till|til|jusqu'?(?:au|a|en)?|valid\w*|valable|bonne?|good|expir\w*|holds?|through|"
    r"echeance|avant|before|by)\b[^,;.]{0,18}$"
)
_ITS_END = re.compile(r"^(?:until|till|jusqu'?au|jusqu'a|before|avant|by|through|valid)")
_FROM = re.compile(
    r"\b(?:from|de|du|d'|off|of|quitte|leaves?|instead of|au lieu d[ue]|au lieu de|a la place d[ue]|"
    r"a la place de|rather than|replace|replaces|remplace|remplacer|swap|swaps|drop|drops|lache|enleve|"
    r"his|son|sa)\s*(?:(?:the|la|le|l'|his|her|their|son|sa|leur|plan|forfait)\s*)*$"
)
_TO = re.compile(
    r"\b(?:to|for|with|into|on|onto|a|au|aux|par|pour|sur|vers|up|down|over)\s*(?:(?:the|la|le|l'|a|un|"
    r"une|plan|forfait|new|nouveau)\s*)*$"
)
_OUTGROWN = re.compile(
    r"\s*(?:,\s*)?(?:c['’ ]est |est |is |it['’ ]s |that['’ ]s |s )?"
    r"(?:trop\b|pas assez|too\b|not enough|suffit (?:plus|pus|pas))"
)
"""« Le giga c'est trop pour elle »: the plan that is left."""
_SPEEDS = frozenset({"100", "500", "1000"})
_REPLACING = re.compile(r"\b(?:replace|replaces|replacing|remplace\w*|swap\w*|echange\w*)\b")
_INSTEAD = re.compile(
    r"\b(?:instead of|rather than|au lieu d[ue']|au lieu de|a la place d[ue']|a la place de)\s*(?:(?:the|"
    r"la|le|l'|his|her|son|sa)\s*)*$"
)
_PRICING = re.compile(r"(?:\b(?:at|for|a|pour|price|prix|rate|tarif)|@)\s*(?:of |is |de |est |le |the )?[:=]?\s*$")
"""What stands before a price that is said apart from its item: "can you prepare it at 89.95 a month?"."""
_REFERENCE = re.compile(
    r"\b(?:cheque|check|chq|ref(?:erence)?|conf(?:irmation)?|transaction|trans|numero|number|no|recu|"
    r"receipt|autorisation|authorization)\b"
    r"\.?\s*(?:(?:number|numero|no|num|is|est|de|of|la|confirmation)\b\.?\s*|"
    r"[:#]\s*)*#?\s*(?P<ref>(?=[a-z0-9-]*\d)[a-z0-9][a-z0-9-]{2,19})\b"
)
_NOTE = re.compile(r"\b(?:note|notes|with the note|avec la note|remarque)\b\s*(?::|that|que|disant|saying)\s*")


def quote(view: View) -> Found:
    """The items of an offer, and how long it holds."""
    said = _once(items(view.tokens))
    values: dict[str, Any] = {"items": [_row(item) for item in said]} if said else {}
    used: set[Entity] = {entity for item in said for entity in item.used}
    later = [sum_ for sum_ in view.entities("money") if sum_ not in used and _PRICING.search(view.before(sum_.start))]
    if len(said) == 1 and said[0].rate is None and len(later) == 1:
        values["items"][0]["rate"] = Decimal(later[0].value)
        used.add(later[0])
    for day in view.entities("date"):
        if day.value.is_day and (
            _HOLDS.search(view.before(day.start)) or _ITS_END.match(view.said.flat[day.start : day.end])
        ):
            values["valid_until"] = day.value.coming
            used.add(day)
            break
    if note := _NOTE.search(view.flat):
        values["note"] = view.said.own_words(note.end(), view.tokens[-1].end).strip(" .") or None
    return Found(values, frozenset(used))


def _once(said: list[Item]) -> list[Item]:
    """“She asked about TV. ... the basic TV at 20": said twice, the item is one, as it was said in full."""
    full = [item for item in said if item.rate is not None or item.qty > 1]
    kept: dict[str, Item] = {}
    for item in said:
        if item in full or item.name not in {one.name for one in full}:
            kept.setdefault(f"{item.name} {item.qty} {item.rate}", item)
    return list(kept.values())


def _row(item: Item) -> dict[str, Any]:
    row: dict[str, Any] = {"item": item.name, "qty": item.qty}
    return {**row, "rate": item.rate} if item.rate is not None else row


def conversion(view: View) -> Found:
    """The day that what was quoted starts."""
    return _dated(view, "start_date")


def swap(view: View) -> Found:
    """The plan that is left, the one that takes its place, and from when."""
    said = _plans(view)
    values: dict[str, Any] = dict(_dated(view, "effective_date").values)
    used = frozenset([*view.entities("date"), *_speeds_said(view, said)])
    if len(said) == 1:
        values["to_item"] = said[0].name
        return Found(values, used)
    left = [item for item in said if _leaves(view, item)]
    taken = [item for item in said if item not in left]
    if len(said) > 1:
        if len(left) != 1 or len({item.name for item in taken}) != 1:
            return Found(values, used, ("to_item",))
        values |= {"from_item": left[0].name, "to_item": taken[0].name}
    return Found(values, used)


def _speeds_said(view: View, said: list[Item]) -> list[Entity]:
    """The 500 of « redescends-le du 500 au 100 », the 1 of "1 gig": of a plan, and no civic number."""
    within = [token.entity for item in said for token in view.tokens[item.start : item.end]]
    return [number for number in view.entities("number") if number in within or str(number.value) in _SPEEDS]


def _plans(view: View) -> list[Item]:
    said = items(view.tokens)
    if any(item.name.startswith("fibre") for item in said) or len(said) > 1:
        plans = [item for item in said if item.name.startswith("fibre")] or said
        bare = _bare_speeds(view, said)
        return sorted([*plans, *bare], key=lambda item: item.start)
    return said or _bare_speeds(view, said)


def _bare_speeds(view: View, said: list[Item]) -> list[Item]:
    """The 100 of "from 100 to fibre 500"."""
    taken = {at for item in said for at in range(item.start, item.end)}
    moved_to = {cue.end - 1 for cue in view.lexicon.cues.find(view.tokens) if cue.group == "MOVE_PLAN"}
    return [
        Item(f"fibre {token.flat}", at, at + 1)
        for at, token in enumerate(view.tokens)
        if at not in taken
        and token.entity
        and token.entity.kind == "number"
        and token.flat in _SPEEDS
        and (at in moved_to or _FROM.search(view.before(token.start)) or _TO.search(view.before(token.start)))
    ]


def _leaves(view: View, item: Item) -> bool:
    before = view.before(view.tokens[item.start].start)
    if _OUTGROWN.match(view.after(view.tokens[item.end - 1].end)):
        return True
    if _INSTEAD.search(before):
        return True
    if _REPLACING.search(before) and not _TO.search(before):
        return True
    return bool(_FROM.search(before)) and not _TO.search(before)


def ended(view: View) -> Found:
    """What is ended, from when, and why."""
    values = dict(_dated(view, "effective_date").values)
    said = items(view.tokens)
    names = list(dict.fromkeys(item.name for item in said))
    if names:
        values["item"] = names[0]
    return Found(values, frozenset(view.entities("date")))


def _dated(view: View, field_name: str) -> Found:
    days = [day for day in view.entities("date") if day.value.is_day and day.value.coming >= view.today]
    told = {token.entity for token in view.told if token.entity}
    days = [day for day in days if day not in told] or days
    if not days:
        return Found()
    when: When = days[0].value
    return Found({field_name: when.coming} if when.coming != view.today else {}, frozenset(days[:1]))


_OWED = words_of("owing")
_IN_FULL = Cues.of({"full": words_of("in_full")})


def payment(view: View) -> Found:
    """How much came in, on which day, for which invoice, under which number."""
    values: dict[str, Any] = {}
    used: set[Entity] = set()
    sums = [sum_ for sum_ in view.entities("money") if not _is_owed(view, sum_)]
    if sums:
        values["amount"] = Decimal(sums[0].value)
        used.add(sums[0])
    for invoice in view.entities("invoice")[:1]:
        values["invoice"] = invoice.value
        used.add(invoice)
    days = [day for day in view.entities("date") if day.value.is_day and day.value.gone <= view.today]
    if days and days[0].value.gone != view.today:
        values["date"] = days[0].value.gone
        used.add(days[0])
    if reference := _reference(view):
        values["reference"] = view.said.text[slice(*reference)]
    if not sums and len({n.value for n in _numbers(view, reference)}) == 1:
        number = _numbers(view, reference)[0]
        values["amount"] = Decimal(number.value)
        used.add(number)
    asks = () if "amount" in values or _IN_FULL.find(view.tokens) else ("amount",)
    if len({sum_.value for sum_ in sums}) > 1:
        return Found({k: v for k, v in values.items() if k != "amount"}, frozenset(used), ("amount",))
    return Found(values, frozenset(used), asks)


def _reference(view: View) -> tuple[int, int] | None:
    match = _REFERENCE.search(view.flat)
    return match.span("ref") if match else None


def _numbers(view: View, reference: tuple[int, int] | None) -> list[Entity]:
    """Sums without their sign, where no number tells anything else."""
    return [
        n
        for n in view.entities("number")
        if n.value > 0 and (reference is None or n.end <= reference[0] or n.start >= reference[1])
    ]


def _is_owed(view: View, sum_: Entity) -> bool:
    before = re.findall(r"[a-z]+", view.before(sum_.start, 24))[-3:]
    return bool({*before} & _OWED) and "facture" not in before


_STOPS_IT = re.compile(
    r"\b(?:turn|switch|shut|take|get)\b(?:[^,;.]{0,40}?)\boff\b|\b(?:to|a) off\b|\b(?:no more|no longer|"
    r"(?:plus|pus|pu) de|stop|stops|disable|"
    r"deactivate|cancel|remove|end|kill|drop|"
    r"desactive\w*|enleve\w*|arrete\w*|retire\w*|annule\w*|cancelle\w*|cesse\w*|coupe\w*|ote|oter|"
    r"debarque\w*|sors|fini)\b"
    r"|\b(?:fini(?:e?s)? (?:avec )?l(?:es?|a)|(?:done|finished|through) with|no more|ditch|quit)\b"
    r"|\b(?<!paying )(?<!payer )(?:by hand|manually|manual|a la main|manuel\w*)\b"
)
_BY_BANK = re.compile(
    r"\b(?:bank|banque|ppa|pad|bank debit|direct debit|preautorise\w*|pre-?authorized|"
    r"(?:debit|prelevement|retrait|paiement)s? bancaires?|compte (?:de banque|bancaire)|chequing|specimen)\b"
)
_BY_CARD = re.compile(r"\b(?:stripe|credit card|carte(?: de credit)?|card|visa|mastercard|amex)\b")
_LEAVING = re.compile(
    r"\b(?:from|off|du|de la|de|of|d'|instead of|au lieu d[ue])\s*(?:the |le |la |l'|his |her |son |sa )?$"
)
_TAKEN_UP = re.compile(
    r"\b(?:to|with|on|onto|by|via|through|a|au|sur|par|avec|pour|en)\s*(?:the |le |la |l'|his |her |"
    r"their |son |sa |leur |auto-?pay with )*$"
)


def autopay(view: View) -> Found:
    """By whom a customer is to be charged automatically: in the part that asks for it, before what is told."""
    parts = [part for part in re.split(r"[,;.!?:\x03]", view.flat) if re.search(r"[a-z\x01]", part)]
    orders = [
        part for part in parts if any(cue.group in _SWITCHING for cue in view.lexicon.cues.find(_tokens(view, part)))
    ]
    for part in [*orders, *parts]:
        provider = _provider(part)
        if provider is not None:
            return Found({"provider": provider}) if provider else Found({"provider": None}, asks=("provider",))
    return Found({"provider": None})


_SWITCHING = frozenset({"SWITCH", "CANCEL", "MAKE", "CUT"})


def _tokens(view: View, part: str) -> list[Any]:
    start = view.flat.find(part)
    return [token for token in view.tokens if start <= token.start < start + len(part)]


def _provider(part: str) -> str | None:
    """The provider that a part names; empty where it names two."""
    said = {
        name: match for name, pattern in (("bank", _BY_BANK), ("stripe", _BY_CARD)) if (match := pattern.search(part))
    }
    kept = {name: m for name, m in said.items() if not _LEAVING.search(part[: m.start()])} if len(said) > 1 else said
    if len(kept) > 1:
        kept = {name: m for name, m in kept.items() if _TAKEN_UP.search(part[: m.start()])}
    stops = _STOPS_IT.search(part)
    if stops and not (len(said) > 1 and len(kept) == 1):
        return "off"
    return next(iter(kept)) if len(kept) == 1 else "" if len(said) > 1 else None
