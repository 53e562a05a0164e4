"""Which DocTypes have rules of their own."""

from sandbox.erpnext.documents.accounts import AccountRules, TaxTemplateRules
from sandbox.erpnext.documents.customer import AddressRules, ContactRules, CustomerRules
from sandbox.erpnext.documents.issue import CommentRules, IssueRules
from sandbox.erpnext.documents.item import ItemRules
from sandbox.erpnext.documents.payment_entry import PaymentEntryRules
from sandbox.erpnext.documents.quotation import QuotationRules
from sandbox.erpnext.documents.rules import Rules
from sandbox.erpnext.documents.sales_invoice import SalesInvoiceRules
from sandbox.erpnext.documents.sales_order import SalesOrderRules
from sandbox.erpnext.documents.schema import CustomFieldRules, DocTypeRules
from sandbox.erpnext.documents.subscription import SubscriptionRules
from sandbox.erpnext.documents.user import UserRules

_NO_RULES = Rules()
_RULES: dict[str, Rules] = {
    "Account": AccountRules(),
    "Address": AddressRules(),
    "Comment": CommentRules(),
    "Contact": ContactRules(),
    "Custom Field": CustomFieldRules(),
    "Customer": CustomerRules(),
    "DocType": DocTypeRules(),
    "Issue": IssueRules(),
    "Item": ItemRules(),
    "Payment Entry": PaymentEntryRules(),
    "Quotation": QuotationRules(),
    "Sales Invoice": SalesInvoiceRules(),
    "Sales Order": SalesOrderRules(),
    "Sales Taxes and Charges Template": TaxTemplateRules(),
    "Subscription": SubscriptionRules(),
    "User": UserRules(),
}


def rules_for(doctype_name: str) -> Rules:
    """The rules of a DocType; those of a plain one do nothing."""
    return _RULES.get(doctype_name, _NO_RULES)
