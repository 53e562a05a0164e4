"""A message cut into clauses, one request each, with the statements around them as their context.

Enters: the tokens of a message. Leaves: ``Clause``s in order. "Cut him off on the 2nd" stays with the arrangement
before it, a reason stays with what it explains, a note keeps its text. It never drops a token: what asks for
nothing is somebody's context.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from agent.intents.actions import CATALOGUE
from agent.intents.local.classifier import Classifier
from agent.intents.local.evidence import ARTICLES, COMMANDS, ORDERS, core_end, explains, present_in
from agent.intents.local.learning import bag_of
from agent.intents.local.lexicon import WHO, Found, Lexicon
from agent.intents.local.openers import HEADS, SPEAKING, Openers
from agent.intents.local.particulars import READERS
from agent.intents.local.rows import Rows
from agent.intents.local.said import Token
from agent.intents.local.telling import Telling
from prompts import words_of

_AND = frozenset({"and", "et", "pis"})
_ASKING = words_of("asking")
_ADVERBS = frozenset({"just", "juste"})
_KEEPING = frozenset(
    {"still", "shows", "has", "says", "thinks", "a", "est", "montre", "dit", "pense", "pointe", "encore"}
)
_LATE = _ADVERBS | {"also", "aussi"}
_ADDRESSED = frozenset({"you", "u", "tu", "vous", "we", "on"})
_PARTS = frozenset({"half", "quarter", "demi", "demie", "quart"})
_SEVERAL_ORDERS = frozenset({"orders", "bons", "workorders"})
_BUT = frozenset({"but", "mais"})
_COORDINATING = frozenset({"and", "et", "&", "pis", ",", "ni", "ou", "or"})
_COPULAS = words_of("copulas")
_DONE = frozenset(
    {"cleared", "paid", "settled", "received", "regle", "paye", "recu", "rentre", "passe", "done", "cashed"}
)
_DETERMINERS = words_of("object_determiners")
_FILLERS = words_of("fillers")
_GOVERNED = frozenset({"the", "his", "her", "their", "le", "la", "l", "les", "son", "sa", "ses", "leur"})
_NO_RECORDING = frozenset({"if", "si", "unless", "once", "when", "quand"})
_NOTE_HEADS = frozenset({"note", "notes", "remarque", "remark"})
_HEADING = frozenset({":", "‖", "\n"})
"""What sets a name apart from what is asked about it."""
_IT = frozenset({"it", "that", "la", "le", "les", "l", "ca", "them"})
_LEADING = words_of("leading")
_NOTE_HEAD = 9
"""How many words may stand between the word for a note and its colon."""
_READABLE = frozenset({"INVOICE_NOUN", "BALANCE", "SIGNAL", "PROFILE", "WIFI", "IP", "EQUIPMENT", "ITS_AUTOPAY"})
_LISTED = frozenset({"WORK_ORDER", "VISIT", "PAYMENT", "SUBSCRIPTION", "TICKET", "QUOTE", "PHONE_LINE", "HOURS"})
_SEEMING = words_of("seeming")
_STATES = words_of("states")
_TROUBLED = frozenset({"DOWN", "DEVICE", "NET"})
_THERE_IS = frozenset({"there", "theres", "y", "ya", "il"})
_TITLES = words_of("titles")
_TOLD_HEADS = words_of("told_heads")
_VERBS = words_of("telling_verbs")
_WEAK = words_of("joints")
_LOOKING = words_of("looking")
_ORDERS = frozenset({"SUSPEND", "UNSUSPEND", "RESTART"})
_WITH_NOTES = frozenset({"QUOTE", "OFFER", "WORK_ORDER", "LOG_WORK", "WAS_THERE"})
_WAITING = frozenset({"hold", "suspens", "attente", "pause"})
_NOTE_THAT = (["note", "that"], ["note", "que"], ["note", "qu"])
_LISTINGS = words_of("listings")
_MOVING_ON = words_of("moving_on")
_OPENING = HEADS | ORDERS | {"NOTE"}
_DETAILED = frozenset(name for name in READERS if CATALOGUE[name].kind == "write")
_OTHERS = frozenset({"he", "she", "they", "il", "elle", "ils", "elles", "y"})
_ORDINALS = frozenset({"last", "latest", "next", "dernier", "derniere", "prochain", "prochaine"})
_PAST = words_of("past_terms")
_POSSESSIVES = frozenset({"his", "her", "their", "son", "sa", "ses", "leur", "leurs"})
_SKIPPED = _WEAK | _FILLERS | _MOVING_ON | _ORDINALS
"""Before the word by which something is asked for."""
_STRONG = frozenset(".;!?\n…‖")
_SUBJECTS = words_of("subjects")
_TERMS = frozenset({"@money", "@date"})
_SURE, _ASKED = 0.9, 0.3
"""How surely two parts have to resemble two actions, and how little the second may be put as what is told."""
_FEW = 4
_FEW_WORDS = 2
_PLAINLY_ASKED = 0.1
_OF_WORDS = frozenset({"create_ticket", "add_note", "log_work_order", "update_ticket", "suspend_customer"})
"""What mostly consists of what is told."""
_TEXTS = frozenset({"reason", "note", "comment", "subject", "description"})
_WITH_911 = frozenset({"did_report", "list_phone_lines"})
"""What shows the 911 address of every line."""
_NAMING_IT = frozenset({"a", "the", "le", "la", "l", "les", "any", "all", "what", "quels", "quelles", "tous", "toutes"})
_A_SENTENCE = 5
"""Fewer words than that ("and his balance too") tell nothing."""
_TOLD = 0.5
"""How surely a part has to be put as what is told, where it stands beside a request."""
_WISHES = frozenset({"WANT", "HELP"})


@dataclass(frozen=True)
class Clause:
    """Tokens that ask for one thing; ``context`` are statements around it (a reason, a problem)."""

    tokens: tuple[Token, ...]
    context: tuple[Token, ...] = ()
    strong_start: bool = True
    """False where only "and", "then" or a comma sets it apart from the clause before."""
    apart: bool = False
    """True where it is put as a request by itself, beside another."""

    @property
    def all_tokens(self) -> tuple[Token, ...]:
        """Core and context, in the order of the text."""
        return tuple(sorted((*self.tokens, *self.context), key=lambda token: token.start))


class Splitter:
    """Cuts the tokens of a message into clauses."""

    def __init__(self, lexicon: Lexicon, classifier: Classifier, telling: Telling) -> None:
        self._lexicon = lexicon
        self._classifier = classifier
        self._telling = telling
        self.openers = Openers(lexicon)
        self.rows = Rows(lexicon)

    def split(self, tokens: Sequence[Token]) -> list[Clause]:
        """The clauses, in order; at least one where there is any token."""
        if items := self.rows.under_heading(tokens):
            return [Clause(item) for item in items]
        clauses: list[Clause] = []
        joined = {i for f in self._lexicon.cues.find(tokens) if f.group == "RESTART" for i in range(f.start, f.end)}
        for atom, strong in self._fronted(atoms_of(tokens, joined | _between_names(tokens))):
            for part in self._orders_in(atom):
                self._place(clauses, part, strong=strong)
        return self._with_statements(clauses)

    def _fronted(self, atoms: Sequence[tuple[tuple[Token, ...], bool]]) -> list[tuple[tuple[Token, ...], bool]]:
        """The parts, a name set before what is asked about it joined to that: "Roy: is she online? Côté: ..."."""
        done: list[tuple[tuple[Token, ...], bool]] = []
        for atom, strong in atoms:
            begins = bool(done) and self._fronts(*done[-1], atom)
            done[-1:] = [((*done[-1][0], *atom), True)] if begins else [*done[-1:], (atom, strong)]
        return done

    def _fronts(self, name: Sequence[Token], strong: bool, atom: Sequence[Token]) -> bool:  # noqa: FBT001 - the two halves of one pair
        led = strong or name[0].flat in _COORDINATING or name[-1].flat == ":"
        bare = all(t.entity or not t.is_word or t.flat in _TITLES | _WEAK | _FILLERS | _LEADING for t in name)
        if not led or not bare or not any(t.entity and t.entity.kind in WHO for t in name):
            return False
        names = any(token.entity and token.entity.kind in WHO for token in atom)
        asks = self.openers.is_order(atom) or self.openers.is_wish(atom[1:]) or self._starts_request(atom)
        return atom[0].flat == ":" or (atom[0].flat == "," and asks and not names)

    def _orders_in(self, atom: tuple[Token, ...]) -> list[tuple[Token, ...]]:
        """Dictation: "check his signal restart his router" is two orders without a word between."""
        cues = self._lexicon.cues.find(atom)
        if any(cue.group == "NOTE" for cue in cues):
            cues = [cue for cue in cues if cue.start < min(c.start for c in cues if c.group == "NOTE")]
        within = {at for cue in cues for at in range(cue.start + 1, cue.end)}
        starts = {cue.start for cue in cues if cue.group in _ORDERS} - within
        for at in range(2, len(atom) - 1):
            governs = atom[at + 1].entity or atom[at + 1].flat in _GOVERNED
            after_word = atom[at - 1].is_word and atom[at - 1].flat not in self._lexicon.function
            if at in starts and governs and after_word and self._asks(atom[:at]) and not self.is_statement(atom[:at]):
                return [atom[:at], *self._orders_in(atom[at:])]
        return [atom]

    def _place(self, clauses: list[Clause], atom: tuple[Token, ...], *, strong: bool) -> None:
        told = (self._states_terms, self._states_trouble, self._names_orphans, self._tells_hours, self._wishes_address)
        if clauses and (ticket := self._ticket_before(clauses[-1], atom)):
            clauses.append(Clause((*ticket, *atom), strong_start=strong))
            return
        if clauses and any(way(clauses[-1], atom) for way in told):
            clauses[-1] = replace(clauses[-1], tokens=(*clauses[-1].tokens, *atom))
            return
        actions = self._asked_in(clauses[-1], atom) if clauses else None
        if actions and self._is_another(clauses[-1], atom, actions):
            clauses.append(Clause(atom, strong_start=strong))
            return
        if actions and self._stands_apart(clauses[-1], atom, actions):
            clauses[-1:] = [replace(clauses[-1], apart=True), Clause(atom, strong_start=strong, apart=True)]
            return
        if not clauses or (self._is_request(atom, strong=strong) and not self._continues(clauses[-1], atom)):
            if clauses and (
                self._is_lead(clauses[-1])
                or self._takes_up(clauses[-1], atom)
                or self._tells_address(clauses[-1], atom)
            ):
                clauses.append(self._led_into(clauses.pop(), atom))
            else:
                clauses.append(Clause(atom, strong_start=strong))
            return
        last = clauses[-1]
        if last.tokens[-1].flat == "‖" and not self._is_lead(last) and not self._is_noting(last):
            clauses.append(Clause(atom, strong_start=strong))
            return
        goes_on = bool(last.context) and last.context[-1].start > last.tokens[-1].start
        if goes_on or self._explains(last, atom):
            clauses[-1] = replace(last, context=(*last.context, *atom))
        else:
            clauses[-1] = replace(last, tokens=(*last.tokens, *atom))

    def _asked_in(self, last: Clause, atom: Sequence[Token]) -> tuple[str, str] | None:
        """The two actions that a clause and a part after it are surely put as; None where they are not two."""
        rest = _without_joints(atom)
        words = any(token.is_word for token in rest)
        if not words or self._is_noting(last) or self._telling.share(rest) > _ASKED:
            return None
        (before, certain), (now, sure) = (self._resembles(part) for part in (last.tokens, rest))
        column = now == "get_e911_address" and before in _WITH_911
        return None if now == before or column or min(sure, certain) < _SURE else (before, now)

    def _is_another(self, last: Clause, atom: Sequence[Token], actions: tuple[str, str]) -> bool:
        """“..., and any planned visits", « ..., pis c'est quoi son IP? »: put as something else is asked for."""
        rest, kinds = _without_joints(atom), [CATALOGUE[name].kind for name in actions]
        if kinds[1] == "conversation" or explains(rest) or self._is_of(last, atom):
            return False
        if self._goes_on_noting(last, atom) or self._restarts_too(last, atom):
            return False
        noted = self._notes(atom) and not present_in(last.tokens, self._lexicon) & _WITH_NOTES
        names_it = rest[0].flat in _POSSESSIVES | _NAMING_IT or (len(rest) <= _FEW and self._starts_request(rest))
        ordered = self.openers.is_order(atom) or self.openers.is_question(atom) or noted
        return ordered or (names_it and kinds == ["read", "read"])

    def _stands_apart(self, last: Clause, atom: Sequence[Token], actions: tuple[str, str]) -> bool:
        """“Last 3 invoices of Roy; active plans of Smith", « ..., pis qui passe chez qui lundi »: neither is told.

        What has a text of its own (a reason, a problem) is followed by it, however that is put.
        """
        rest, before = _without_joints(atom), actions[0]
        strong = last.tokens[-1].flat in _STRONG
        start = next((at for at, token in enumerate(atom) if token.flat not in _WEAK), 0)
        if not strong and not any(token.flat in _AND for token in atom[:start]):
            return False
        few = any(len(_content(part, self._lexicon)) < _FEW_WORDS for part in (last.tokens, rest))
        told = self._telling.share(last.tokens) > _ASKED
        if few or told or present_in(last.tokens, self._lexicon, negated=True):
            return False
        kinds = [CATALOGUE[name].kind for name in actions]
        if "conversation" in kinds or kinds == ["write", "write"] or (before in _DETAILED and not strong):
            return False
        open_text = CATALOGUE[before].model_fields.keys() & _TEXTS and (
            before in _OF_WORDS or self._telling.share(rest) > _PLAINLY_ASKED
        )
        return not open_text and not self._is_of(last, atom)

    def _is_of(self, last: Clause, atom: Sequence[Token]) -> bool:
        """True for what belongs to the request before, however it is put."""
        ways = (self._states_promise, self._tells_address, self._takes_up, self._says_again, self._belongs)
        return any(way(last, atom) for way in ways)

    def _belongs(self, last: Clause, atom: Sequence[Token]) -> bool:
        """What a report shows of each line, a remark of a ticket, and what only points ("..., look it up")."""
        said, now = present_in(last.tokens, self._lexicon), present_in(atom, self._lexicon)
        rest, _ = self.openers.without_turning(atom)
        if said & _WITH_NOTES and atom[0].flat in _NOTE_HEADS and "@name" not in now:
            return True
        points = any(token.flat in _IT for token in atom) and not any(token.entity for token in atom)
        columns = said & {"DID_REPORT", "PHONE_LINES"} and now & {"E911", "ADDRESS", "VOICEMAIL"} and "@name" not in now
        return points or bool(columns) or "CUTOFF" in now or self._remarks(last, rest) or atom[0].flat == ":"

    def _resembles(self, tokens: Sequence[Token]) -> tuple[str, float]:
        """The action whose phrases a part resembles most, and how surely."""
        shares = self._classifier.probabilities(bag_of(tokens, self._lexicon))
        return max(shares.items(), key=lambda pair: pair[1])

    def _led_into(self, lead: Clause, atom: tuple[Token, ...]) -> Clause:
        """What came before asked for nothing: a name begins this request ("Luc Gagnon:"), a tale explains it.

        The terms of a promise are told before the arrangement is asked for, and stay with it.
        """
        present = present_in(lead.tokens, self._lexicon)
        promised = "@date" in present and present & {"@money", "@number", "@count"}
        tale = self.is_statement(lead.tokens) or self.openers.speaks(lead.tokens)
        takes_up = self._tells_address(lead, atom) or self._bills(lead, atom)
        if promised or not self._asks(atom) or not tale or takes_up:
            return replace(lead, tokens=(*lead.tokens, *atom))
        return Clause(atom, (*lead.context, *lead.tokens))

    def _explains(self, last: Clause, atom: tuple[Token, ...]) -> bool:
        """A sentence of its own after a request: "The man can't bend down"."""
        words = [token for token in atom if token.flat not in _WEAK]
        if atom[0].flat in _BUT or explains(words) or not self.is_statement(atom):
            return False
        asked = present_in(last.tokens, self._lexicon)
        if "TICKET" in asked and "ASSIGN" in present_in(atom, self._lexicon):
            return False  # « La plainte de Roy, c'est Sophie qui devrait s'en occuper »: who gets it.
        arranging = self._lexicon.entries["create_payment_arrangement"].evident(asked)
        return "NOTE" not in asked and not arranging and self._is_real(last)

    def _states_terms(self, last: Clause, atom: Sequence[Token]) -> bool:
        """“We agreed on 60 for March 27. Set that arrangement up": the terms come before the order."""
        said, now = present_in(last.tokens, self._lexicon), present_in(atom, self._lexicon)
        made = now | (present_in(atom, self._lexicon, negated=True) & {"MAKE"})
        orders = {"ARRANGEMENT", "MAKE"} <= made and not now & {"@money", "@date", "@name", "CANCEL"}
        open_terms = {"@money", "@date"} <= said and not said & {"BALANCE", "ARRANGEMENT", "NOTE", "INVOICE_NOUN"}
        return orders and open_terms and not {token.flat for token in last.tokens} & _PAST

    def _states_trouble(self, last: Clause, atom: Sequence[Token]) -> bool:
        """“The phones are dead at Roy's, reboot the ATA": what is told first, the restart takes up."""
        now = present_in(atom, self._lexicon)
        words = [token.flat for token in last.tokens if token.is_word]
        if "RESTART" not in now or "@name" in now or present_in(atom, self._lexicon, negated=True) or not words:
            return False
        said = present_in(last.tokens, self._lexicon)
        asked = "?" in {token.flat for token in last.tokens} or words[0] in _ASKING
        ordered = self._lexicon.groups_of(words[0]) & {"CHECK", "SHOW"} or said & (COMMANDS - {"MAKE"})
        return bool(said & _TROUBLED) and not asked and not ordered and not said & (_READABLE - {"WIFI"})

    def _names_orphans(self, last: Clause, atom: Sequence[Token]) -> bool:
        """“The orphans at 911, take every one of them off": what is named first is what is struck out."""
        said, now = (present_in(tokens, self._lexicon) for tokens in (last.tokens, atom))
        ends = now & {"DEREGISTER", "CANCEL"} and not any(token.entity for token in atom)
        orphans = "ORPHAN" in said or {"NO_LINE", "E911"} <= said
        return orphans and bool(ends) and not self._is_question_or_order(last.tokens)

    def _tells_hours(self, last: Clause, atom: Sequence[Token]) -> bool:
        """“Work order, two hours for Sophie": first what is to be put on record, then how long it took."""
        said, now = (present_in(tokens, self._lexicon) for tokens in (last.tokens, atom))
        one = "WORK_ORDER" in said and not {token.flat for token in last.tokens} & _SEVERAL_ORDERS
        asked = (said | now) & {"SHOW", "QUESTION", "BILL_IT", "CHECK"}
        return one and not asked and bool(now & {"HOURS", "@time", "@decimal"})

    def _is_lead(self, last: Clause) -> bool:
        """True for what asks for nothing by itself; what is forbidden stands by itself."""
        forbidden = present_in(last.tokens, self._lexicon, negated=True)
        return not forbidden and not self._asks(last.tokens)

    def _takes_up(self, last: Clause, atom: Sequence[Token]) -> bool:
        """“Roy's arrangement fell through, cancel it”: the order takes up what the statement speaks of."""
        if self._settles(last, atom) or self._bills(last, atom):
            return True
        if last.tokens and last.tokens[0].flat in _LEADING and not self._has_write(last.tokens):
            return self.openers.is_order(atom)
        if not self.openers.is_order(atom) or not self.is_statement(last.tokens) or self._orders_recording(last.tokens):
            return False
        commands = {found.start for found in self._lexicon.cues.find(atom) if found.group in COMMANDS}
        ends = {
            "",
            ".",
            "!",
            "?",
            ",",
            "please",
            "svp",
            "stp",
            "for",
            "pour",
            "donc",
            "then",
            "off",
            "on",
            "down",
        }
        following = [token.flat for token in atom[1:]] + [""]
        return any(
            token.flat in _IT and (after in ends or at + 1 in commands)
            for at, (token, after) in enumerate(zip(atom, following, strict=True))
        )

    def _tells_address(self, last: Clause, atom: Sequence[Token]) -> bool:
        """« Le 911 du 450-272-2408, mets l'adresse au ... »: what it is about comes before the order."""
        told, now = (present_in(tokens, self._lexicon) for tokens in (last.tokens, atom))
        asked = "ADDRESS" in now and "@name" not in now and "?" in {token.flat for token in atom}
        supposed = last.tokens[0].flat in _NO_RECORDING and "SHOULD_BE" in now  # « Quand il appelle le 911, ... »
        asked_or_ordered = not supposed and self._is_question_or_order(last.tokens)
        if "E911" not in told or "@phone" in now or "@address" in told or asked_or_ordered:
            return False
        flats = [token.flat for token in last.tokens]
        told_of = supposed or self.is_statement(last.tokens)
        telling = "QUESTION" not in told or told_of or ("SHOULD_BE" in now and "?" not in flats)
        return asked or ("@address" in now and telling)

    def _wishes_address(self, last: Clause, atom: Sequence[Token]) -> bool:
        """« Au 911 c'est encore l'ancienne adresse de Roy, faut que ce soit ... »: a wish about what was told."""
        return "SHOULD_BE" in present_in(atom, self._lexicon) and self._tells_address(last, atom)

    def _ticket_before(self, last: Clause, atom: Sequence[Token]) -> tuple[Token, ...]:
        """The ticket of "log two hours on ISS-2026-00118, then close it", which the second order points at."""
        tickets = tuple(token for token in last.tokens if token.entity and token.entity.kind == "ticket")
        named = any(token.entity and token.entity.kind in {*WHO, "ticket"} for token in atom)
        starts = [cue.start for cue in self._lexicon.cues.find(atom) if cue.group == "TICKET_IT"]
        led = bool(starts) and all(token.flat in _SKIPPED for token in atom[: min(starts)])
        return tickets if led and len(tickets) == 1 and not named and self.openers.is_order(last.tokens) else ()

    def _is_question_or_order(self, tokens: Sequence[Token]) -> bool:
        asks = bool({"SHOW", "CHECK"} & present_in(tokens, self._lexicon)) and not self.is_statement(tokens)
        return asks or self.openers.is_order(tokens) or self.openers.is_question(tokens)

    def _settles(self, last: Clause, atom: Sequence[Token]) -> bool:
        """“He'll pay 60 on Friday. Can you set that arrangement up?”: the terms were told before."""
        told, now = (present_in(tokens, self._lexicon) for tokens in (last.tokens, atom))
        other = {"CANCEL", "SHOW_ARRANGEMENT", "@money", "@date", "@count", "@name"}
        terms = "@date" in told and bool(told & {"@money", "@number"})
        return terms and "ARRANGEMENT" in now and not now & other and "ARRANGEMENT" not in told

    def _bills(self, last: Clause, atom: Sequence[Token]) -> bool:
        """“Roy has an unbilled work order, can you bill it?": which one is told before."""
        told, now = (present_in(tokens, self._lexicon) for tokens in (last.tokens, atom))
        pointed = bool({token.flat for token in atom} & _IT)
        # "There's a work order for Roy" only sounds like one to be written.
        tells = last.tokens[0].flat in _THERE_IS or self.is_statement(last.tokens)
        spoken_of = {"BILL_IT", "LOG_WORK"} if tells else {"BILL_IT"}
        work = told & {"WORK_ORDER", "WORK_DONE"} and not told & ORDERS - spoken_of
        return bool(work) and pointed and "BILL_IT" in now and not now & {"@name", "WORK_ORDER"}

    def _asks(self, tokens: Sequence[Token]) -> bool:
        present = present_in(tokens, self._lexicon) | {"@who"}
        return bool(self._lexicon.evident(present))

    def _is_request(self, atom: Sequence[Token], *, strong: bool) -> bool:
        """True for a part that could stand alone: it has evidence, and is no reason."""
        start = next((at for at, token in enumerate(atom) if token.flat not in _WEAK), 0)
        if start and core_end(atom[start - 1 :], self._lexicon) == 1:
            return False
        if self._only_looks(atom):
            return False
        if present_in(atom, self._lexicon, negated=True):
            return True
        if self._has_write(atom):
            return not self._tells_of_others(atom)
        return self._asks(atom) and not self.is_statement(atom) and (strong or self._starts_request(atom))

    def _only_looks(self, atom: Sequence[Token]) -> bool:
        """“Can you look?”: asks for nothing that was not asked before."""
        words = [token for token in atom if token.is_word and token.flat not in self._lexicon.function]
        return (
            all(token.flat in _LOOKING for token in words) and not any(token.entity for token in atom) and bool(words)
        )

    def _tells_of_others(self, atom: Sequence[Token]) -> bool:
        """“He bounced another cheque”: a write's word in a sentence about the customer is no order."""
        said = [token.flat for token in atom if token.flat not in _WEAK and token.flat not in _FILLERS]
        wishes = present_in(atom, self._lexicon) & {"WANT", "PAY", "ARRANGEMENT", "UNSUSPEND"}
        return bool(said) and said[0] in _OTHERS and not wishes

    def _starts_request(self, atom: Sequence[Token]) -> bool:
        """True when the first word that says something is one by which things are asked for."""
        flats = {token.flat for token in atom}
        led = next((token.flat for token in atom if token.is_word and token.flat not in _WEAK), "")
        if flats & _ASKING or "?" in flats or led == "any":
            return True
        for at, token in enumerate(atom):
            if token.is_word and token.flat not in self._lexicon.function | _SKIPPED:
                if token.flat in _TOLD_HEADS and not self._is_invoice(atom, at + 1):
                    return False
                return (token.flat not in _STATES or self._names_invoices(atom)) and any(
                    f.start <= at < f.end for f in self._lexicon.cues.find(atom)
                )
        return False

    def _is_invoice(self, atom: Sequence[Token], at: int) -> bool:
        return at < len(atom) and "INVOICE_NOUN" in self._lexicon.groups_of(atom[at].flat)

    def _names_invoices(self, atom: Sequence[Token]) -> bool:
        return "INVOICE_NOUN" in present_in(atom, self._lexicon)

    def _has_write(self, atom: Sequence[Token]) -> bool:
        """True where something is to be changed; a sentence about somebody only brings an arrangement up."""
        core = atom[: core_end(atom, self._lexicon)]
        present = present_in(core, self._lexicon) | {"@who"}
        told = {"undo", "help"} | (set() if present & _TERMS else {"create_payment_arrangement"})
        told |= {"add_note"} if {token.flat for token in core[:4]} & SPEAKING else set()
        # « Paiement de 312,40 reçu » beside an order tells why; "record 60" is an order.
        told |= set() if "RECEIVE" in present or self._orders_recording(core) else {"record_payment"}
        spoken_of = told if self.is_statement(core) and not present & _WISHES else set()
        return any(CATALOGUE[name].kind != "read" for name in self._lexicon.evident(present) - spoken_of)

    def _orders_recording(self, core: Sequence[Token]) -> bool:
        """« Roy a donné 60 comptant. Rentre-le »: an order of its own after what came in."""
        return (
            any(
                cue.group == "RECORD_IT" and cue.start and core[cue.start - 1].flat in _STRONG | _WEAK
                for cue in self._lexicon.cues.find(core)
            )
            and not {token.flat for token in core} & _NO_RECORDING
        )

    def is_statement(self, atom: Sequence[Token]) -> bool:
        """True for "he owes 300", « son internet est lent »: it tells, it does not ask."""
        said = [token for token in atom if token.flat not in _WEAK]
        while said and said[0].flat in _FILLERS:
            said = said[1:]
        whole = len(said)
        while said and (_names(said[0]) or said[0].flat in _TITLES or (len(said) < whole and said[0].flat == "la")):
            said = said[1:]
        flats = [token.flat for token in said]
        if "?" not in flats and _tells_outright(flats, named=len(said) < whole):
            return True
        led = len(said) < whole and not any(token.flat in _HEADING for token in atom[:-1])
        if (
            not any(token.is_word for token in said)
            or "?" in flats
            or self.openers.is_order(said)
            or set(flats) & (_ASKING - {"est", "is", "has", "did", "are", "qui", "do", "does"})
            or _asks_with_tu(flats)
            or (flats[0] == "s" and len(said) < whole and self._is_noun_phrase(said[1:]))
            or self.rows.is_payment(atom)
            or (flats[0] in {"a", "une"} and flats[1:2] and flats[1] in _LISTINGS)
        ):
            return False
        if (self.openers.is_wish(said) and self._asks(said)) or self.openers.orders_within(said):
            return False
        if (
            flats[-1] in _DONE
            or flats[0] in _SEEMING
            or explains(said)
            or (flats[0] == "911" and flats[1:2] and flats[1] in _KEEPING)
        ):
            return True
        if (
            flats[0] in _POSSESSIVES
            and sum(t.entity is None for t in said) <= 6
            and self._starts_request(said)
            and self._is_noun_phrase(said)
        ):
            return False
        return flats[0] in _SUBJECTS or led or self._describes(flats)

    def _describes(self, flats: Sequence[str]) -> bool:
        """“The box is dead", "phones are down", « mon boss a décidé »: a thing or a person, and its verb."""
        if flats[0] in ARTICLES:
            return bool(set(flats[1:]) & _COPULAS) or bool(set(flats[1:4]) & (_VERBS | _TOLD_HEADS) - {"a"})
        if flats[0] in _DETERMINERS:
            return bool(set(flats[1:5]) & (_COPULAS | _VERBS | _TOLD_HEADS))
        return flats[1:2] in (["are"], ["sont"], ["were"])

    def _is_noun_phrase(self, said: Sequence[Token]) -> bool:
        """“Her overdue invoices”, "Roy's file" ask for them; "her payment came in" tells."""
        words = [token for token in said if token.is_word]
        verbless = not {token.flat for token in words} & (_COPULAS | _TOLD_HEADS | _VERBS - {"a"})
        nouns = [f for f in self._lexicon.cues.find(words) if f.group in _READABLE or self._is_list(f, words)]
        return any(f.end >= len(words) - 1 or (verbless and f.start <= 1) for f in nouns)

    @staticmethod
    def _is_list(cue: Found, words: Sequence[Token]) -> bool:
        """“Her visits”, « ses bons de travail », "his last payment": several of what is listed, or the one of a row."""
        several = any(words[at].flat.endswith("s") for at in (cue.start, cue.end - 1))
        return cue.group in _LISTED and (several or bool({token.flat for token in words} & _ORDINALS))

    def _continues(self, last: Clause, atom: Sequence[Token]) -> bool:
        """True for what belongs to the request before: its details, its cut-off, or the rest of a note."""
        if last.tokens[-1].flat == "‖":
            return False
        ways = (self._goes_on_noting, self._details, self._explains_on, self._restarts_too, self._states_promise)
        return any(way(last, atom) for way in ways)

    def _goes_on_noting(self, last: Clause, atom: Sequence[Token]) -> bool:
        """The rest of a note, however many sentences it has."""
        if "NOTE" not in present_in(last.tokens, self._lexicon):
            return False
        ends = self.openers.is_order(atom) or self.openers.is_question(atom)
        if last.tokens[-1].flat in _STRONG and self._asks_for_list(atom):
            return False
        return self._is_dictated(last) or (self._is_noting(last) and (atom[0].flat == ":" or not ends))

    def _asks_for_list(self, atom: Sequence[Token]) -> bool:
        """“Note for Roy: she's moving. And any open quotes for her?": a question of ours ends the note."""
        words = [token.flat for token in atom if token.flat not in _WEAK]
        evident = self._lexicon.evident(present_in(atom, self._lexicon) | {"@who"})
        asked = words[-1:] == ["?"] and words[0] in _ASKING | {"any", "y", "show", "montre"}
        reads = any(CATALOGUE[name].kind == "read" for name in evident)
        return asked and reads and not self.openers.is_order(atom)

    def _details(self, last: Clause, atom: Sequence[Token]) -> bool:
        """What is told beside a larger action is a detail of it, unless it asks for something else."""
        present, now = present_in(last.tokens, self._lexicon), present_in(atom, self._lexicon)
        columns = "DID_REPORT" in present and now & {"E911", "ADDRESS"} and "@name" not in now
        if columns and atom[0].flat in _COORDINATING:
            return True
        return self._asks_for_details(last) and not self._asks_for_else(last, atom)

    def _explains_on(self, last: Clause, atom: Sequence[Token]) -> bool:
        """“... because he swears up | and down that he's paid": the reason goes on."""
        reasons = core_end(last.tokens, self._lexicon) < len(last.tokens)
        joined = atom[0].flat in _AND and "@name" not in present_in(atom, self._lexicon)
        return (
            reasons
            and joined
            and not self.openers.is_order(atom)
            and not self.openers.is_question(atom)
            and not self._has_write(atom)
        )

    def _restarts_too(self, last: Clause, atom: Sequence[Token]) -> bool:
        """“Restart the router, and the ONT”."""
        now = present_in(atom, self._lexicon)
        return (
            "RESTART" in present_in(last.tokens, self._lexicon)
            and "DEVICE" in now
            and not self.openers.is_order(atom)
            and not present_in(atom, self._lexicon, negated=True)
            and not now & {"BALANCE", "INVOICE_NOUN", "DOWN"}
            and not {token.flat for token in atom} & _ASKING
        )

    def _states_promise(self, last: Clause, atom: Sequence[Token]) -> bool:
        """The cut-off of an arrangement, and what else is said of its payments."""
        present, now = present_in(last.tokens, self._lexicon), present_in(atom, self._lexicon)
        arranging = "ARRANGEMENT" in present or ("PAY" in present and present & {"@money", "@date"})
        if not arranging or "CANCEL" in present or "@person" in now:
            return False
        cutoff = "CUTOFF" in now and ("@date" in now or "IF_UNPAID" in now)
        detail = now & {"PAY", "FREQUENCY", "@date", "@money", "@count"} and not now & {"BALANCE", "INVOICE_NOUN"}
        return cutoff or (bool(detail) and not self.openers.is_order(atom))

    def _asks_for_details(self, last: Clause) -> bool:
        """True after the request for an action with fields of its own for whatever is told beside it."""
        present = present_in(last.tokens, self._lexicon) | {"@who"}
        return bool(self._lexicon.evident(present) & _DETAILED) and "HELP" not in present

    def _asks_for_else(self, last: Clause, atom: Sequence[Token]) -> bool:
        """“..., then close ISS-2026-00030", "... and what does he owe?": an order or a question of its own."""
        if atom[0].flat == ":":
            return False
        noted = present_in(last.tokens, self._lexicon) & {"LOG_WORK", "OFFER"}
        if noted and atom[0].flat in _NOTE_HEADS and not any(t.entity and t.entity.kind in WHO for t in atom):
            return False
        rest, turned = self.openers.without_turning(atom)
        if self._remarks(last, rest):
            return False
        while rest and (
            rest[0].flat in _FILLERS | _WEAK | _MOVING_ON
            or (rest[0].entity and rest[0].entity.kind in WHO | {"ticket"} and len(rest) > 1)
        ):
            rest = rest[1:]
        if not rest or not self._asks(atom) or self._says_again(last, atom) or self._is_its_voicemail(last, rest):
            return False
        if (
            (rest[-1].flat == "?" and (rest[0].flat in _ASKING or turned))
            or self._asks_how_much(rest)
            or self._tells_new_contact(last, rest)
            or self._ends_item(last, rest)
            or (self.rows.is_payment(atom) and any(token.entity and token.entity.kind in WHO for token in atom))
        ):
            return True
        cues = self._lexicon.cues.find(rest)
        opening = _OPENING if "@ticket" in present_in(rest, self._lexicon) else _OPENING - {"SET_TICKET"}
        return any(cue.start == 0 and cue.group in opening and not rest[0].aside for cue in cues)

    def _asks_how_much(self, rest: Sequence[Token]) -> bool:
        """« ... pis y doit combien après », "... then how much do they owe": asked without its mark."""
        asked = bool({token.flat for token in rest[:3]} & _ASKING)
        evident = self._lexicon.evident(present_in(rest, self._lexicon) | {"@who"})
        return asked and "get_balance" in evident and all(CATALOGUE[name].kind == "read" for name in evident)

    def _tells_new_contact(self, last: Clause, rest: Sequence[Token]) -> bool:
        """“..., email's now x@y.ca", « ..., son nouveau cell c'est le 450 ... »: nothing of the request before."""
        said, now = (present_in(tokens, self._lexicon) for tokens in (last.tokens, rest))
        lines = {
            "ADD_LINE",
            "VOICEMAIL",
            "E911",
            "PHONE_LINE",
            "CONTACT_FIELD",
            "TICKET",
            "@ticket",
            "SEND",
            "LOG_WORK",
        }
        field = any(cue.group == "CONTACT_FIELD" and cue.start <= 2 for cue in self._lexicon.cues.find(rest))
        value = bool(now & {"@phone", "@email"})
        return field and value and not said & lines and self._lexicon.entries["update_contact"].evident(now)

    def _ends_item(self, last: Clause, rest: Sequence[Token]) -> bool:
        """“New email ..., the tv's gotta go": what a customer has is ended, which is no detail of anything."""
        said, now = (present_in(tokens, self._lexicon) for tokens in (last.tokens, rest))
        ended = {"CANCEL", "@item"} <= now and "CANCEL" not in said and not said & {"SWAP", "QUOTE", "OFFER"}
        return ended and rest[0].flat in _DETERMINERS and self._lexicon.entries["cancel_subscription"].evident(now)

    def _says_again(self, last: Clause, atom: Sequence[Token]) -> bool:
        """“..., can you change it on the file?": the same asked for again, and nothing new in it."""
        if any(token.entity for token in atom) or present_in(atom, self._lexicon, negated=True):
            return False
        said, now = (
            {name for name, entry in self._lexicon.entries.items() if name in _DETAILED and entry.evident(present)}
            for present in (present_in(tokens, self._lexicon) | {"@who"} for tokens in (last.tokens, atom))
        )
        return (bool(now) and now <= said) or self._ends_it_again(last, atom)

    def _ends_it_again(self, last: Clause, atom: Sequence[Token]) -> bool:
        """« Veut pus de messagerie vocale, tu peux la fermer »."""
        said, now = (present_in(tokens, self._lexicon) for tokens in (last.tokens, atom))
        ended = "VOICEMAIL" in said and said & {"CANCEL", "CUT"} and now & {"CANCEL", "CUT"}
        flats = {token.flat for token in atom}
        return bool(ended) and bool(flats & _IT) and not now & {"SERVICE", "NET"}

    def _is_its_voicemail(self, last: Clause, rest: Sequence[Token]) -> bool:
        """« Ajoute une ligne ..., messages vocaux à ... »: what the new line has."""
        noun = "VOICEMAIL" in present_in(rest[:2], self._lexicon) and not self.openers.is_order(rest[:1])
        return noun and "ADD_LINE" in present_in(last.tokens, self._lexicon)

    def _remarks(self, last: Clause, rest: Sequence[Token]) -> bool:
        """“... and add the comment: ...” after what is asked of a ticket belongs to it."""
        said, now = present_in(last.tokens, self._lexicon), present_in(rest[:6], self._lexicon)
        if "SUSPEND" in now and said & {"TICKET", "@ticket"} and "CLOSE_TICKET" not in now:
            # "... and put it on hold": the ticket, where nobody is named.
            return not any(t.entity and t.entity.kind in WHO for t in rest) and bool({t.flat for t in rest} & _WAITING)
        with_note = bool(said & _WITH_NOTES)
        own = with_note and any(f.group == "ITS_NOTE" and f.start == 0 for f in self._lexicon.cues.find(rest))
        quoted = own or ("QUOTE" in said and [token.flat for token in rest[:2]] in _NOTE_THAT)
        if "CONVERT" in now and "CONVERT" not in said and {"@quote", "QUOTE_ACCEPTED"} <= said:
            return not now & {"@quote", "@name"}  # "SOQ-902 is signed, make it live on April 1".
        return quoted or ("COMMENT" in now and bool(said & {"TICKET", "@ticket"}) and "@who" not in now)

    def _is_dictated(self, clause: Clause) -> bool:
        """True after "note for Roy:": whatever follows the colon is the note."""
        cue = next((found.end for found in self._lexicon.cues.find(clause.tokens) if found.group == "NOTE"), 0)
        return any(token.flat == ":" for token in clause.tokens[cue : cue + _NOTE_HEAD])

    def _is_noting(self, clause: Clause) -> bool:
        return self._lexicon.entries["add_note"].evident(present_in(clause.tokens[:6], self._lexicon)) or any(
            found.group == "NOTE" for found in self._lexicon.cues.find(clause.tokens)
        )

    def _with_statements(self, clauses: list[Clause]) -> list[Clause]:
        """Statements beside a request become its context; alone they are requests ("his internet is down")."""
        if len(clauses) < 2 or not any(self._is_real(clause) for clause in clauses):
            return clauses
        done: list[Clause] = []
        waiting: tuple[Token, ...] = ()
        for clause in clauses:
            if self._is_real(clause):
                done.append(replace(clause, context=(*waiting, *clause.context)))
                waiting = ()
            elif done:
                done[-1] = replace(done[-1], context=(*done[-1].context, *clause.all_tokens))
            else:
                waiting = (*waiting, *clause.all_tokens)
        return done

    def _only_tells(self, part: Sequence[Token]) -> bool:
        """“Somebody's been in his account”, « y trouve pas le bouton »: put as what is told is, whatever it names."""
        words = [token.flat for token in part if token.is_word and token.flat not in _WEAK]
        asks = len(words) > 1 and (words[0] in _ASKING or words[1] in _LISTINGS or part[-1].flat == "?")
        if len(words) < _A_SENTENCE or asks or self._notes(part):
            return False
        wishes = any(self.openers.is_wish(part[at:]) for at in range(len(part)))
        starts = [0, *(at + 1 for at, token in enumerate(part[:-1]) if token.flat in _STRONG | _WEAK)]
        ordered = any(self.openers.is_order(part[at:]) or self._notes(part[at:]) for at in starts)
        turned = wishes or ordered or self.openers.orders_within(part)
        return not turned and self._telling.share(part) > _TOLD

    def _notes(self, part: Sequence[Token]) -> bool:
        """“... and write on the account that ...": how it is put is how what is told is put."""
        start = next((at for at, token in enumerate(part) if token.flat not in _WEAK), 0)
        noted = any(cue.group == "NOTE" and cue.start < 4 for cue in self._lexicon.cues.find(part[start:]))
        return noted and part[start].flat not in _SUBJECTS

    def _is_real(self, clause: Clause) -> bool:
        if self._only_tells(clause.tokens):
            return False
        if clause.apart:
            return True
        if present_in(clause.tokens, self._lexicon, negated=True) and not self._asks(clause.tokens):
            return True
        return self._asks(clause.tokens) and (not self.is_statement(clause.tokens) or self._has_write(clause.tokens))


