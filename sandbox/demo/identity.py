"""Who the demo company is, and the keys with which its systems are spoken to.

Fixed, because evaluation files and settings refer to them. The keys open nothing but the demo: they are
printed in the documentation on purpose and must never be used for anything real.
"""

from datetime import date

COMPANY = "Gigafibre (démo)"
ABBR = "GD"
SEED = 20260312
"""What every random choice of the demo company follows from."""

TODAY = date(2026, 3, 12)

DEMO_KEY = "demo-agent-key"
DEMO_SECRET = "demo-agent-secret-not-a-secret"  # noqa: S105 (opens the demo only)
DEMO_USER = "agent@gigafibre.example.com"
"""The ERPNext user that the agent works as: every role that its actions need."""

DEMO_SUPPORT_KEY = "demo-support-key"
DEMO_SUPPORT_SECRET = "demo-support-secret-not-a-secret"  # noqa: S105 (opens the demo only)
DEMO_SUPPORT_USER = "support@gigafibre.example.com"
"""An ERPNext user with the role Support Team alone."""

DEMO_HUB_TOKEN = "demo-hub-token"  # noqa: S105 (opens the demo only)
DEMO_PBX_TOKEN = "demo-pbx-token"  # noqa: S105 (opens the demo only)
DEMO_E911_TOKEN = "demo-e911-token"  # noqa: S105 (opens the demo only)
DEMO_STRIPE_KEY = "sk_test_demo_opens_the_demo_only"
DEMO_TOKENS = {"hub": DEMO_HUB_TOKEN, "pbx": DEMO_PBX_TOKEN, "e911": DEMO_E911_TOKEN, "stripe": DEMO_STRIPE_KEY}

AGENT_ROLES = (
    "System Manager",
    "Accounts Manager",
    "Accounts User",
    "Sales Manager",
    "Sales User",
    "Sales Master Manager",
    "Support Team",
    "Item Manager",
)
"""A System Manager alone may read neither customers nor invoices, and only a Sales Master Manager the price list."""

RECEIVABLE = f"Debtors - {ABBR}"
INCOME = f"Sales - {ABBR}"
BANK = f"Bank - {ABBR}"
CASH = f"Cash - {ABBR}"
COST_OF_SALES = f"Cost of Goods Sold - {ABBR}"
ROUND_OFF = f"Round Off - {ABBR}"
TPS_ACCOUNT = f"TPS 5% - {ABBR}"
TVQ_ACCOUNT = f"TVQ 9.975% - {ABBR}"
TAX_TEMPLATE = f"TPS TVQ - {ABBR}"
COST_CENTER = f"Main - {ABBR}"
