"""What is forbidden, told or only asked about orders nothing, whatever verb the larger actions are asked for with."""

from __future__ import annotations

import pytest

from agent.intents.local import LocalEngine
from agent.intents.understanding import Context

ENGINE = LocalEngine()

FORBIDDEN = """
n'envoie pas Sophie chez Gagné demain
envoie pas Sophie chez Gagné demain
ne convertis pas la soumission SOQ-908
n'enlève pas la ligne 450-264-3102
enlève pas la ligne 450-264-3102
ne change pas l'adresse 911 du 450-247-3300 pour 12 Main Street
ne passe pas Roy à la fibre 500
n'annule pas la télé de Roy
n'enregistre pas le paiement de 60 $ de Roy
ferme pas le billet ISS-2026-00009
n'ouvre pas de billet pour Roy, son wifi est lent
ne fais pas de soumission à Roy pour la fibre 500
ne facture pas WO-00012
ne provisionne pas Roy sur OLT-WEST 1/1/4
n'inscris pas 3 heures pour Dave chez Roy
ne mets pas Roy sur Stripe
n'active pas la boîte vocale du 450-264-3100
ne désinscris pas le 450-264-7015 du 911
ne change pas le courriel de Roy pour roy@example.com
ne planifie pas l'installation de Nguyen le 20 mars
do not remove line 450-264-3102
don't change the 911 address of 450-247-3300 to 12 Main Street
please don't move Roy to fibre 500 yet
don't record the $60 from Roy
don't close ISS-2026-00009
don't open a ticket for Roy, her wifi is fine
don't quote Roy fibre 500
don't bill WO-00012
do not provision Roy on OLT-WEST 1/1/4
don't log 3 hours for Dave at Roy's
don't add a phone line for Roy
don't schedule the install at Nguyen on March 20
no need to send Dave to Bergeron tomorrow
pas besoin d'envoyer Dave chez Bergeron demain
""".strip().splitlines()

TOLD = """
did you send Dave to Bergeron?
we converted SOQ-908 last week
Roy was moved to fibre 500 last month
Dave closed ISS-2026-00009 yesterday
has ISS-2026-00009 been assigned to Dave?
was SOQ-908 converted?
est-ce que SOQ-908 a été convertie?
la ligne 450-264-3102 a été enlevée
on a passé Roy à la fibre 500 hier
what happens if I remove line 450-264-3102?
how do I add a phone line?
if Roy signs, convert SOQ-908
remind Sophie about the install at Roy on Friday
tell Dave to bring a ladder to Bergeron tomorrow
schedule a meeting with Sophie tomorrow at 10
Mets Sophie en vacances du 6 au 10 avril dans l'horaire
cancel Sophie's visit tomorrow at Roy's
is there a ticket for Roy already
pull up the telephone lines of Roy
pull up the plans of Roy
Dave did a job at Roy's, no charge
""".strip().splitlines()


@pytest.mark.parametrize("text", [*FORBIDDEN, *TOLD])
def test_nothing_is_written_that_was_not_asked_for(text: str, context: Context) -> None:
    heard = ENGINE.read(text, context)
    assert [action.name for action in heard.actions if action.kind == "write"] == []
