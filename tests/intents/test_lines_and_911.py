"""Telephone lines, voicemail and 911 said in other ways: a line with its number is no customer's service."""

from __future__ import annotations

from typing import Any

import pytest

from agent.intents.local import LocalEngine
from agent.intents.understanding import Context

ENGINE = LocalEngine()

CASES: list[tuple[str, dict[str, Any]]] = [
    ("shut off line 450-825-2100, he moved away",
     {"action": "remove_phone_line", "did": "4508252100", "reason": "he moved away"}),
    ("débranche-lui donc le 450-247-3300", {"action": "remove_phone_line", "did": "4502473300"}),
    ("450-264-3101: take that line out", {"action": "remove_phone_line", "did": "4502643101"}),
    ("ferme la ligne de Gagné", {"action": "suspend_customer", "customer": "Gagné"}),
    ("suspend the line 450-825-2100, he hasn't paid",
     {"action": "suspend_customer", "customer": "4508252100", "reason": "he hasn't paid"}),
    ("The 911 record of 450-247-3300 is wrong. Fix the address to 12 Main Street, Hemmingford",
     {"action": "update_e911_address", "did": "4502473300", "address": "12 Main Street, Hemmingford"}),
    ("the 911 address of his new line 450-264-7015 should be 1210 Route 138, Saint-Anicet",
     {"action": "update_e911_address", "did": "4502647015", "address": "1210 Route 138, Saint-Anicet"}),
    ("Dubois needs a second line please, 450-264-7010, with the 911 address at 64 Rue Churchill, Huntingdon",
     {"action": "add_phone_line", "customer": "Dubois", "did": "4502647010",
      "e911_address": "64 Rue Churchill, Huntingdon"}),
    ("Nathalie Roy n'utilise plus sa messagerie vocale. Désactive-la",
     {"action": "set_voicemail", "customer": "Nathalie Roy", "enabled": False}),
    ("le NIP de la messagerie de Gagné a besoin d'être changé",
     {"action": "set_voicemail", "customer": "Gagné", "reset_password": True}),
    ("désinscris du 911 tous les numéros qui ont plus de ligne", {"action": "deregister_e911", "all_orphans": True}),
    ("the orphans at 911, take every one of them off", {"action": "deregister_e911", "all_orphans": True}),
    ("demande la radiation du 450-264-7002 au 911", {"action": "deregister_e911", "did": "4502647002"}),
    ("provision Bergeron on OLT-EAST port one slash two slash seven",
     {"action": "provision_fibre", "customer": "Bergeron", "olt": "OLT-EAST", "port": "1/2/7"}),
    ("provisionne Bergeron sur OLT-EAST, châssis 1, carte 2, port 7",
     {"action": "provision_fibre", "customer": "Bergeron", "olt": "OLT-EAST", "port": "1/2/7"}),
    ("coordonnées de C-10013 : téléphone 450-555-0177, cell 438-555-0163",
     {"action": "update_contact", "customer": "C-10013", "phone": "4505550177", "cell": "4385550163"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "action"), CASES)
def test_lines_and_911_are_understood(text: str, action: dict[str, Any], context: Context) -> None:
    actions = ENGINE.read(text, context).actions
    assert [one.model_dump(mode="json", exclude_none=True) for one in actions] == [action]


@pytest.mark.parametrize(
    "text",
    [
        "transfère les appels du 450-825-2100 sur son cell 438-555-0163",
        "can you forward her phone to her cell",
        "clean up all 911 orphans but one",
        "the 450-825-2100 line was cut off yesterday by a truck",
        "la ligne 450-264-3101 a été enlevée",
    ],
)
def test_nothing_is_done_to_a_line_that_was_not_asked(text: str, context: Context) -> None:
    assert [one.name for one in ENGINE.read(text, context).actions if one.kind == "write"] == []
