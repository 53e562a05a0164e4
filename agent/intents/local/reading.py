"""One message read as requests: corrections, clauses, the action of each, its fields, and who it concerns.

Enters: the tokens of a message. Leaves: ``Request``s in the order in which they were said. It knows nothing of a
waiting plan or a question: that is ``turn``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.intents.actions import CATALOGUE
from agent.intents.local.classifier import Classifier
from agent.intents.local.clauses import Clause, Splitter
from agent.intents.local.corrections import corrected
from agent.intents.local.denials import asks_if_done, without_forbidden
from agent.intents.local.evidence import ORDERS, core_end, points, present_in
from agent.intents.local.grounds import Grounds
from agent.intents.local.introductions import without_introduction
from agent.intents.local.learning import bag_of
from agent.intents.local.lexicon import WHERE, WHO, Cues, Entry, Lexicon
from agent.intents.local.narrowing import narrowed
from agent.intents.local.own_notes import noted
from agent.intents.local.posture import Posture
from agent.intents.local.repeats import Repeats, repeated
from agent.intents.local.request import Request
from agent.intents.local.roles import Filler, meant, outermost, with_order
from agent.intents.local.said import Said, Token, flatten
from agent.intents.local.sections import gathered
from agent.intents.local.telling import Telling
from agent.intents.local.trust import Resemblance, Trust
from prompts import words_of

_TOGETHER = words_of("together")
_THE_ONE = frozenset({"the", "one", "at", "of", "for", "celui", "celle", "au", "a", "l", "de", "du", "d", "pour"})
_EVERYONE = words_of("everyone")
_READS = frozenset({"BALANCE", "INVOICE_NOUN", "SIGNAL", "WIFI_CLIENTS", "DOWN", "UPNESS", "HELP"})
_LISTS = frozenset({"QUOTE", "SUBSCRIBED", "TICKET_LIST", "VISIT", "WORK_ORDER", "HOW_MANY_HOURS", "PHONE_LINES",
                    "MISMATCH", "ORPHAN", "DID_REPORT", "HAPPENED", "HOW_OFTEN"})  # fmt: skip
_MAKING = ORDERS | {"MAKE", "NOTE", "PAY", "WAS_THERE", "GAVE_MONEY", "RECORD_IT", "SHOULD_BE"}
_ASKS = frozenset({"SHOW", "CHECK", "QUESTION"})
_ASKING_FOR_IT = frozenset({"SUSPENDED", "RECORD_IT", "SHOULD_BE", "NEWNESS", "PROVISION"})
_OF_TECHNICIANS = frozenset({"list_visits", "list_work_orders", "technician_hours"})
_POSSESSIVES = words_of("possessives")
_FRONTING = (
    words_of("leading") | words_of("fillers") | words_of("titles") | {"two", "deux", "things", "choses", "2", "3"}
)
"""Words that may stand before a name that all of a message is about."""
_TAKING_UP = frozenset({"RECORD_IT", "NEWNESS", "SHOULD_BE", "MODIFY"})
_TAKEN_UP = frozenset({"GAVE_MONEY", "PAID", "PAYMENT", "@money", "CONTACT_FIELD", "CONTACT_PERSON", "@phone", "@email",
                       "NEWNESS", "E911", "ADDRESS", "@address", "SHOULD_BE"})  # fmt: skip
"""What an order that only points ("change it on the file") takes up from what was told before it."""
_ADDRESSES = frozenset({"phone", "email"})
_SWITCHED = frozenset({"AUTOPAY", "CARD_ON_FILE", "VOICEMAIL"})
"""What "switch that on" may be about, where it was told before."""
_LEADING_FIELDS = frozenset({"ticket", "quote", "work_order", "did"})
"""Fields that lead to a customer by themselves."""
_THINGS = frozenset({"it", "that", "ca"})
_OWING = frozenset({"BALANCE", "PAY", "PAID", "PAYMENT", "INVOICE_NOUN", "GAVE_MONEY"})
_HERS_OR_ITS = frozenset({"la", "l"})
_PEOPLE = frozenset({"him", "her", "them", "lui", "leur", "account", "compte", "service", "client", "customer"})
_PLANNING = frozenset({"SCHEDULE", "SEND", "PLACE_TECH"})
_ABOUT_IT = frozenset({"dessus", "it", "that"})
"""« Son installation, mets Dave là-dessus »: the visit that is planned was spoken of before."""
_CLOSING = frozenset({"close", "ferme", "fermer", "fermez"})
_DOCUMENTS = frozenset({"quote", "ticket", "work_order"})
_COURTESY = words_of("courtesy")
_DIGITS = 10
"""Of a telephone number."""
_EVIDENT = 0.45
_UNLIKE_ANY = 0.3
_LIKELY = 0.02
"""Below it the classifier only counts words."""
_HEAD = 0.15
_ALL_OF_THEM = Cues.of({"all": words_of("all_of_them")})
_BOTH = frozenset({"both", "deux", "2"})
_INFRASTRUCTURE = frozenset({"@olt", "INFRA_DEVICE"})
"""« OLT-NORD est gelé, repars-le »: told first, and nothing of a customer's."""
_OF_TICKETS = frozenset({"update_ticket", "log_work_order", "dispatch_technician"})
_ORDERED = 1.0
"""A command outweighs what is asked or told beside it."""