def _without_joints(part: Sequence[Token]) -> list[Token]:
    return [token for token in part if token.flat not in _WEAK]


def _content(part: Sequence[Token], lexicon: Lexicon) -> set[str]:
    words = {token.flat for token in part if token.is_word and token.flat not in lexicon.function}
    return words | {token.flat for token in part if token.entity} if words else words


def _tells_outright(flats: Sequence[str], *, named: bool) -> bool:
    """“There's no line any more", "the ONT just got hung", « Côté trouve que ça rame »."""
    missing = flats[:1] == ["there"] and flats[1:2] in (["s"], ["is"]) and flats[2:3] == ["no"]
    recent = any(flats[at] == "just" and flats[at + 1] in _TOLD_HEADS for at in range(1, min(5, len(flats) - 1)))
    finds = named and flats[:1] == ["trouve"] and flats[1:2] in (["que"], ["qu"], ["ca"])
    return missing or recent or finds


def _asks_with_tu(flats: Sequence[str]) -> bool:
    """« Son internet est-tu revenu », « ça marche-tu »: the particle asks."""
    verbs = _COPULAS | _VERBS
    return any(after == "tu" and before in verbs for before, after in pairwise(flats))


def _names(token: Token) -> bool:
    """An entity that may be the subject of a statement; "911" begins what is asked for."""
    return token.entity is not None and token.flat != "911"


