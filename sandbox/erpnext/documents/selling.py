"""What quotations and invoices share: the party, the items, the totals.

In: a selling document as somebody sent it. Out: the same with everything filled in that follows
from its customer, its items, its company and the site's settings.
"""

from sandbox.erpnext.documents.arithmetic import Rounding, compute, payable
from sandbox.erpnext.documents.rules import Change, Rules
from sandbox.erpnext.errors import Refusal, not_found
from sandbox.erpnext.naming import hash_name
from sandbox.erpnext.records import Records, Values
from sandbox.erpnext.values import decimal, moment_text

STANDARD_PRICES = "Standard Selling"
_ITEM_DETAILS = ("item_name", "description", "item_group", "stock_uom", "grant_commission")


class SellingRules(Rules):
    """A document that sells items to a customer."""

    party_field = "customer"
    date_field = "posting_date"
    operator = "-"

    def prepare(self, change: Change) -> None:
        """Fill in the company, the party and what each item brings along."""
        document, records = change.document, change.records
        if not change.rows("items"):
            raise Refusal.crashed(
                "TypeError",
                f"unsupported operand type(s) for {self.operator}: 'NoneType' and 'float'",
            ).from_erpnext()
        _fill(document, _company_details(records, document))
        self.fill_party(change)
        _fill(document, {"selling_price_list": STANDARD_PRICES, "price_list_currency": document.get("currency")})
        for rate in ("conversion_rate", "plc_conversion_rate"):
            document[rate] = decimal(document.get(rate)) or 1.0
        accounts = _accounts(records, str(document.get("company") or ""))
        kept = records.catalogue.get(f"{change.doctype.name} Item").by_name
        for item in change.rows("items"):
            day = str(document.get(self.date_field))
            filled = {**item, **_item_details(records, item, accounts, day)}
            item.update({key: value for key, value in filled.items() if key in kept})
        for tax in change.rows("taxes"):
            _fill(
                tax,
                {
                    "cost_center": accounts.get("cost_center"),
                    "account_currency": document.get("currency"),
                    "description": tax.get("account_head"),
                },
            )

    def fill_party(self, change: Change) -> None:
        """Fill in what the customer brings along."""
        document, records = change.document, change.records
        customer = document.get(self.party_field)
        found = records.values(
            "Customer",
            customer,
            ["name", "customer_name", "customer_group", "territory", "language", "default_currency"],
        )
        _fill(
            document,
            {
                "customer_name": found.get("customer_name"),
                "title": found.get("customer_name"),
                "customer_group": found.get("customer_group"),
                "territory": found.get("territory"),
                "language": found.get("language"),
                "tax_category": "",
            },
        )
        address = _address(records, str(found.get("name") or ""))
        if address:
            _fill(document, {"customer_address": address["name"], "address_display": address_display(address)})

    def validate(self, change: Change) -> None:
        """Work out the totals and the schedule of payments."""
        document = change.document
        compute(document, change.rows("items"), change.rows("taxes"), Rounding.of(document, change.records))
        due = document.get("due_date") or document.get(self.date_field)
        document["payment_schedule"] = [_instalment(change, payable(document), due)]


def _fill(document: Values, values: Values) -> None:
    for fieldname, value in values.items():
        if document.get(fieldname) in {None, ""}:
            document[fieldname] = value


def _company_details(records: Records, document: Values) -> Values:
    company = document.get("company") or records.value("Global Defaults", "Global Defaults", "default_company")
    currency = records.value("Company", company, "default_currency")
    return {"company": company, "currency": currency}


def _accounts(records: Records, company: str) -> Values:
    found = records.values(
        "Company",
        company,
        ["default_income_account", "default_expense_account", "cost_center"],
    )
    stores = records.matching("Warehouse", company=company)
    return {
        "income_account": found.get("default_income_account"),
        "expense_account": found.get("default_expense_account"),
        "cost_center": found.get("cost_center"),
        "warehouse": stores[0] if stores else None,
    }


def _item_details(records: Records, sent: Values, accounts: Values, day: str) -> Values:
    """What a row holds once its item and the company's accounts are looked up."""
    row: Values = {**sent, "qty": decimal(sent.get("qty"))}
    row["conversion_factor"] = decimal(sent.get("conversion_factor")) or 1.0
    code = sent.get("item_code")
    if code:
        found = records.values("Item", code, ["name", *_ITEM_DETAILS])
        if not found:
            raise not_found("Item", code)
        price = _price(records, str(found["name"]), day)
        rate = decimal(sent.get("rate")) or price
        _fill(row, {key: found[key] for key in _ITEM_DETAILS})
        _fill(row, {"uom": found["stock_uom"], "image": "", **accounts})
        row |= {
            "grant_commission": found["grant_commission"],
            "rate": rate,
            "price_list_rate": price,
            "discount_amount": round(price - rate, 2) if rate < price else 0.0,
        }
    else:
        own = {key: accounts[key] for key in ("income_account", "cost_center")}
        _fill(row, {"stock_uom": sent.get("uom"), **own})
    _fill(row, {"margin_type": "", "item_tax_rate": "{}"})
    row["gross_profit"] = decimal(row.get("rate")) * decimal(row["qty"])
    return row


def _price(records: Records, item: str, day: str) -> float:
    """The item's standard price on a day; zero when it has none yet."""
    for name in records.matching("Item Price", item_code=item, price_list=STANDARD_PRICES):
        found = records.values("Item Price", name, ["price_list_rate", "valid_from"])
        if str(found.get("valid_from") or "") <= day:
            return decimal(found["price_list_rate"])
    return 0.0


def _address(records: Records, customer: str) -> Values | None:
    addresses = records.catalogue.get("Address")
    links = records.linked_parents("Address", "Customer", customer)
    return records.load(addresses, links[0]) if links else None


def address_display(address: Values) -> str:
    """An address as documents print it."""
    lines = [address.get("address_line1"), address.get("address_line2"), address.get("city")]
    top = "".join(f"{line}<br>\n" for line in lines if line)
    rest = "".join(f"{part}<br>" for part in (address.get("state"), address.get("pincode")) if part)
    return f"{top}{rest}{address.get('country')}<br>\n<br>\n"


def _instalment(change: Change, amount: float, due: object) -> Values:
    known = change.rows("payment_schedule")
    fresh: Values = {"name": hash_name(), "creation": moment_text(change.now), "doctype": "Payment Schedule"}
    row: Values = {**(known[0] if known else fresh), "idx": 1, "due_date": due, "invoice_portion": 100.0}
    for fieldname in ("payment_amount", "outstanding"):
        row[fieldname] = row[f"base_{fieldname}"] = amount
    return row
