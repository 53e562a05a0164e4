"""What every new site holds before anybody worked with it: units, roles, groups, currencies.

Only what the DocTypes served here link to; a company and its accounts come with `set_up_company`.
"""

from collections.abc import Mapping, Sequence

ROLES = (
    "Accounts Manager",
    "Accounts User",
    "Administrator",
    "All",
    "Desk User",
    "Employee",
    "Guest",
    "HR Manager",
    "HR User",
    "Inbox User",
    "Item Manager",
    "Maintenance Manager",
    "Maintenance User",
    "Manufacturing User",
    "Purchase Manager",
    "Purchase Master Manager",
    "Purchase User",
    "Sales Manager",
    "Sales Master Manager",
    "Sales User",
    "Stock Manager",
    "Stock User",
    "Support Team",
    "System Manager",
    "Website Manager",
)
_LANGUAGES = {"en": "English", "fr": "Français", "fr-CA": "Français canadien"}
_UNITS = ("Nos", "Unit", "Hour", "Day", "Month", "Year", "Minute", "Meter")
_PAYMENT_MODES = {
    "Cash": "Cash",
    "Cheque": "Bank",
    "Credit Card": "Bank",
    "Wire Transfer": "Bank",
    "Bank Draft": "Bank",
}


def _tree(kind: str, root: str, leaves: Sequence[str]) -> list[dict[str, object]]:
    title, parent = f"{kind}_name", f"parent_{kind}"
    rows: list[dict[str, object]] = [{"name": root, title: root, "is_group": 1, "lft": 1, "rgt": 2 * len(leaves) + 2}]
    return rows + [
        {"name": leaf, title: leaf, parent: root, "lft": 2 * place, "rgt": 2 * place + 1}
        for place, leaf in enumerate(leaves, start=1)
    ]


STANDARD_RECORDS: Mapping[str, Sequence[Mapping[str, object]]] = {
    "Role": [{"name": role, "role_name": role} for role in ROLES],
    "Language": [{"name": code, "language_code": code, "language_name": name} for code, name in _LANGUAGES.items()],
    "Country": [{"name": "Canada", "country_name": "Canada", "code": "ca"}],
    "Currency": [
        {"name": "CAD", "currency_name": "CAD", "enabled": 1, "fraction": "Cent", "fraction_units": 100, "symbol": "$"}
    ],
    "UOM": [{"name": unit, "uom_name": unit} for unit in _UNITS],
    "Print Heading": [{"name": "Credit Note", "print_heading": "Credit Note"}],
    "User Type": [{"name": kind} for kind in ("System User", "Website User")],
    "Issue Priority": [{"name": name} for name in ("Low", "Medium", "High")],
    "Mode of Payment": [
        {"name": mode, "mode_of_payment": mode, "type": kind, "enabled": 1} for mode, kind in _PAYMENT_MODES.items()
    ],
    "Price List": [
        {"name": "Standard Selling", "price_list_name": "Standard Selling", "currency": "CAD", "selling": 1}
    ],
    "Customer Group": _tree(
        "customer_group", "All Customer Groups", ("Individual", "Commercial", "Non Profit", "Government")
    ),
    "Territory": _tree("territory", "All Territories", ("Canada",)),
    "Item Group": _tree("item_group", "All Item Groups", ("Services", "Products")),
    "User": [
        {
            "name": user,
            "email": f"{user.lower()}@example.com",
            "first_name": user,
            "full_name": user,
            "username": user.lower(),
        }
        for user in ("Administrator", "Guest")
    ],
}
