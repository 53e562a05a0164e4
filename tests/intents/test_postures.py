"""The same command asked for in many ways is the request; told, supposed, forbidden or taken back it is none."""

from __future__ import annotations

import pytest

from agent.intents.local import LocalEngine
from agent.intents.understanding import Context

ENGINE = LocalEngine()
NAME = "Kevin Smith"

# Imperative, -ing form, what is meant.
ENGLISH = [
    ("suspend {n}", "suspending {n}", "suspend_customer"),
    ("cut off {n}", "cutting off {n}", "suspend_customer"),
    ("shut off {n}'s service", "shutting off {n}'s service", "suspend_customer"),
    ("reboot {n}'s router", "rebooting {n}'s router", "reboot_device"),
    ("power cycle the ONT for {n}", "power cycling the ONT for {n}", "reboot_device"),
    ("reactivate {n}", "reactivating {n}", "reactivate_customer"),
    ("turn {n} back on", "turning {n} back on", "reactivate_customer"),
    ("restore {n}'s service", "restoring {n}'s service", "reactivate_customer"),
    ("cancel {n}'s arrangement", "cancelling {n}'s arrangement", "cancel_payment_arrangement"),
    ("call off the payment plan for {n}", "calling off the payment plan for {n}", "cancel_payment_arrangement"),
]
ASKING = [
    "can you {b}",
    "please {b}",
    "could we {b}?",
    "I need you to {b}",
    "I'd like to {b}",
    "I'd like you to {b}",
    "let's {b}",
    "go ahead and {b}",
    "we should {b}",
    "would you mind {g}",
    "{b} right away",
    "{b} please",
    "hey {b}",
    "ok {b}",
    "he asked us to {b}",
    "time to {b}",
    "need to {b}",
    "we gotta {b}",
    "customer wants us to {b}",
    "{b} asap",
    "good morning, can you {b} for me",
    "so {b} then",
    "could you please go ahead and {b}",
    "we have to {b} today",
    "can someone {b}",
    "{b}, thanks",
    "just {b}",
    "yeah {b}",
    "it's time we {b}",
    "my manager said to {b}",
    "I want to {b}",
    "you need to {b}",
    "you can {b} now",
    "kindly {b}",
    "{b} and let me know",
    "alright let's go ahead and {b}",
    "hi, I was hoping you could {b}",
    "any chance you could {b}",
]
# Imperative, infinitive, what is meant.
FRENCH = [
    ("suspends {n}", "suspendre {n}", "suspend_customer"),
    ("coupe {n}", "couper {n}", "suspend_customer"),
    ("coupe le service de {n}", "couper le service de {n}", "suspend_customer"),
    ("redémarre le routeur de {n}", "redémarrer le routeur de {n}", "reboot_device"),
    ("reboote le modem à {n}", "rebooter le modem à {n}", "reboot_device"),
    ("rebranche {n}", "rebrancher {n}", "reactivate_customer"),
    ("réactive {n}", "réactiver {n}", "reactivate_customer"),
    ("remets {n} en ligne", "remettre {n} en ligne", "reactivate_customer"),
    ("annule l'entente de {n}", "annuler l'entente de {n}", "cancel_payment_arrangement"),
    ("enlève l'arrangement à {n}", "enlever l'arrangement à {n}", "cancel_payment_arrangement"),
]
DEMANDING = [
    "peux-tu {i}",
    "pourrais-tu {i} svp",
    "faut {i}",
    "il faudrait {i}",
    "veuillez {i}",
    "je voudrais {i}",
    "on va {i}",
    "{b} svp",
    "vas-y {b}",
    "ok {b}",
    "bon {b} donc",
    "est-ce qu'on peut {i}",
    "on peut-tu {i}?",
    "peux-tu {i} stp",
    "serait-il possible de {i}",
    "merci de {i}",
    "il demande de {i}",
    "prière de {i}",
    "{b} tout de suite",
    "{b} au plus vite",
    "allo, {b}",
    "heu {b}",
    "pourriez-vous {i} s'il vous plaît",
    "il va falloir {i}",
    "j'ai besoin de {i}",
    "mon boss veut qu'on {b}",
    "tu peux {i}",
    "je veux {i}",
    "faudrait {i} au plus sacrant",
    "bon ben {b}",
    "envoye {b}",
    "{b} s'il te plaît",
    "y faut {i}",
    "on doit {i}",
    "{b} pis dis-moi quand c'est fait",
    "dépêche-toi de {i}",
    "il est temps de {i}",
    "peux-tu me {i} ça {n}",
]
# Imperative, past, -ing form.
TOLD_ENGLISH = [
    ("suspend {n}", "suspended {n}", "suspending {n}"),
    ("cut off {n}", "cut off {n}", "cutting off {n}"),
    ("reboot {n}'s router", "rebooted {n}'s router", "rebooting {n}'s router"),
    ("reactivate {n}", "reactivated {n}", "reactivating {n}"),
    ("cancel {n}'s arrangement", "cancelled {n}'s arrangement", "cancelling {n}'s arrangement"),
    ("turn {n} back on", "turned {n} back on", "turning {n} back on"),
    ("disconnect {n}", "disconnected {n}", "disconnecting {n}"),
    ("restart the modem of {n}", "restarted the modem of {n}", "restarting the modem of {n}"),
]
TELLING = [
    "did you {b}?",
    "why did you {b}",
    "when did we {b}?",
    "did anyone {b} yesterday",
    "who {p}?",
    "I already {p}",
    "we {p} last week",
    "Sophie {p} this morning",
    "don't {b}",
    "do not {b} please",
    "never {b}",
    "please don't {b} yet",
    "if it rains {b}",
    "unless they call, {b}",
    "{b} if they don't pay",
    "{b} only when they call",
    "I was going to {b} but changed my mind",
    "I was about to {b}",
    "I thought about {g}",
    "they asked us not to {b}",
    "we agreed not to {b}",
    "no need to {b}",
    "you shouldn't {b}",
    "I wouldn't {b}",
    "we can't {b}",
    "instead of {g}, what else can we do",
    "before you {b}, call me",
    "has anyone {p}",
    "have we {p}",
    "he's mad that we {p}",
    "they complained because we {p}",
    "my boss {p} by mistake",
    "{b}? absolutely not",
    "{b} - just kidding",
    "{b}... never mind",
    "{b}, no forget it",
    "what happens if I {b}",
    "how do I {b}",
    "what would happen if we {b}",
    "the report says we {p}",
    "stop {g}",
    "avoid {g}",
    "I'd rather not {b}",
    "nobody should {b}",
    "is it a good idea to {b}",
    "was it you who {p}",
    "he says that you {p}",
    "you told me you would {b}",
    "I'll {b} myself later",
    "I'm going to {b} tomorrow",
    "thanks for {g}",
    "thank you for {g}, it worked",
    "after {g} it was still slow",
    "we were {g} when it happened",
    "they threatened to sue if we {b}",
    "remind me to {b} tomorrow",
    "the tech is {g} right now",
    "I wonder whether to {b}",
    "it would be wrong to {b}",
    "let's not {b}",
    "maybe we should {b}?",
]
# Imperative, infinitive, participle.
TOLD_FRENCH = [
    ("suspends {n}", "suspendre {n}", "suspendu {n}"),
    ("coupe {n}", "couper {n}", "coupé {n}"),
    ("redémarre le routeur de {n}", "redémarrer le routeur de {n}", "redémarré le routeur de {n}"),
    ("rebranche {n}", "rebrancher {n}", "rebranché {n}"),
    ("annule l'entente de {n}", "annuler l'entente de {n}", "annulé l'entente de {n}"),
    ("réactive {n}", "réactiver {n}", "réactivé {n}"),
    ("débranche {n}", "débrancher {n}", "débranché {n}"),
]
RACONTANT = [
    "as-tu {p}?",
    "pourquoi t'as {p}",
    "quand est-ce qu'on a {p}",
    "qui a {p}",
    "j'ai déjà {p}",
    "on a {p} la semaine passée",
    "Sophie a {p} à matin",
    "faut pas {i}",
    "ne va pas {i}",
    "il ne faut pas {i}",
    "évite de {i}",
    "pas besoin de {i}",
    "on devrait pas {i}",
    "je veux pas {i}",
    "si y paye pas, {b}",
    "{b} si y paye pas",
    "{b} seulement s'il appelle",
    "j'allais {i} mais j'ai changé d'idée",
    "je viens de {i}",
    "j'étais pour {i}",
    "au lieu de {i}, appelle-les",
    "avant de {i}, appelle-moi",
    "{b}, ben non",
    "{b}... laisse faire",
    "{b}, c't'une joke",
    "{b} finalement non",
    "ça fait quoi si je {b}",
    "comment on fait pour {i}",
    "qu'est-ce qui arrive si on {b}",
    "y est fâché qu'on ait {p}",
    "arrête de {i}",
    "j'aimerais mieux pas {i}",
    "c'est tu toi qui a {p}",
    "t'avais dit que t'allais {i}",
    "je vais {i} moi-même tantôt",
    "merci d'avoir {p}",
    "après avoir {p} c'était encore lent",
    "y menacent de nous poursuivre si on {b}",
    "rappelle-moi de {i} demain",
    "je me demande si on devrait {i}",
    "vaut mieux pas {i}",
    "peut-être qu'on devrait {i}",
    "le tech est en train de {i}",
    "ils nous ont demandé de ne pas {i}",
    "personne devrait {i}",
    "on {b} pas",
    "{b} surtout pas",
    "jamais {i}",
    "sans {i}",
    "Marc a {p} par erreur",
    "il paraît qu'on a {p}",
]


