"""Accounts and templates of taxes: named after their company, completed from what they hang on.

In: changes to documents of these DocTypes. Out: the same, completed.
"""

from sandbox.erpnext.documents.rules import Change, Rules

_REPORTS = {"Asset": "Balance Sheet", "Liability": "Balance Sheet", "Equity": "Balance Sheet"}


class AccountRules(Rules):
    """What a site makes of an account."""

    def name(self, change: Change) -> str | None:
        """By its title and the company's abbreviation."""
        return _company_name(change, "account_name")

    def prepare(self, change: Change) -> None:
        """An account is of its parent's kind, in the company's currency."""
        document, records = change.document, change.records
        above = document.get("parent_account")
        root = document.get("root_type") or records.value("Account", above, "root_type")
        currency = records.value("Company", document.get("company"), "default_currency")
        document["root_type"] = root
        document["report_type"] = _REPORTS.get(str(root), "Profit and Loss")
        document["account_currency"] = document.get("account_currency") or currency
        document["old_parent"] = above


class TaxTemplateRules(Rules):
    """What a site makes of a template of taxes."""

    def name(self, change: Change) -> str | None:
        """By its title and the company's abbreviation."""
        return _company_name(change, "title")

    def prepare(self, change: Change) -> None:
        """Each tax goes to the company's cost centre, in its account's currency."""
        records = change.records
        centre = records.value("Company", change.document.get("company"), "cost_center")
        for row in change.rows("taxes"):
            currency = records.value("Account", row.get("account_head"), "account_currency")
            row["cost_center"] = row.get("cost_center") or centre
            row["account_currency"] = row.get("account_currency") or currency


def _company_name(change: Change, title: str) -> str:
    abbreviation = change.records.value("Company", change.document.get("company"), "abbr")
    return f"{change.document.get(title)} - {abbreviation}"