class Reader:
    """Reads tokens with a lexicon and a trained classifier."""

    def __init__(self, lexicon: Lexicon, classifier: Classifier, telling: Telling) -> None:
        self.lexicon = lexicon
        self.classifier = classifier
        self.splitter = Splitter(lexicon, classifier, telling)
        self.posture = Posture(lexicon)
        self.grounds = Grounds(lexicon)
        self.repeats = Repeats(lexicon)
        self.trust = Trust(lexicon, self.splitter.openers, self.grounds)

    def read(self, tokens: Sequence[Token], said: Said, today: dt.date) -> list[Request]:
        """The requests of a message; an empty list where it holds no word."""
        kept, taken_back = self.posture.kept(self.posture.unhurried(without_introduction(gathered(tokens))))
        if taken_back and not any(token.is_word or token.entity for token in kept):
            return [Request("out_of_scope", {}, 0.9, reason="negated")]
        rest, repeats = self.repeats.taken_out(narrowed(kept, self.lexicon))
        clauses = self.splitter.split(corrected(self.posture.marked(rest), self.lexicon))
        requests: list[Request] = []
        for clause in clauses:
            requests += self._requests(clause, said, today)
        return _joined(_wanted(_exported(_carried(repeated(noted(requests), repeats)))))

    def _requests(self, clause: Clause, said: Said, today: dt.date) -> list[Request]:
        request = self._to_come(self.classify(clause), today)
        if request.name == "out_of_scope":
            named = [t.entity for t in clause.tokens if t.entity and t.entity.kind in WHO | WHERE - {"city"}]
            field_of = "customer" if named and named[0].kind in WHO else "location"
            return [replace(request, values={field_of: named[0].value} if named else {})]
        filled = Filler(request.name, clause, said, today, self.lexicon).fill()
        if filled.later:
            return [replace(request, name="out_of_scope", certainty=0.6, reason="unclear")]
        first = replace(
            request,
            values=filled.values,
            points=points(clause.tokens, self.lexicon),
            from_note=filled.from_note,
            asks=filled.asks,
        )
        others = [e for e in filled.unused if e.kind in WHO] if "customer" in filled.values else []
        for fuller in [e for e in others if _says_more(e.value, first.values["customer"])]:
            first = replace(first, values={**first.values, "customer": fuller.value})
        others = [e for e in others if not _says_more(first.values["customer"], e.value, same=True)]
        places = [e for e in filled.unused if e.kind in WHERE] if "location" in filled.values else []
        several = [first]
        clause_entities = [token.entity for token in clause.tokens if token.entity]
        documents = [
            (name, [e for e in clause_entities if e.kind == kind and e.value != filled.values.get(name)])
            for name, kind in (("work_order", "work_order"), ("ticket", "ticket"), ("did", "phone"))
            if name in filled.values
        ]
        for name, found in (("customer", others), ("location", places), *documents):
            coordinated = [e for e in found if self._is_coordinated(clause, e.start)]
            if name == "did" and first.values.get("customer") in {e.value for e in coordinated}:
                # "450-264-7005 and 450-264-7006": two lines, and neither is whose the other is.
                first = replace(first, values={k: v for k, v in first.values.items() if k != "customer"})
                several = [first]
            several += [replace(first, values={**first.values, name: e.value}) for e in coordinated]
        return [each for one in several for each in self._for_each_value(one)]

    def _to_come(self, request: Request, today: dt.date) -> Request:
        """“Dave at Roy's tomorrow at nine”: on a day to come, with no hours worked, it is a visit to plan."""
        tokens = request.clause.tokens
        present = present_in(tokens, self.lexicon)
        told = not present & {"WAS_THERE", "LOG_WORK", "WORK_ORDER", "HOURS", "OPEN_UP"}
        days = [token.entity.value for token in tokens if token.entity and token.entity.kind == "date"]
        ahead = len(days) == 1 and days[0].is_day and (days[0].repeats == "week" or days[0].gone == days[0].coming)
        hours = sum(token.entity is not None and token.entity.kind in ("time", "number", "decimal") for token in tokens)
        if request.name != "log_work_order" or not told or not ahead or hours > 1:
            return request
        return replace(request, name="dispatch_technician") if days[0].coming > today else request

    def _for_each_value(self, request: Request) -> list[Request]:
        """“The router and the ONT” are two requests, where the prompts say that each value is one."""
        entry = self.lexicon.entries[request.name]
        for name in entry.each:
            tokens = request.clause.tokens
            kept = with_order(outermost(meant(entry.values[name], tokens)), tokens, self.lexicon)
            kept.sort(key=lambda f: f.start)
            values = list(dict.fromkeys(f.group for f in kept if f.group != "all"))
            if len(values) > 1 and not any(f.group == "all" for f in kept):
                return [replace(request, values={**request.values, name: value}) for value in values]
        return [request]

    def _is_coordinated(self, clause: Clause, start: int) -> bool:
        """True for the second name of "Gagnon and Gagné", also told before: "..., cut them both off"."""
        named_here = any(token.entity and token.entity.kind in WHO for token in clause.tokens)
        both = not named_here and bool({token.flat for token in clause.tokens} & _BOTH)
        tokens = clause.all_tokens if both else clause.tokens
        at = next((i for i, token in enumerate(tokens) if token.start == start), 0)
        between: list[str] = []
        named = tokens[at].entity
        place = named is not None and named.kind in WHERE
        for token in reversed(tokens[:at]):
            if token.entity:
                joined = bool(set(between) & {"and", "et", ",", "&", "pis", "ni"})
                same = token.entity.kind == (named.kind if named else "")
                return joined and (same or token.entity.kind in (WHERE if place else WHO))
            if token.flat not in _TOGETHER | _THE_ONE:
                return False
            between.append(token.flat)
        return False

    def classify(self, clause: Clause) -> Request:
        """The action of a clause, and how certain it is."""
        core = clause.tokens[: core_end(clause.tokens, self.lexicon)] or clause.tokens
        present = self._present(clause, core)
        refused = present_in(core, self.lexicon, negated=True)
        plain = [token for token in core if token.flat not in _COURTESY]
        asked = plain if any(token.entity for token in plain) else core
        shares = self.classifier.probabilities(bag_of(asked, self.lexicon))
        scores = dict(shares)
        head = self._head_groups(core)
        evidence = self.lexicon.evident(present)
        for name, entry in self.lexicon.entries.items():
            scores[name] += self._bonus(entry, present, head) if name in evidence else 0.0
            if entry.ruled_out(present) or (_is_write(name) and name not in evidence):
                scores[name] = 0.0
        best = max(scores, key=lambda name: scores[name])
        best = best if scores[best] > _LIKELY else "out_of_scope"
        alike = max(shares, key=lambda name: shares[name])
        resemblance = Resemblance(alike, shares[alike], present, evidence)
        trusted = not refused and self.trust.believes(resemblance, core)
        best = alike if trusted else best
        entry = self.lexicon.entries[best]
        evident = trusted or best in evidence
        certainty = self._certainty(best, scores, evident=evident)
        if evident is False and clause.context and not _is_write(best):
            evident = entry.evident(present_in(clause.all_tokens, self.lexicon))
        asks_besides = evident and not _is_write(best) and bool(present & _READS) and bool(present & _ASKS)
        asks_instead = evident and _is_write(best) and bool(present & _MAKING) and not refused & entry.needed
        nothing_to_do = _is_write(best) and (asks_if_done(core) or not self._left_to_do(entry, core, present))
        if nothing_to_do or (refused and not asks_besides and not asks_instead):
            return Request("out_of_scope", {}, 0.9, shares, clause, reason="negated", talk=True)
        if best == "out_of_scope":
            return Request(best, {}, certainty, shares, clause, talk=True)
        if not trusted:
            kind = CATALOGUE[best].kind
            ways = self.trust.asides(core)
            terms = {"CUTOFF"} if "@money" in present else set()
            asked_for = _READS | _LISTS if kind == "read" else _MAKING | terms
            if ways and kind != "conversation" and not present & asked_for:
                code = "negated" if "negated" in ways else "unclear"
                return Request("out_of_scope", {}, 0.7, shares, clause, reason=code, talk=True)
            if not self.grounds.hold(best, core, evident=evident, share=shares[best]):
                spoken_of = not present & (ORDERS | {"MODIFY", "MAKE", "ARRANGEMENT", "OTHER_DOCUMENT"})
                return Request("out_of_scope", {}, min(certainty, 0.6), shares, clause, talk=spoken_of)
            if kind == "read" and self._orders_else(core):
                return Request("out_of_scope", {}, 0.6, shares, clause)
        strange = 0 if best == "add_note" else self.grounds.unexplained(entry, core)
        return Request(best, {}, max(0.05, round(certainty - 0.12 * strange, 3)), shares, clause)

    def _present(self, clause: Clause, core: Sequence[Token]) -> frozenset[str]:
        """What a clause gives evidence of, with what it takes up from what was told around it."""
        present = present_in(core, self.lexicon)
        if _names(clause.context) and not _names(core):
            present |= {"@who", "@name"} if clause.context[0].start < clause.tokens[0].start else {"@who"}
        if not any(token.entity and token.entity.kind not in _ADDRESSES for token in core):
            told = present_in(clause.context, self.lexicon)
            present |= told & _TAKEN_UP if present & _TAKING_UP else frozenset()
            present |= told & _INFRASTRUCTURE if "RESTART" in present else frozenset()
            present |= told & _SWITCHED if "UNSUSPEND" in present else frozenset()
        if "ASSIGN" in present:
            present |= present_in(clause.context, self.lexicon) & {"TICKET"}
        if present & {"CUT", "CANCEL"} and self._ends_a_thing(core, clause.context):
            present |= present_in(clause.context, self.lexicon) & {"VOICEMAIL"}
        if present & {"CUT", "CANCEL"} and self._closes_ticket(core, clause.context):
            present = (present - {"CUT", "CANCEL", "SUSPEND"}) | {"TICKET", "CLOSE_TICKET"}
        if present & _PLANNING and {token.flat for token in core} & _ABOUT_IT:
            present |= present_in(clause.context, self.lexicon) & {"INSTALLATION"}
        if "PASSWORD" in present:
            present |= present_in(clause.all_tokens, self.lexicon) & {"VOICEMAIL"}
        return present | {f"@{t.entity.kind}" for t in clause.context if t.entity and t.entity.kind in _DOCUMENTS}

    def _ends_a_thing(self, core: Sequence[Token], told: Sequence[Token]) -> bool:
        """« ..., tu peux la fermer », "..., turn it off": what is ended was named before, and nobody is here."""
        flats = {token.flat for token in core if token.entity is None}
        unwanted = not present_in(told, self.lexicon) & _OWING
        things = flats & (_THINGS | (_HERS_OR_ITS if unwanted else frozenset()))
        return bool(things) and not flats & _PEOPLE and not any(token.entity for token in core)

    def _closes_ticket(self, core: Sequence[Token], told: Sequence[Token]) -> bool:
        """« La plainte de Roy est réglée, ferme-la »: what is closed is the ticket told before, and not somebody."""
        return self.closes_it(core) and bool(present_in(told, self.lexicon) & {"TICKET", "CLOSE_TICKET"})

    def closes_it(self, core: Sequence[Token]) -> bool:
        """“Close it”, « ferme-la »: it has to be told from elsewhere what is closed."""
        flats = {token.flat for token in core if token.entity is None}
        pointed = bool(flats & (_THINGS | _HERS_OR_ITS | {"le"})) and not flats & _PEOPLE
        return pointed and bool(flats & _CLOSING) and not any(token.entity for token in core)

    def _left_to_do(self, entry: Entry, core: Sequence[Token], present: frozenset[str]) -> bool:
        """False where all that gives evidence of it stands in a part that forbids it."""
        kept = without_forbidden(core)
        if len(kept) == len(core) or entry.name == "add_note":
            return True
        carried = {group for group in present if group.startswith("@")}
        return entry.evident(present_in(kept, self.lexicon) | carried) and any(token.is_word for token in kept)

    def _orders_else(self, core: Sequence[Token]) -> bool:
        """“Cancel his service" asks for no read, whatever it names; "pull up his file" does."""
        found = self.lexicon.cues.find(core)
        looking = [cue for cue in found if cue.group in ("SHOW", "CHECK", "DOWN", "UPNESS")]
        shown = {at for cue in looking for at in range(cue.start, cue.end)}
        orders = [cue for cue in found if cue.group in ORDERS and not core[cue.start].aside]
        return any(cue.start not in shown for cue in orders)

    def _bonus(self, entry: Entry, present: frozenset[str], head: frozenset[str]) -> float:
        needed = {need for evidence in entry.needs if evidence.given_by(present) for need in evidence.needs}
        commands = needed & (ORDERS | _ASKING_FOR_IT) and _is_write(entry.name) and not present & {"HELP", "NOTE"}
        consequence = entry.name == "help" and "CONSEQUENCE" in needed  # whatever it is that would happen
        ordered = _ORDERED if commands or consequence else 0.0
        return _EVIDENT + (_HEAD if needed & head else 0.0) + ordered

    def _head_groups(self, core: Sequence[Token]) -> frozenset[str]:
        """The groups of the first word that says something."""
        for at, token in enumerate(core):
            if token.is_word and token.flat not in self.lexicon.function:
                return frozenset(f.group for f in self.lexicon.cues.find(core) if f.start <= at < f.end)
        return frozenset()

    def _certainty(self, best: str, scores: Mapping[str, float], *, evident: bool) -> float:
        rivals = [score for name, score in scores.items() if name != best]
        margin = scores[best] - max(rivals, default=0.0)
        sure = 0.5 + min(margin, 0.5) if evident else 0.3 + min(margin, 0.4)
        return round(max(0.05, min(sure + (0.15 if evident else 0.0), 0.99)), 3)


