"""Parts of a customer's file, asked for by name."""

from __future__ import annotations

import pytest

from agent.intents.local import LocalEngine
from agent.intents.understanding import Context


@pytest.mark.parametrize(
    ("text", "customer", "sections"),
    [
        ("show me only Luc Gagnon's tickets and notes", "Luc Gagnon", ["tickets", "notes"]),
        ("open Luc Gagnon's file, just the tickets", "Luc Gagnon", ["tickets"]),
        ("what notes do we have on Roy?", "Roy", ["notes"]),
        ("Sylvie Côté's notes", "Sylvie Côté", ["notes"]),
        ("contact info and phone lines for Jean Tremblay", "Jean Tremblay", ["contact", "phone_lines"]),
        ("la fiche de Nathalie Roy, juste ses notes pis ses contacts", "Nathalie Roy", ["notes", "contact"]),
        ("ouvre le dossier de Lavoie, rien que les paiements", "Lavoie", ["payments"]),
        ("les notes au dossier de Bergeron", "Bergeron", ["notes"]),
        ("Roy overview: locations, quotes, that's it", "Roy", ["locations", "quotes"]),
        ("Luc Gagnon's file: notes n tickets, nothing else", "Luc Gagnon", ["notes", "tickets"]),
        ("from Roy's file all I need is the invoices", "Roy", ["invoices"]),
        ("just the equipment tab on Luc Gagnon's account", "Luc Gagnon", ["equipment"]),
        ("la fiche à Roy mais yinque les billets pis les factures", "Roy", ["tickets", "invoices"]),
        ("dans la fiche de Lavoie, la section abonnements", "Lavoie", ["subscriptions"]),
        ("bons de travail dans le dossier de Roy, le reste je m'en fous", "Roy", ["work_orders"]),
    ],
)
def test_named_parts_of_a_file_are_its_sections(
    engine: LocalEngine, context: Context, text: str, customer: str, sections: list[str]
) -> None:
    actions = [action.model_dump(exclude_none=True) for action in engine.read(text, context).actions]
    assert actions == [{"action": "get_customer", "customer": customer, "sections": sections}]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Luc Gagnon's open tickets", ["list_tickets"]),
        ("just show me Lavoie's invoices and payments", ["list_invoices", "list_payments"]),
        ("add to Gagnon's notes that the dog bites", ["add_note"]),
        ("put in the notes of Roy that he moved", ["add_note"]),
        ("note on Roy: tickets and notes are a mess", ["add_note"]),
        ("mets dans les notes de Roy que le chien mord", ["add_note"]),
        ("update the contact info on Roy's file, cell is 450-555-1234", ["update_contact"]),
    ],
)
def test_what_has_a_list_of_its_own_or_is_to_be_written_is_no_section(
    engine: LocalEngine, context: Context, text: str, names: list[str]
) -> None:
    assert [action.action for action in engine.read(text, context).actions] == names