@pytest.mark.parametrize("frame", ASKING)
def test_a_command_asked_for_in_english_is_the_request(frame: str, context: Context) -> None:
    for base, gerund, meant in ENGLISH:
        text = frame.format(b=base, g=gerund, n=NAME).format(n=NAME)
        assert (text, [a.name for a in ENGINE.read(text, context).actions]) == (text, [meant])


@pytest.mark.parametrize("frame", DEMANDING)
def test_a_command_asked_for_in_french_is_the_request(frame: str, context: Context) -> None:
    for base, infinitive, meant in FRENCH:
        text = frame.format(b=base, i=infinitive, n=NAME).format(n=NAME)
        assert (text, [a.name for a in ENGINE.read(text, context).actions]) == (text, [meant])


@pytest.mark.parametrize("frame", TELLING)
def test_a_command_not_asked_for_in_english_writes_nothing(frame: str, context: Context) -> None:
    for base, past, gerund in TOLD_ENGLISH:
        text = frame.format(b=base, p=past, g=gerund).format(n=NAME)
        writes = [a.name for a in ENGINE.read(text, context).actions if a.kind == "write" or a.name == "undo"]
        assert (text, writes) == (text, [])


@pytest.mark.parametrize("frame", RACONTANT)
def test_a_command_not_asked_for_in_french_writes_nothing(frame: str, context: Context) -> None:
    for base, infinitive, participle in TOLD_FRENCH:
        text = frame.format(b=base, i=infinitive, p=participle).format(n=NAME)
        writes = [a.name for a in ENGINE.read(text, context).actions if a.kind == "write" or a.name == "undo"]
        assert (text, writes) == (text, [])
