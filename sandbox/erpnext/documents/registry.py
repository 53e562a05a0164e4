"""Which DocTypes have rules of their own."""

from sandbox.erpnext.documents.rules import Rules
from sandbox.erpnext.documents.schema import CustomFieldRules, DocTypeRules
from sandbox.erpnext.documents.user import UserRules

_NO_RULES = Rules()
_RULES: dict[str, Rules] = {
    "Custom Field": CustomFieldRules(),
    "DocType": DocTypeRules(),
    "User": UserRules(),
}


def rules_for(doctype_name: str) -> Rules:
    """The rules of a DocType; those of a plain one do nothing."""
    return _RULES.get(doctype_name, _NO_RULES)
