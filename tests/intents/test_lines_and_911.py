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
    ("drop 450-264-3101 from C-10004, they went cellular",
     {"action": "remove_phone_line", "did": "4502643101", "customer": "C-10004", "reason": "they went cellular"}),
    ("on peut-tu débrancher le 450-272-2408 de Jean Tremblay",
     {"action": "remove_phone_line", "did": "4502722408", "customer": "Jean Tremblay"}),
    ("strike 450-264-7005 from the 911 registry", {"action": "deregister_e911", "did": "4502647005"}),
    ("le 450-264-7005 est un vieux numéro, enlève-le du 911", {"action": "deregister_e911", "did": "4502647005"}),
    ("450-264-7005: dead number, take it off 911", {"action": "deregister_e911", "did": "4502647005"}),
    ("quatre cent cinquante, cinq cinq cinq, zéro un deux trois, retire ça du 911",
     {"action": "deregister_e911", "did": "4505550123"}),
    ("remove all the orphaned registrations at 911", {"action": "deregister_e911", "all_orphans": True}),
    ("efface toutes les inscriptions orphelines du 911", {"action": "deregister_e911", "all_orphans": True}),
    ("911 still has the old place for Daniel O'Connor. It should be 14 Main Street, fix that with them",
     {"action": "update_e911_address", "customer": "Daniel O'Connor", "address": "14 Main Street"}),
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
        "pull the 911 for 450-272-2408",
        "sors le 911 du 450-272-2408",
        "list the orphaned registrations at 911",
    ],
)
def test_nothing_is_done_to_a_line_that_was_not_asked(text: str, context: Context) -> None:
    assert [one.name for one in ENGINE.read(text, context).actions if one.kind == "write"] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("remove both of Bouchard's lines, 450-264-3100 and 450-264-3101", "remove_phone_line"),
        ("raye le 450-264-3100 et le 450-264-3101 du registre 911", "deregister_e911"),
    ],
)
def test_each_of_two_numbers_is_a_line_of_its_own(text: str, name: str, context: Context) -> None:
    told = [action.wire() for action in ENGINE.read(text, context).actions]
    assert [(one["action"], one["did"]) for one in told] == [(name, "4502643100"), (name, "4502643101")]
    assert not any("450" in (one.get("customer") or "") for one in told)
