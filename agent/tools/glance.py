"""The whole customer in one answer: header and badges, then each part of the file in its place.

What a part needs and its system does not give is said in that part's place; nothing else is lost by it. The badges
stand on top whatever parts are asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import get_args

from agent.directory import spoken
from agent.intents.actions import GetCustomer
from agent.intents.actions.account import Section
from agent.reply import AnyBlock, Fact, Facts, Text
from agent.tools.arrangements import describe
from agent.tools.customer import RUNNING, label, who
from agent.tools.customer_file import CustomerFile, may_see, read_file
from agent.tools.desk import Desk
from agent.tools.file_parts import PARTS, owed, why
from agent.tools.outcome import Answer, Outcome
from agent.tools.records import Row

SECTIONS: tuple[Section, ...] = get_args(Section)


async def get_customer(action: GetCustomer, desk: Desk) -> Outcome:
    """Everything that a colleague needs to pick up the phone, or only the sections asked for."""
    party = who(action, desk)
    desk.doing("customer")
    asked = [section for section in SECTIONS if not action.sections or section in action.sections]
    shown = [section for section in asked if may_see(section, desk)]
    file = await read_file(party, shown, desk)
    blocks: list[AnyBlock] = [_header(file)]
    empty: list[str] = []
    for section in shown:
        drawn = PARTS[section](file)
        blocks += drawn
        empty += [] if drawn else [section]
    titles = [desk.words(f"customer.section.{section}") for section in empty]
    if titles:
        blocks.append(Text(text=desk.words("customer.nothing", sections=titles)))
    withheld = [desk.words(f"customer.section.{section}") for section in asked if section not in shown]
    if action.sections and withheld:
        blocks.append(Text(text=desk.words("customer.withheld", sections=withheld), tone="warning"))
    return Answer(blocks, customer=party.customer_id)


def _header(file: CustomerFile) -> Facts:
    """Who it is, and the badges: suspended, arrangement with its countdown, auto-pay, 911, what is owed."""
    words, customer = file.desk.words, file.customer
    facts = [_standing(file)]
    if customer.get("is_vip"):
        facts.append(Fact(label=words("customer.vip"), value=words("customer.yes"), tone="warning"))
    running = sorted(
        (row for row in file.rows("arrangements") if row["status"] in RUNNING), key=lambda row: str(row["due_date"])
    )
    facts += [
        Fact(label=words("balance.arrangement"), value=_countdown(row, file.desk), tone="warning") for row in running
    ]
    if "methods" in file.read:
        facts.append(_autopay(file))
    if file.rows("lines"):
        facts.append(_emergency(file.rows("lines"), file.desk))
    if file.rows("invoices"):
        total, overdue = owed(file)
        facts.append(Fact(label=words("balance.total"), value=words.money(total), tone="bad" if overdue else "plain"))
        if overdue:
            facts.append(Fact(label=words("balance.overdue"), value=words.money(overdue), tone="bad"))
    for badge, name in (
        ("balance.arrangement", "arrangements"),
        ("customer.autopay", "methods"),
        ("customer.e911", "lines"),
    ):
        if file.failure(name):
            facts.append(Fact(label=words(badge), value=why(file, name), tone="warning"))
    return Facts(title=label(file.party), facts=facts)


def _standing(file: CustomerFile) -> Fact:
    words, customer = file.desk.words, file.customer
    if not customer.get("is_suspended"):
        return Fact(label=words("customer.status"), value=words("customer.active"), tone="good")
    since, until = (str(customer.get(field) or "") for field in ("suspended_on", "suspended_until"))
    reason = str(customer.get("suspension_reason") or "")
    value = words("customer.suspended_badge", since=since, until=until, reason=reason)
    return Fact(label=words("customer.status"), value=value, tone="bad")


def _countdown(row: Row, desk: Desk) -> str:
    """An arrangement on one line, with the days left until it is due and until service is cut."""
    cutoff = str(row.get("cutoff_date") or "")[:10]
    left = (dt.date.fromisoformat(cutoff) - desk.today).days if cutoff else None
    return describe(row, desk) + (desk.words("customer.until_cutoff", days=left) if left is not None else "")


def _autopay(file: CustomerFile) -> Fact:
    words = file.desk.words
    automatic = [
        f"{words.chosen(str(row['provider']))} •••• {row['last_four']}"
        if row.get("last_four")
        else words.chosen(str(row["provider"]))
        for row in file.rows("methods")
        if row["is_auto"]
    ]
    value = ", ".join(automatic) or words("customer.no")
    return Fact(label=words("customer.autopay"), value=value, tone="good" if automatic else "plain")


def _emergency(lines: Sequence[Row], desk: Desk) -> Fact:
    wrong = [spoken(row["did"]) for row in lines if row["e911_status"] != "Registered"]
    value = desk.words("customer.e911_wrong", lines=wrong) if wrong else desk.words("customer.e911_registered")
    return Fact(label=desk.words("customer.e911"), value=value, tone="bad" if wrong else "good")
