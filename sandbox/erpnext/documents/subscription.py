"""Subscriptions: what a customer takes every month.

In: changes to documents of the DocType `Subscription`. Out: the same with its current period.
"""

import calendar
from datetime import date, timedelta

from sandbox.erpnext.documents.rules import Change, Rules
from sandbox.erpnext.errors import Refusal, not_served
from sandbox.erpnext.records import Records
from sandbox.erpnext.values import as_date, whole

_MONTHS = {"Month": 1, "Year": 12}
_DAYS = {"Day": 1, "Week": 7}


class SubscriptionRules(Rules):
    """What a site makes of a subscription."""

    def prepare(self, change: Change) -> None:
        """Set the first period; without plans the real thing trips over its own query."""
        document = change.document
        plans = [str(row.get("plan")) for row in change.rows("plans")]
        if not plans:
            query = (
                "SELECT DISTINCT `billing_interval`,`billing_interval_count`"
                " FROM `tabSubscription Plan` WHERE `name` IN () "
            )
            raise Refusal.crashed(
                "ProgrammingError",
                "(1064, \"You have an error in your SQL syntax near ')'\")",
                module="pymysql.err",
                _debug_messages=f'["Syntax error in query:\\n{query}"]',
            ).from_erpnext()
        company = document.get("company")
        document["cost_center"] = document.get("cost_center") or change.records.value("Company", company, "cost_center")
        if change.is_new:
            start = as_date(document.get("start_date")) or change.now.date()
            document["start_date"] = str(start)
            document["status"] = "Active"
            document["current_invoice_start"] = str(start)
            document["current_invoice_end"] = str(period_end(change.records, plans[0], start))

    def run(self, change: Change, method: str) -> bool:
        """`process` bills the period that begins today, which is not served; else it only looks."""
        if method != "process":
            return False
        if change.document.get("current_invoice_start") == str(change.now.date()):
            raise not_served("Subscription Invoice")
        return True


def period_end(records: Records, plan: str, start: date) -> date:
    """The last day of a plan's period that begins on a day."""
    found = records.values("Subscription Plan", plan, ["billing_interval", "billing_interval_count"])
    count = whole(found.get("billing_interval_count")) or 1
    interval = str(found.get("billing_interval") or "Month")
    if interval in _DAYS:
        return start + timedelta(days=_DAYS[interval] * count - 1)
    year, month = divmod(start.year * 12 + start.month - 1 + _MONTHS[interval] * count, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=1)
