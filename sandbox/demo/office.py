"""The company itself: its DocTypes and custom fields, accounts, items, plans, technicians, users.

In: a bare site. Out: one on which documents of the trade can be written, as `set up a site` will do for a
real one from the same files.
"""

import json
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import sandbox.erpnext
from sandbox.demo import identity
from sandbox.demo.books import Books, Row
from sandbox.demo.money import ARTICLES, TPS, TVQ
from sandbox.erpnext.site import Site
from sandbox.erpnext.standard import STANDARD_RECORDS

CUSTOM = Path(sandbox.erpnext.__file__).parent / "custom"
TECHNICIANS = {
    "HR-EMP-00001": ("Marc-André", "Pelletier"),
    "HR-EMP-00002": ("Sophie", "Lalonde"),
    "HR-EMP-00003": ("Dave", "Robinson"),
}
DEPARTMENTS = ("Support", "Facturation", "Installation")
MODES = {"Portal": "Bank", "Cheque": "Bank", "Phone": "Phone", "PPA": "Bank", "Cash": "Cash", "Card": "Bank"}
"""Ways to pay, each by its kind; what is paid in cash goes to the till, all else to the bank."""
_FOUNDED = date(2018, 9, 4)
_ACCOUNTS = (
    ("Debtors", "Asset", "Receivable", 0),
    ("Bank", "Asset", "Bank", 0),
    ("Cash", "Asset", "Cash", 0),
    ("Sales", "Income", "Income Account", 0),
    ("Cost of Goods Sold", "Expense", "Cost of Goods Sold", 0),
    ("Round Off", "Expense", "Round Off", 0),
    ("TPS 5%", "Liability", "Tax", TPS),
    ("TVQ 9.975%", "Liability", "Tax", TVQ),
)
# Children first: a DocType's tables must exist before the documents that hold them.
_CUSTOM_DOCTYPES = (
    "payment_arrangement_installment",
    "work_order_technician",
    "work_order_part",
    "service_location",
    "service_equipment",
    "payment_arrangement",
    "payment_method",
    "voip_line",
    "dispatch_job",
    "work_order_log",
    "ip_history",
)


def customize(site: Site) -> None:
    """Install the company's own DocTypes, custom fields and series."""
    for name in _CUSTOM_DOCTYPES:
        site.install_doctype(_read(name))
    for field in _rows("custom_fields"):
        site.install_custom_field(str(field["dt"]), field)
    for setter in _rows("property_setters"):
        _set_property(site, setter)
    # Half a cent goes up, as the company's invoices have it.
    settings = site.catalogue.get("System Settings")
    site.records.update_row(settings, settings.name, {"rounding_method": "Commercial Rounding"})


def write_office(books: Books) -> None:
    """Write the company's master data."""
    _write_company(books)
    _write_catalogue(books)
    for department in DEPARTMENTS:
        books.add(
            "Department",
            f"{department} - {identity.ABBR}",
            _FOUNDED,
            department_name=department,
            company=identity.COMPANY,
        )
    for employee, (first, last) in TECHNICIANS.items():
        books.add(
            "Employee",
            employee,
            _FOUNDED,
            first_name=first,
            last_name=last,
            employee_name=f"{first} {last}",
            status="Active",
            company=identity.COMPANY,
            department=f"Installation - {identity.ABBR}",
            designation="Technician",
            user_id=user_of(employee),
            date_of_joining=_FOUNDED,
        )
    books.start_after("HR-EMP-", len(TECHNICIANS))


def add_users(site: Site) -> None:
    """The users who act through keys, the agent's own and one of narrow rights."""
    site.create_user(identity.DEMO_USER, "Agent Targo", identity.AGENT_ROLES, identity.DEMO_KEY, identity.DEMO_SECRET)
    site.create_user(
        identity.DEMO_SUPPORT_USER,
        "Support Gigafibre",
        ("Support Team",),
        identity.DEMO_SUPPORT_KEY,
        identity.DEMO_SUPPORT_SECRET,
    )
    defaults = {"default_company": identity.COMPANY, "disable_rounded_total": 1}
    site.update("Global Defaults", "Global Defaults", defaults)
    site.update("System Settings", "System Settings", {"rounding_method": "Commercial Rounding"})


def user_of(employee: str) -> str:
    """The user that a technician signs in as."""
    first, last = TECHNICIANS[employee]
    plain = unicodedata.normalize("NFKD", f"{first}.{last}").encode("ascii", "ignore").decode()
    return f"{plain.lower()}@gigafibre.example.com"


def write_ways_to_pay(books: Books) -> None:
    """The modes of payment, each with the account that its money goes to."""
    known = {str(row["name"]) for row in STANDARD_RECORDS["Mode of Payment"]}
    for mode, kind in MODES.items():
        if mode not in known:
            books.add("Mode of Payment", mode, _FOUNDED, mode_of_payment=mode, type=kind, enabled=1)
        books.add(
            "Mode of Payment Account",
            books.hash_name(),
            _FOUNDED,
            parent=mode,
            parenttype="Mode of Payment",
            parentfield="accounts",
            idx=1,
            company=identity.COMPANY,
            default_account=identity.CASH if kind == "Cash" else identity.BANK,
        )


