"""Payments: what came in, and which invoices it settles.

In: changes to documents of the DocType `Payment Entry`. Out: the same, completed; a submit lowers what is
left of the invoices that it names, a cancellation restores it. A payment never settles more of an invoice
than is left of it, nor more in all than was paid.
"""

from sandbox.erpnext.documents import ledger
from sandbox.erpnext.documents.arithmetic import exact, payable, total_of
from sandbox.erpnext.documents.fiscal import require_open_year
from sandbox.erpnext.documents.rules import Change, Rules
from sandbox.erpnext.documents.words import amount_in_words
from sandbox.erpnext.errors import Notice, validation
from sandbox.erpnext.records import Records, Values
from sandbox.erpnext.sql import statement
from sandbox.erpnext.values import as_date, decimal

_STATUSES = {0: "Draft", 1: "Submitted", 2: "Cancelled"}
_INVOICE_DETAILS = (
    "customer",
    "docstatus",
    "due_date",
    "debit_to",
    "grand_total",
    "rounded_total",
    "outstanding_amount",
)


class PaymentEntryRules(Rules):
    """What a site makes of a payment."""

    def prepare(self, change: Change) -> None:
        """Fill in whose payment it is, its accounts, and what is known of each invoice named."""
        document, records = change.document, change.records
        party = str(document.get("party") or "")
        if document.get("party_type") == "Customer" and party:
            _fill(document, "party_name", records.value("Customer", party, "customer_name"))
            _fill(document, "party_balance", ledger.party_balance(records, party))
        side = _party_side(document)
        company = document.get("company")
        _fill(document, side, records.value("Company", company, "default_receivable_account"))
        if document.get(side):
            _fill(document, f"{side}_account_balance", ledger.account_balance(records, str(document[side])))
        for account in ("paid_from", "paid_to"):
            currency = records.value("Account", document.get(account), "account_currency")
            _fill(document, f"{account}_account_currency", currency)
            _fill(document, f"{account}_account_type", records.value("Account", document.get(account), "account_type"))
        for rate in ("source_exchange_rate", "target_exchange_rate"):
            document[rate] = decimal(document.get(rate)) or 1.0
        for row in change.rows("references"):
            _complete_reference(records, row)

    def validate(self, change: Change) -> None:
        """Work out what is allocated, and refuse what cannot be."""
        document, rows = change.document, change.rows("references")
        paid = exact(document.get("paid_amount"))
        if not paid:
            raise validation("Paid Amount is mandatory").from_erpnext()
        day = as_date(document.get("posting_date"))
        if document["docstatus"] and day:
            require_open_year(change.records, day, document.get("company"))
        _require_bank_reference(document)
        _check_references(change)
        for fieldname in ("paid_amount", "received_amount"):
            for name in (fieldname, f"base_{fieldname}", f"{fieldname}_after_tax", f"base_{fieldname}_after_tax"):
                document[name] = float(paid)
        _allocate(document, rows)
        if document["docstatus"] and document["difference_amount"]:
            raise validation("Difference Amount must be zero").from_erpnext()
        document["title"] = document.get("party")
        document["status"] = _STATUSES[int(str(document["docstatus"]))]
        currency = str(document.get("paid_from_account_currency"))
        document["in_words"] = document["base_in_words"] = amount_in_words(float(paid), currency)
        if not document.get("custom_remarks"):
            document["remarks"] = _remarks(document, rows)

    def on_submit(self, change: Change) -> None:
        """The invoices named are settled by what is allocated to them."""
        _settle(change)

    def on_cancel(self, change: Change) -> None:
        """The invoices named are owed again."""
        _settle(change)
        change.set_now({"status": "Cancelled"})


def unlink(change: Change) -> None:
    """Take a cancelled invoice out of the payments that settled it: their money is unallocated again."""
    records, invoice = change.records, str(change.document["name"])
    kind, child = records.catalogue.get(ledger.PAYMENT), records.catalogue.get(ledger.REFERENCE)
    named = "reference_doctype = ? AND reference_name = ? AND docstatus = 1"
    with records.world.transaction() as connection:
        found = connection.execute(
            statement("SELECT DISTINCT parent FROM", child.table, "WHERE", named, "ORDER BY parent DESC"),
            (ledger.INVOICE, invoice),
        ).fetchall()
        connection.execute(statement("DELETE FROM", child.table, "WHERE", named), (ledger.INVOICE, invoice))
    for (payment,) in found:
        document = records.load(kind, payment) or {}
        rows = document.get("references")
        _allocate(document, rows if isinstance(rows, list) else [])
        kept = ("total_allocated_amount", "base_total_allocated_amount", "unallocated_amount")
        records.update_row(kind, payment, {name: document[name] for name in kept})
    if found:
        names = "\n".join(payment for (payment,) in found)
        change.notices.append(Notice(f"Payment Entries {names} are un-linked"))