def _says_more(name: object, than: object, *, same: bool = False) -> bool:
    """« Le monsieur Dubois, Robert Dubois »: one customer, said again with more."""
    words, fewer = (set(flatten(str(one)).split()) for one in (name, than))
    return fewer < words or (same and fewer == words)


def _names(tokens: Sequence[Token]) -> bool:
    return any(token.entity and token.entity.kind in WHO | WHERE - {"city"} for token in tokens)


def _is_write(name: str) -> bool:
    return CATALOGUE[name].kind == "write"


def _wanted(requests: list[Request]) -> list[Request]:
    """Beside real requests, what was only told not to do or is mere talk goes unsaid."""
    real = [request for request in requests if not request.talk]
    asked = [request for request in real if not _hardly_asked(request)]
    return asked or real or requests[:1]


def _hardly_asked(request: Request) -> bool:
    """A name and a word in a sentence like no example: "he's calling me like I know everything"."""
    read = CATALOGUE[request.name].kind == "read"
    return read and max(request.shares.values(), default=1.0) < _UNLIKE_ANY


def _joined(requests: list[Request]) -> list[Request]:
    """Two parts that ask for the same of the same one are one request."""
    done: list[Request] = []
    for request in requests:
        last = done[-1] if done else None
        if last and last.name == request.name and not request.repeats and _compatible(last, request):
            done[-1] = replace(last, values={**last.values, **request.values}, points=last.points or request.points)
        else:
            done.append(request)
    return done