def write_technicians_users(books: Books) -> None:
    """The technicians as users, so that a ticket can be assigned to them; they bring no key along."""
    for employee, (first, last) in TECHNICIANS.items():
        books.add(
            "User",
            user_of(employee),
            _FOUNDED,
            email=user_of(employee),
            first_name=first,
            last_name=last,
            full_name=f"{first} {last}",
            username=user_of(employee).partition("@")[0],
            enabled=1,
            user_type="System User",
            roles=[{"role": "Support Team"}],
        )


def _write_company(books: Books) -> None:
    books.add("Warehouse", f"Stores - {identity.ABBR}", _FOUNDED, warehouse_name="Stores", company=identity.COMPANY)
    books.add("Cost Center", identity.COST_CENTER, _FOUNDED, cost_center_name="Main", company=identity.COMPANY)
    for name, root, kind, rate in _ACCOUNTS:
        books.add(
            "Account",
            f"{name} - {identity.ABBR}",
            _FOUNDED,
            account_name=name,
            company=identity.COMPANY,
            root_type=root,
            report_type="Balance Sheet" if root in {"Asset", "Liability"} else "Profit and Loss",
            account_type=kind,
            account_currency="CAD",
            tax_rate=float(rate),
        )
    books.add(
        "Company",
        identity.COMPANY,
        _FOUNDED,
        company_name=identity.COMPANY,
        abbr=identity.ABBR,
        default_currency="CAD",
        country="Canada",
        default_receivable_account=identity.RECEIVABLE,
        default_bank_account=identity.BANK,
        default_cash_account=identity.CASH,
        default_income_account=identity.INCOME,
        default_expense_account=identity.COST_OF_SALES,
        round_off_account=identity.ROUND_OFF,
        cost_center=identity.COST_CENTER,
    )
    for year in range(2018, 2028):
        books.add(
            "Fiscal Year",
            str(year),
            _FOUNDED,
            year=str(year),
            year_start_date=f"{year}-01-01",
            year_end_date=f"{year}-12-31",
        )
    books.add(
        "Sales Taxes and Charges Template",
        identity.TAX_TEMPLATE,
        _FOUNDED,
        title="TPS TVQ",
        company=identity.COMPANY,
        taxes=tax_rows(),
        is_default=1,
    )


def _write_catalogue(books: Books) -> None:
    for article in ARTICLES.values():
        books.add(
            "Item",
            article.code,
            _FOUNDED,
            item_code=article.code,
            item_name=article.name,
            description=article.name,
            item_group="Services" if article.monthly or article.uom == "Hour" else "Products",
            stock_uom=article.uom,
            is_stock_item=0,
            customer_code="",
            standard_rate=article.price,
            item_defaults=[{"company": identity.COMPANY, "income_account": identity.INCOME}],
        )
        books.add(
            "Item Price",
            books.hash_name(),
            _FOUNDED,
            item_code=article.code,
            item_name=article.name,
            price_list="Standard Selling",
            selling=1,
            price_list_rate=article.price,
            valid_from=_FOUNDED,
            currency="CAD",
            uom=article.uom,
        )
        if article.monthly:
            books.add(
                "Subscription Plan",
                article.code,
                _FOUNDED,
                plan_name=article.code,
                item=article.code,
                currency="CAD",
                cost=article.price,
                price_determination="Fixed Rate",
                billing_interval="Month",
                billing_interval_count=1,
            )
    books.add("Issue Priority", "Urgent", _FOUNDED)
    books.add(
        "Customer Group",
        "Prospect",
        _FOUNDED,
        customer_group_name="Prospect",
        parent_customer_group="All Customer Groups",
    )


def tax_rows() -> list[Row]:
    """The two taxes as ERPNext's rows, both on the net total; amounts are the document's."""
    return [
        {
            "charge_type": "On Net Total",
            "account_head": account,
            "description": description,
            "rate": float(rate),
            "cost_center": identity.COST_CENTER,
        }
        for account, description, rate in (
            (identity.TPS_ACCOUNT, "TPS 5%", TPS),
            (identity.TVQ_ACCOUNT, "TVQ 9.975%", TVQ),
        )
    ]


def _set_property(site: Site, setter: Mapping[str, object]) -> None:
    definition = site.catalogue.definition(str(setter["doc_type"]))
    fields = definition["fields"]
    if isinstance(fields, list):
        for field in fields:
            if field["fieldname"] == setter["field_name"]:
                field[str(setter["property"])] = setter["value"]
    site.install_doctype(definition)


def _read(name: str) -> Row:
    found: Row = json.loads((CUSTOM / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _rows(name: str) -> list[Row]:
    found: list[Row] = json.loads((CUSTOM / f"{name}.json").read_text(encoding="utf-8"))
    return found
