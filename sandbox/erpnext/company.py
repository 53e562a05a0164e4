"""Setting up a company: its accounts, cost centre, warehouse, taxes and fiscal years.

In: a new site and the company's name. Out: the site, ready to invoice. Called when a demo or a
test makes its world, never while one is served.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.erpnext.site import Site

GST_RATE, QST_RATE = 5.0, 9.975


@dataclass(frozen=True)
class Account:
    """One account of the chart: its name, where it hangs, what it is for."""

    name: str
    parent: str
    kind: str = ""
    root: str = "Asset"
    is_group: bool = False


CHART = (
    Account("Accounts Receivable", "", "", "Asset", is_group=True),
    Account("Debtors", "Accounts Receivable", "Receivable"),
    Account("Cash In Hand", "", "", "Asset", is_group=True),
    Account("Cash", "Cash In Hand", "Cash"),
    Account("Bank Accounts", "", "", "Asset", is_group=True),
    Account("Bank", "Bank Accounts", "Bank"),
    Account("Duties and Taxes", "", "Tax", "Liability", is_group=True),
    Account("Sales", "", "Income Account", "Income"),
    Account("Cost of Goods Sold", "", "Cost of Goods Sold", "Expense"),
    Account("Round Off", "", "Round Off", "Expense"),
)


def set_up_company(
    site: Site,
    name: str,
    abbreviation: str,
    *,
    fiscal_years: Sequence[int],
    currency: str = "CAD",
    with_taxes: bool = True,
) -> None:
    """Make a company the site's own; fiscal years are calendar years."""

    def own(title: str) -> str:
        return f"{title} - {abbreviation}"

    with site.world.transaction():
        site.insert_many_raw(
            "Account",
            [
                {
                    "name": own(account.name),
                    "account_name": account.name,
                    "company": name,
                    "parent_account": own(account.parent) if account.parent else None,
                    "account_type": account.kind,
                    "root_type": account.root,
                    "is_group": int(account.is_group),
                    "account_currency": currency,
                }
                for account in CHART
            ],
        )
        site.insert_many_raw("Cost Center", [{"name": own("Main"), "cost_center_name": "Main", "company": name}])
        site.insert_many_raw("Warehouse", [{"name": own("Stores"), "warehouse_name": "Stores", "company": name}])
        site.insert_many_raw(
            "Company",
            [
                {
                    "name": name,
                    "company_name": name,
                    "abbr": abbreviation,
                    "country": "Canada",
                    "default_currency": currency,
                    "default_receivable_account": own("Debtors"),
                    "default_income_account": own("Sales"),
                    "default_expense_account": own("Cost of Goods Sold"),
                    "cost_center": own("Main"),
                    "round_off_account": own("Round Off"),
                }
            ],
        )
        site.insert_many_raw(
            "Fiscal Year",
            [
                {
                    "name": str(year),
                    "year": str(year),
                    "year_start_date": f"{year}-01-01",
                    "year_end_date": f"{year}-12-31",
                }
                for year in fiscal_years
            ],
        )
        site.update("Global Defaults", "Global Defaults", {"default_company": name})
        if with_taxes:
            _set_up_taxes(site, name, abbreviation)


def _set_up_taxes(site: Site, company: str, abbreviation: str) -> None:
    """The Québec taxes, both on the price before tax."""
    rates = {"TPS 5%": GST_RATE, "TVQ 9.975%": QST_RATE}
    parent = f"Duties and Taxes - {abbreviation}"
    site.insert_many_raw(
        "Account",
        [
            {
                "name": f"{title} - {abbreviation}",
                "account_name": title,
                "company": company,
                "parent_account": parent,
                "account_type": "Tax",
                "tax_rate": rate,
                "root_type": "Liability",
                "account_currency": "CAD",
            }
            for title, rate in rates.items()
        ],
    )
    site.insert_many_raw(
        "Sales Taxes and Charges Template",
        [
            {
                "name": f"TPS TVQ - {abbreviation}",
                "title": "TPS TVQ",
                "company": company,
                "is_default": 1,
                "taxes": [
                    {
                        "charge_type": "On Net Total",
                        "account_head": f"{title} - {abbreviation}",
                        "description": title,
                        "rate": rate,
                    }
                    for title, rate in rates.items()
                ],
            }
        ],
    )