def _compatible(last: Request, new: Request) -> bool:
    shared = set(last.values) & set(new.values)
    if last.name == "add_note":
        return False
    return all(last.values[name] == new.values[name] for name in shared - {"reason", "aspect"})


def _carried(requests: list[Request]) -> list[Request]:
    """Every action carries the customer that it concerns, also where it was named only once."""
    done: list[Request] = []
    who: dict[str, Any] = {}
    topic = False
    for request in requests:
        own = {} if request.from_note and who else request.who
        earlier, who, led = who, own or who, topic
        takes = bool(who) and not own and _takes_who(request)
        takes = takes and (topic or not request.values.keys() & _LEADING_FIELDS)
        topic = _is_topic(request) if own else topic
        fitting = _fitting(request.name, who)
        carried = request.values
        if "customer" in earlier and (_part_of_address(own) or _is_another_place(request, own, led=led)):
            carried, who = {"customer": earlier["customer"], **carried}, {**earlier, **own}
        if takes:
            carried = {**request.values, **fitting} if request.from_note else {**fitting, **request.values}
        same = {**_same_technician(request, done), **_same_period(request, done), **_same_ticket(request, done)}
        carried = {**same, **carried}
        done.append(replace(request, values=carried))
    later: dict[str, Any] = {}
    for at in range(len(done) - 1, -1, -1):
        if done[at].who:
            later = done[at].who
        elif later and _takes_who(done[at]) and not done[at].points and not done[at].values.keys() & _LEADING_FIELDS:
            done[at] = replace(done[at], values={**_fitting(done[at].name, later), **done[at].values})
    return done


