"""What must never become a write: reports, conditions, retractions, other things, and objects that nobody can be."""

from __future__ import annotations

import pytest

from agent.intents.actions import from_wire
from agent.intents.local import LocalEngine
from agent.intents.understanding import Context

ENGINE = LocalEngine()


@pytest.mark.parametrize(
    "text",
    [
        "suspend auto-pay for Geneviève Dubois",
        "suspend Geneviève Dubois's autopay",
        "suspends le paiement automatique de Geneviève Dubois",
        "suspend the collection calls for Jean Tremblay",
        "reactivate Luc Gagnon's voicemail",
        "cut Jean Tremblay some slack",
        "suspend phone line 450-272-2408",
        "stop the internet at 522 Rang Saint-Louis",
        "coupe la télé à Sylvie Côté",
        "stop billing Jean Tremblay",
        "suspend the late fees on Jean Tremblay",
        "cut the grass at 31 Rue Lake",
        "block the phone number of Sylvie Côté",
        "suspends les frais de retard de Sylvie Côté",
        "cancel Sylvie Côté's appointment",
        "reboot Jean Tremblay's TV",
        "Jean Tremblay called, he's cut off",
        "Jean Tremblay says his internet is cut",
        "Jean Tremblay dit que son internet coupe",
        "la ligne a coupé pendant que je parlais à Jean Tremblay",
        "the line was cut, Jean Tremblay will call back",
        "Jean Tremblay menace de couper son service",
        "Did you reboot Gagné's router?",
        "as-tu redémarré le routeur à Gagné?",
        "Jean Tremblay already rebooted his router",
        "y a déjà redémarré son routeur",
        "Jean Tremblay can't pay 100 on friday",
        "Jean Tremblay va pas payer 100 vendredi",
        "Jean Tremblay promised 100 on friday but I refused",
        "did we suspend Gagné yesterday",
        "when did we suspend Luc Gagnon",
        "who did you suspend today",
        "we cut off Jean Tremblay yesterday, is he back?",
        "j'ai suspendu Gagné ce matin",
        "I suspended Gagné this morning",
        "Sophie a rebranché Luc Gagnon hier",
        "on a coupé Gagné hier",
        "Gagné's arrangement was cancelled last week",
        "son routeur redémarre tout seul",
        "his router keeps rebooting",
        "Luc Gagnon a fait une entente hier avec Sophie",
        "Gagnon was reactivated by mistake",
        "have you suspended Gagné yet",
        "est-ce que t'as suspendu Gagné",
        "qui a suspendu Gagné",
        "why did we suspend Luc Gagnon",
        "suspend Jean Tremblay. Actually don't.",
        "suspend Jean Tremblay, just kidding",
        "suspend Jean Tremblay... never mind",
        "suspends Tremblay Jean ah pis non laisse faire",
        "oublie la suspension de Jean Tremblay",
        "I was about to suspend Jean Tremblay but he paid",
        "j'allais couper Sylvie Côté mais y a payé",
        "suspend anyone but Jean Tremblay",
        "if he doesn't pay suspend Jean Tremblay",
        "unless he pays, suspend Jean Tremblay",
        "suspend Jean Tremblay only if he owes more than 500",
        "suspends Jean Tremblay s'il doit plus que 500",
        "suspends Jean Tremblay, non oublie ça",
        "suspends Gagné, c't'une joke",
        "reboot Gagné's router. No wait, don't.",
        "reactivate Luc Gagnon once he has paid",
        "réactive Luc Gagnon dès qu'il paye",
        "suspend everyone except Jean Tremblay",
        "suspends tout le monde sauf Gagné",
        "redémarre le routeur à Gagné si y est en ligne",
        "I wonder if we should have suspended Gagné",
        "should I suspend Gagné or not?",
        "I'd rather not suspend Gagné",
        "please do not under any circumstances suspend Gagné",
        "no need to reboot Gagné's router anymore",
        "plus besoin de suspendre Gagné",
        "c'est pas nécessaire de couper Gagné",
        "I never said to suspend Gagné",
        "j'ai jamais dit de suspendre Gagné",
        "he told me not to suspend him ",
        "forget about suspending Gagné",
        "let's hold off suspending Gagné",
        "maybe we suspend Gagné tomorrow, I'll let you know",
        "annule pas l'entente à Nathalie Roy",
        "Nathalie Roy broke her arrangement",
        "l'entente de Roy tient pus",
        "my manager said not to reboot Kevin Smith's router",
        "I was wondering if we suspended Kevin Smith",
        "Kevin Smith was told to reboot his router",
        "Kevin Smith said to cancel was a mistake",
        "the customer was hoping we suspended him already",
        "Kevin Smith wants to know if we'll suspend him",
        "Kevin Smith asked why we suspended him",
        "Kevin Smith is worried about being cut off",
        "what if Kevin Smith gets suspended",
        "Kevin Smith's router was rebooted yesterday and it's still slow",
        "le routeur à Gagné a été redémarré mais ça marche toujours pas",
        "I told Kevin Smith we'd suspend him",
        "j'ai dit à Kevin Smith qu'on allait le suspendre",
        "Kevin Smith thinks someone suspended his account",
        "the arrangement with Roy was cancelled right?",
        "l'entente à Roy est-tu annulée",
        "is Kevin Smith going to be suspended",
        "quand est-ce que Kevin Smith va être coupé",
        "when will Kevin Smith be suspended",
        "who is suspended",
        "list suspended customers",
        "qui est suspendu présentement",
        "how many people did we suspend last month",
        "suspend every customer who owes more than 500",
        "suspends tous les clients en retard",
        "Kevin Smith would hate it if we suspended him",
        "Kevin Smith unplugged his router",
        "Kevin Smith a débranché son routeur",
        "Kevin Smith débranche toujours son routeur",
        "the power cut took out Kevin Smith's router",
        "Hydro a coupé le courant chez Gagné",
        "cut the price for Kevin Smith",
        "suspend judgement on Kevin Smith",
        "reset Kevin Smith's password",
        "réinitialise le mot de passe de Gagné",
        "cancel Kevin Smith's service",
        "annule le service de Kevin Smith",
        "cancel the technician for Kevin Smith",
        "cancel Kevin Smith",
        "annule Kevin Smith",
        "cancel my last request",
        "stop",
        "remove Kevin Smith's late fee",
        "do Luc Gagnon's bills come out of his bank account automatically?",
        "why has Luc Gagnon no more preauthorized payments?",
        "is WO-00044 to be billed?",
        "pay Kevin Smith's bill",
        "Kevin Smith paid 100 on Friday",
        "record 100 for Kevin Smith",
        "Kevin Smith owes 100 since March 1",
        "Kevin Smith doit 100$ depuis le 1er mars",
        "send Kevin Smith an invoice for 100 due March 20",
        "Kevin Smith's invoice of 100 is due March 20",
        "charge Kevin Smith 100 on March 20",
        "remind Kevin Smith to pay 100 on March 20",
        "rappelle à Kevin Smith de payer 100$ le 20 mars",
        "quote Kevin Smith 100 by March 20",
        "give Kevin Smith a credit of 100 on March 20",
        "did Kevin Smith promise to pay 100 on March 20?",
        "how much would Kevin Smith pay per month",
        "book Kevin Smith for March 20 at 10",
        "visite chez Kevin Smith le 20 mars à 100$",
        "reboot everything but the router at Kevin Smith's",
        "Kevin Smith's router reboots every hour",
        "there was an outage, it cut off Kevin Smith",
        "someone cancelled Roy's arrangement",
        "we're thinking of suspending Kevin Smith",
        "Kevin Smith begged us not to cut him off",
        "supposed to suspend Kevin Smith yesterday but forgot",
        "no more suspending Kevin Smith ok",
        "tu devais couper Kevin Smith hier",
        "c'est Sophie qui va redémarrer le routeur à Kevin Smith",
        "Kevin Smith va se faire couper s'il paye pas",
        "penses-tu qu'on devrait couper Kevin Smith",
        "on attend avant de couper Kevin Smith",
        "Kevin Smith a peur de se faire débrancher",
        "suspend the dispute for Kevin Smith",
        "suspend the disconnect order for Kevin Smith",
        "cancel the disconnection of Kevin Smith",
        "cancel the cutoff for Kevin Smith",
        "stop the suspension of Kevin Smith",
        "delay suspending Kevin Smith",
        "annule la coupure de Kevin Smith",
        "restart Kevin Smith's subscription",
        "restart billing for Kevin Smith",
        "reactivate Kevin Smith's email",
        "turn Kevin Smith's autopay back on",
        "remets le paiement automatique à Kevin Smith",
        "Kevin Smith back on autopay",
        "cut Kevin Smith's bill in half",
        "coupe la facture de Kevin Smith en deux",
        "block Kevin Smith's long distance",
        "bloque les appels de Kevin Smith",
        "kick Kevin Smith off the newsletter",
    ],
)
def test_a_command_word_that_asks_for_nothing_writes_nothing(text: str, context: Context) -> None:
    heard = ENGINE.read(text, context)
    assert [action.name for action in heard.actions if action.kind == "write"] == []