def _fill(document: Values, fieldname: str, value: object) -> None:
    if document.get(fieldname) in {None, "", 0}:
        document[fieldname] = value


def _party_side(document: Values) -> str:
    """The account that stands for what the customer owes."""
    return "paid_to" if document.get("payment_type") == "Pay" else "paid_from"


def _complete_reference(records: Records, row: Values) -> None:
    if row.get("reference_doctype") != ledger.INVOICE:
        return
    found = records.values(ledger.INVOICE, row.get("reference_name"), _INVOICE_DETAILS)
    if found:
        row |= {
            "due_date": found["due_date"],
            "total_amount": payable(found),
            "outstanding_amount": found["outstanding_amount"],
            "exchange_rate": 1.0,
            "account": found["debit_to"],
        }


def _require_bank_reference(document: Values) -> None:
    bank_side = "paid_from" if _party_side(document) == "paid_to" else "paid_to"
    told = document.get("reference_no") and document.get("reference_date")
    if document.get(f"{bank_side}_account_type") == "Bank" and not told:
        raise validation("Reference No and Reference Date is mandatory for Bank transaction").from_erpnext()


def _check_references(change: Change) -> None:
    document, seen = change.document, set()
    for number, row in enumerate(change.rows("references"), start=1):
        name = str(row.get("reference_name"))
        if name in seen:
            raise validation(f"Row #{number}: Duplicate entry in References {name}").from_erpnext()
        seen.add(name)
        found = change.records.values(ledger.INVOICE, name, _INVOICE_DETAILS)
        if row.get("reference_doctype") != ledger.INVOICE or not found:
            continue
        if found["customer"] != document.get("party"):
            party = f"{document.get('party_type')} {document.get('party')}"
            raise validation(f"{ledger.INVOICE} {name} is not associated with {party}").from_erpnext()
        if exact(row.get("allocated_amount")) > exact(found["outstanding_amount"]):
            text = f"Row #{number}: Allocated Amount cannot be greater than outstanding amount."
            raise validation(text).from_erpnext()
        if found["docstatus"] != 1:
            raise validation(f"{ledger.INVOICE} {name} must be submitted").from_erpnext()


def _allocate(document: Values, rows: list[Values]) -> None:
    """What of the amount paid is allocated, what is left, and by how much too much is."""
    allocated = total_of(row.get("allocated_amount") for row in rows)
    paid = exact(document.get("paid_amount"))
    document["total_allocated_amount"] = document["base_total_allocated_amount"] = float(allocated)
    document["unallocated_amount"] = float(max(paid - allocated, exact(0)))
    document["difference_amount"] = float(max(allocated - paid, exact(0)))


def _remarks(document: Values, rows: list[Values]) -> str:
    currency = document.get("paid_from_account_currency")
    how = "paid to" if document.get("payment_type") == "Pay" else "received from"
    lines = [f"Amount {currency} {document.get('paid_amount')} {how} {document.get('party')}"]
    if document.get("reference_no"):
        told = f"{document['reference_no']} dated {document.get('reference_date')}"
        lines.append(f"Transaction reference no {told}")
    lines += [
        f"Amount {currency} {row.get('allocated_amount')} against {row['reference_doctype']} {row['reference_name']}"
        for row in rows
        if row.get("allocated_amount")
    ]
    return "\n".join(lines)


def _settle(change: Change) -> None:
    child = change.records.catalogue.get(ledger.REFERENCE)
    for row in change.rows("references"):
        if row.get("reference_doctype") == ledger.INVOICE:
            left = ledger.refresh(change.records, str(row["reference_name"]), user=change.user)
            row["outstanding_amount"] = left
            change.records.update_row(child, row["name"], {"outstanding_amount": left})