def _same_technician(request: Request, before: Sequence[Request]) -> dict[str, Any]:
    """« Les heures de Sophie, pis ses bons de travail »: hers, where nobody else is named."""
    own = {token.flat for token in request.clause.tokens} & _POSSESSIVES
    named = request.values.keys() & {"technician", "customer", "location"}
    if not own or named or not before or request.name not in _OF_TECHNICIANS:
        return {}
    earlier = before[-1].values
    return (
        {"technician": earlier["technician"]} if earlier.keys() & {"technician", "customer"} == {"technician"} else {}
    )


def _same_ticket(request: Request, before: Sequence[Request]) -> dict[str, Any]:
    """“Log three hours on ISS-2026-00118 and close it": what is joined to one ticket is about it."""
    tickets = {earlier.values["ticket"] for earlier in before if "ticket" in earlier.values}
    named = request.values.keys() & {"ticket", "customer", "location"}
    if len(tickets) != 1 or named or request.name not in _OF_TICKETS:
        return {}
    return {"ticket": next(iter(tickets))}


def _exported(requests: list[Request]) -> list[Request]:
    """“The mismatches, then the orphans. csv for both": one way out for all of the reports."""
    of_all = [
        request.values["export"]
        for request in requests
        if "export" in request.values and _ALL_OF_THEM.find(request.clause.all_tokens)
    ]
    return [
        replace(request, values={"export": of_all[0], **request.values})
        if of_all and "export" in CATALOGUE[request.name].model_fields
        else request
        for request in requests
    ]