@pytest.mark.parametrize(
    "text",
    [
        "suspend Dave Robinson",
        "reboot Marc-André Pelletier's router",
        "suspend 206.162.10.91",
        "suspend GFON8F28166D",
        "suspend SOQ-908's customer",
        "suspend all",
        "suspend my mother",
        "suspend C-1O001",
        "suspend them both",
        "suspend the other one",
        "what does Dave Robinson owe",
        "balance of everyone",
        "suspends tout le monde",
        "redémarre l'autre",
        "coupe ma belle-soeur",
        "suspend the neighbour",
    ],
)
def test_an_object_of_its_own_never_falls_back_on_whoever_is_under_discussion(text: str, context: Context) -> None:
    talked = Context(
        context.today,
        context.directory,
        customer="C-10018",
        recent=(from_wire({"action": "get_balance", "customer": "Martin Gagné"}),),
    )
    for action in ENGINE.read(text, talked).actions:
        named = getattr(action, "customer", None) or getattr(action, "serial", None)
        assert named or action.name in ("out_of_scope", "clarify")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("thanks!", "thanks"),
        ("bonjour", "greeting"),
        ("don't suspend Gagnon", "negated"),
        ("suspend Gagnon. Actually don't.", "negated"),
        ("necesito suspender la cuenta por favor", "foreign"),
        ("the printer is jammed again", "unclear"),
    ],
)
def test_why_a_message_is_out_of_scope_is_told_by_a_code(text: str, code: str, context: Context) -> None:
    assert [getattr(action, "reason", None) for action in ENGINE.read(text, context).actions] == [code]


