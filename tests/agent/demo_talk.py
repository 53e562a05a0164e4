"""Talking to an agent over a demo company of the test's own, and looking at that company past the agent's back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agent import Agent
from agent.clients.systems import Systems
from agent.intents.actions import from_wire
from agent.reply import Choices, Diff, Facts, Progress, Reply, Table, Text
from sandbox.world import World


@dataclass(frozen=True)
class Company:
    """The demo company itself: its records, its ports, and its own account of what was done to it."""

    world: World
    systems: Systems

    def effects(self) -> list[str]:
        """What was done to the world so far, in its own words: ``erpnext insert``."""
        return [f"{one.system} {one.verb}" for one in self.world.effects()]

    def let_pass(self, **time: float) -> None:
        """Let time pass in the company: ``let_pass(minutes=3)``."""
        self.world.set_clock(self.world.now() + dt.timedelta(**time))

    async def customer(self, customer_id: str) -> dict[str, Any]:
        """The Customer as it stands."""
        return await self.systems.erp.get("Customer", customer_id)

    async def change(self, customer_id: str, **fields: Any) -> None:
        """Someone else edits the Customer."""
        modified = str((await self.customer(customer_id))["modified"])
        await self.systems.erp.update("Customer", customer_id, fields, modified=modified)

    async def comments(self, customer_id: str) -> list[str]:
        """What stands on a customer's file, as stored, the newest first."""
        rows = await self.systems.erp.list(
            "Comment",
            fields=["content"],
            filters=[["reference_doctype", "=", "Customer"], ["reference_name", "=", customer_id]],
            order_by="creation desc",
        )
        return [row["content"] for row in rows]

    async def lit(self, customer_id: str) -> dict[str, bool]:
        """Each port of a customer, and whether light is given."""
        return {f"{port.olt} {port.port}": port.enabled for port in await self.systems.hub.ports(customer_id)}

    async def arrangements(self, customer_id: str) -> dict[str, str]:
        """Each arrangement of a customer and its status."""
        rows = await self.systems.erp.list(
            "Payment Arrangement", fields=["name", "status"], filters=[["customer", "=", customer_id]]
        )
        return {row["name"]: row["status"] for row in rows}


@dataclass(frozen=True)
class Talk:
    """One conversation."""

    agent: Agent
    name: str = "default"

    async def __call__(self, *messages: str) -> Reply:
        """Say each message in turn; the answer to the last one."""
        replies = [await self.agent.say(message, conversation=self.name) for message in messages]
        return replies[-1]

    async def ask(self, action: str, **fields: Any) -> Reply:
        """Ask for a typed action, past understanding: what its tool makes of it is the matter."""
        return await self.ask_all({"action": action, **fields})

    async def ask_all(self, *actions: dict[str, Any]) -> Reply:
        """Ask for several typed actions as one message."""
        return await self.agent.request(*map(from_wire, actions), conversation=self.name)


OpenAgent = Callable[..., Talk]


def told(reply: Reply) -> str:
    """Every sentence of a reply, questions and warnings included."""
    sentences: list[str] = []
    for block in reply.blocks:
        match block:
            case Text():
                sentences.append(block.text)
            case Choices():
                sentences.append(block.question)
            case Diff():
                sentences += [*block.consequences, *block.warnings]
    return "\n".join(sentences).replace("\u00a0", " ").replace("\u202f", " ")


def diff(reply: Reply) -> Diff:
    """The one diff of a reply."""
    [found] = [block for block in reply.blocks if isinstance(block, Diff)]
    return found


def changes(reply: Reply) -> dict[str, dict[str, tuple[str | None, str | None]]]:
    """The diff by record: its title, and each field before and after."""
    return {
        f"{record.system}: {record.title}": {line.field: (line.before, line.after) for line in record.lines}
        for record in diff(reply).records
    }


def choices(reply: Reply) -> list[str]:
    """What a question offers, by value."""
    [found] = [block for block in reply.blocks if isinstance(block, Choices)]
    return [choice.value for choice in found.choices]


def states(reply: Reply) -> list[str]:
    """Where each step of the plan that ran stands."""
    [found] = [block for block in reply.blocks if isinstance(block, Progress)]
    return [step.state for step in found.steps]


def cells(reply: Reply) -> list[str]:
    """Every value that a reply shows in tables and fact sheets."""
    found: list[str] = []
    for block in reply.blocks:
        match block:
            case Table():
                found += [cell for row in block.rows for cell in row]
            case Facts():
                found += [fact.value for fact in block.facts]
    return found


def asked(reply: Reply) -> list[str]:
    """The names of the actions that were understood."""
    return [str(action["action"]) for action in reply.actions]