def _is_topic(request: Request) -> bool:
    """“Bouchard: remove line ..., and ...": who is named first of all is who all of it is about."""
    for token in request.clause.all_tokens:
        if token.entity is not None and token.entity.kind in WHO:
            return True
        if token.is_word and token.flat not in _FRONTING:
            return False
    return False


def _part_of_address(who: Mapping[str, Any]) -> bool:
    """“Their signal at 522”: a civic number alone tells one of somebody's locations."""
    return who.keys() == {"location"} and str(who["location"]).isdigit()


def _is_another_place(request: Request, own: Mapping[str, Any], *, led: bool) -> bool:
    """“Bouchard: equipment at 104 ..., subscriptions at 112 ...": both places are of the one whom all is about."""
    return led and own.keys() == {"location"} and CATALOGUE[request.name].kind == "read"


def _same_period(request: Request, before: Sequence[Request]) -> dict[str, Any]:
    """“Since January, Roy's invoices and his payments": all that is joined to a period is of it."""
    first = before[0] if before else None
    fronted = first is not None and bool(first.clause.tokens) and _dates_all(first.clause.all_tokens[0])
    takes = "since" in CATALOGUE[request.name].model_fields and not request.values.keys() & {"since", "until"}
    if first is None or not fronted or not takes or request.clause.strong_start:
        return {}
    return {name: first.values[name] for name in ("since", "until") if name in first.values}


def _dates_all(token: Token) -> bool:
    return token.entity is not None and token.entity.kind == "date"


def _takes_who(request: Request) -> bool:
    if "customer" not in CATALOGUE[request.name].model_fields:
        return False
    everyone = {token.flat for token in request.clause.tokens} & _EVERYONE
    return "who" in CATALOGUE[request.name].required or request.points or not everyone


def _fitting(name: str, who: dict[str, Any]) -> dict[str, Any]:
    fields = CATALOGUE[name].model_fields
    fit = {key: value for key, value in who.items() if key in fields}
    if "did" in fields and str(fit.get("customer", "")).isdigit() and len(str(fit["customer"])) == _DIGITS:
        return {"did": fit["customer"]}  # « Le 450-825-2100 veut plus de messages, ferme sa boîte vocale »
    return fit or ({"customer": who["location"]} if "location" in who else {})
