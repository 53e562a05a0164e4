"""The years that a company's books are open for.

In: a day. Out: nothing, or the refusal of a day that no active fiscal year holds.
"""

from datetime import date

from sandbox.erpnext.errors import Notice, Refusal
from sandbox.erpnext.records import Records
from sandbox.erpnext.sql import statement


def require_open_year(records: Records, day: date, company: object) -> None:
    """Raise Refusal (FiscalYearError) for a day outside the fiscal years."""
    years = records.catalogue.get("Fiscal Year")
    condition = "WHERE ? BETWEEN year_start_date AND year_end_date AND disabled = 0"
    with records.world.reading() as connection:
        found = connection.execute(statement("SELECT 1 FROM", years.table, condition), (str(day),)).fetchone()
    if found is None:
        message = f"Date {day:%d-%m-%Y} is not in any active Fiscal Year for <strong>{company}</strong>"
        raise Refusal(
            417, "FiscalYearError", message, module="erpnext.accounts.utils", notices=[Notice(message)]
        ).from_erpnext()
