"""Customers, their addresses and contacts: names, and what is copied from one to the other.

In: changes to documents of these DocTypes. Out: the same, completed.
"""

from sandbox.erpnext.documents.rules import Change, Rules
from sandbox.erpnext.errors import Notice
from sandbox.erpnext.links import linked
from sandbox.erpnext.records import Records, Values


class CustomerRules(Rules):
    """What a site makes of a customer."""

    def name(self, change: Change) -> str | None:
        """By the customer's name, or by series: the selling settings decide."""
        master = change.records.value("Selling Settings", "Selling Settings", "cust_master_name")
        wanted = str(change.document.get("customer_name") or "").strip()
        if master != "Customer Name" or not wanted:
            return None
        name = unused_name(change.records, "Customer", wanted, " - ")
        if name != wanted:
            text = f"Changed customer name to '{name}' as '{wanted}' already exists."
            change.notices.append(Notice(text, "Note", indicator="yellow"))
        return name

    def prepare(self, change: Change) -> None:
        """A customer speaks the site's language unless told otherwise."""
        change.document["language"] = change.document.get("language") or change.records.value(
            "System Settings", "System Settings", "language"
        )

    def on_trash(self, change: Change) -> None:
        """An address that still names the customer stands in the way first."""
        name = str(change.document["name"])
        for address in change.records.linked_parents("Address", "Customer", name):
            refusal = linked("Address", address, "Customer", name).from_erpnext()
            refusal.message = "You can disable this Address instead of deleting it."
            refusal.notices.append(Notice(refusal.message, indicator="red", raised=True))
            raise refusal


class AddressRules(Rules):
    """What a site makes of an address."""

    def name(self, change: Change) -> str | None:
        """By title and kind."""
        document = change.document
        title = document.get("address_title") or _first_link(change)
        if not title:
            return None
        wanted = f"{title}-{document.get('address_type')}".strip()
        return unused_name(change.records, "Address", wanted, "-")

    def prepare(self, change: Change) -> None:
        """An address is titled after whom it belongs to, unless it has a title."""
        document = change.document
        document["address_title"] = document.get("address_title") or _first_link(change)
        title_links(change)


class ContactRules(Rules):
    """What a site makes of a contact."""

    def name(self, change: Change) -> str | None:
        """By the person's name and whom the person speaks for."""
        wanted = _full_name(change.document)
        link = _first_link(change)
        wanted = f"{wanted}-{link}" if link else wanted
        return unused_name(change.records, "Contact", wanted, "-") if wanted else None

    def prepare(self, change: Change) -> None:
        """Copy the main address and numbers to the contact itself."""
        document = change.document
        document["full_name"] = _full_name(document)
        document["email_id"] = _main(change.rows("email_ids"), "email_id", "is_primary")
        phones = change.rows("phone_nos")
        document["phone"] = _main(phones, "phone", "is_primary_phone", fallback=False)
        document["mobile_no"] = _main(phones, "phone", "is_primary_mobile_no", fallback=False)
        document["image"] = document.get("image") or ""
        title_links(change)


def title_links(change: Change) -> None:
    """Give every link of a document the title of what it points at."""
    for row in change.rows("links"):
        target = str(row.get("link_doctype") or "")
        if target in change.records.catalogue:
            title_field = change.records.catalogue.get(target).title_field
            title = change.records.value(target, row.get("link_name"), title_field)
            row["link_title"] = row.get("link_title") or title or row.get("link_name")


def unused_name(records: Records, doctype: str, wanted: str, separator: str) -> str:
    """The name wanted, numbered when another document bears it."""
    name, number = wanted, 0
    while records.find(doctype, name) is not None:
        number += 1
        name = f"{wanted}{separator}{number}"
    return name


def _first_link(change: Change) -> str:
    links = change.rows("links")
    return str(links[0].get("link_name") or "") if links else ""


def _full_name(document: Values) -> str:
    parts = (document.get(part) for part in ("first_name", "middle_name", "last_name"))
    return " ".join(str(part) for part in parts if part)


def _main(rows: list[Values], column: str, flag: str, *, fallback: bool = True) -> object:
    for row in rows:
        if row.get(flag):
            return row.get(column)
    return rows[0].get(column) if rows and fallback else ""