def _between_names(tokens: Sequence[Token]) -> set[int]:
    """The joints of "Gagnon and Gagné", which set nothing apart."""
    found: set[int] = set()
    for at in range(1, len(tokens) - 1):
        before, after = tokens[at - 1].entity, tokens[at + 1].entity
        if before and after and before.kind in WHO and after.kind in WHO and tokens[at].flat in _COORDINATING:
            found.add(at)
    return found


def _is_adverb(token: Token, before: Sequence[Token]) -> bool:
    """“He just paid", "could you also check": it joins nothing."""
    words = [t for t in before if t.is_word and t.flat not in _WEAK]
    # « Cédule aussi ... », "Could you also ...": right after the verb, or whom it turns to.
    late = _LATE if (before and before[-1].flat in _ADDRESSED) or (len(words) == 1 == len(before[-1:])) else _ADVERBS
    return token.flat in late and any(t.is_word or _names(t) for t in before)


def _adds_a_part(tokens: Sequence[Token], at: int) -> bool:
    """“Two and a half hours”, « une heure et demie »: the joint belongs to the number."""
    following = [token.flat for token in tokens[at + 1 : at + 3]]
    return tokens[at].flat in _AND and bool(
        {*following[:1], *(following[1:] if following[:1] == ["a"] else [])} & _PARTS
    )


def atoms_of(tokens: Sequence[Token], joined: Collection[int] = ()) -> list[tuple[tuple[Token, ...], bool]]:
    """The smallest parts between separators, each with whether a strong one stands before it."""
    atoms: list[tuple[tuple[Token, ...], bool]] = []
    part: list[Token] = []
    strong = True
    for at, token in enumerate(tokens):
        adverb = token.flat in _LATE and _is_adverb(token, part)
        apart = token.flat in _STRONG or (token.flat in _WEAK and not adverb and not _adds_a_part(tokens, at))
        if token.entity is None and at not in joined and apart:
            if any(t.is_word or t.entity for t in part):
                if token.flat in _STRONG:
                    part.append(token)
                atoms.append((tuple(part), strong))
                part, strong = [], token.flat in _STRONG
            else:
                strong = strong or token.flat in _STRONG
            if token.flat not in _STRONG:
                part.append(token)
        else:
            part.append(token)
    if any(t.is_word or t.entity for t in part):
        atoms.append((tuple(part), strong))
    return atoms or [(tuple(part), True)] if part or atoms else []