def test_a_pronoun_gives_a_list_its_customer_and_no_pronoun_keeps_it_company_wide(context: Context) -> None:
    talked = Context(context.today, context.directory, customer="C-10003")
    assert ENGINE.read("his unpaid invoices", talked).actions[0].wire()["customer"] == "C-10003"
    assert ENGINE.read("ses factures", talked).actions[0].wire()["customer"] == "C-10003"
    assert "customer" not in ENGINE.read("overdue invoices", talked).actions[0].wire()


def test_a_command_about_someone_named_is_no_answer_to_an_open_question(context: Context) -> None:
    asked = from_wire({"action": "suspend_customer", "customer": "Luc Gagnon"})
    asking = Context(context.today, context.directory, asked=asked, asked_field="reason")
    assert ENGINE.read("suspend Sylvie Côté", asking).actions[0].wire() == {
        "action": "suspend_customer",
        "customer": "Sylvie Côté",
    }


@pytest.mark.parametrize(
    ("waiting", "text", "changes"),
    [
        ({"action": "suspend_customer", "customer": "Roy"}, "reason: fraud", {"reason": "fraud"}),
        ({"action": "suspend_customer", "customer": "Roy"}, "make it for fraud", {"reason": "fraud"}),
        (
            {"action": "add_note", "customer": "Roy", "note": "call back"},
            "add: after 5pm",
            {"note": "call back; after 5pm"},
        ),
        (
            {"action": "add_note", "customer": "Roy", "note": "call back"},
            "make it say call back tomorrow",
            {"note": "call back tomorrow"},
        ),
    ],
)
def test_the_free_text_of_a_waiting_plan_can_be_reworded(
    waiting: dict[str, str], text: str, changes: dict[str, str], context: Context
) -> None:
    plan = Context(context.today, context.directory, waiting=(from_wire(waiting),))
    assert ENGINE.read(text, plan).actions[0].wire() == {"action": "amend", "changes": changes}


@pytest.mark.parametrize("text", ["drop the note", "cancel the note", "annule la note", "laisse faire la note"])
def test_a_waiting_plan_is_dropped_by_its_name(text: str, context: Context) -> None:
    note = from_wire({"action": "add_note", "customer": "Roy", "note": "call back"})
    plan = Context(context.today, context.directory, waiting=(note,))
    assert ENGINE.read(text, plan).actions[0].name == "reject"
