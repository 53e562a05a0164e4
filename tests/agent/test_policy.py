"""Who may do what: the shipped roles, a site's own file, and both ends of a plan."""

from __future__ import annotations

import getpass
from decimal import Decimal
from pathlib import Path

import pytest
from demo_talk import Company, OpenAgent, asked, cells, told

from agent import Agent, Settings
from agent.errors import Misconfigured, NotAllowed
from agent.intents.actions import (
    CATALOGUE,
    Action,
    CreatePaymentArrangement,
    Help,
    RebootDevice,
    SuspendCustomer,
    from_wire,
)
from agent.policy import Policy
from agent.router import TOOLS

SHIPPED = Policy.load(None)
READS = {"get_customer", "get_balance", "list_invoices", "check_internet"}
WRITES = {
    "add_note",
    "suspend_customer",
    "reactivate_customer",
    "create_payment_arrangement",
    "cancel_payment_arrangement",
    "reboot_device",
}


@pytest.mark.parametrize(
    ("user", "may"),
    [
        ("agent", (READS | WRITES) - {"suspend_customer"}),
        ("technician", {"get_customer", "check_internet", "add_note", "reboot_device"}),
        ("supervisor", READS | WRITES),
        ("admin", READS | WRITES),
        ("nobody", set()),
    ],
)
def test_what_each_shipped_role_may_do(user: str, may: set[str]) -> None:
    assert {name for name in READS | WRITES if SHIPPED.permits(user, from_wire({"action": name}))} == may


def test_the_conversation_itself_is_open_to_everyone() -> None:
    for name, kind in CATALOGUE.items():
        if kind.kind == "conversation":
            SHIPPED.check("nobody", kind.model_construct(action=name))


@pytest.mark.parametrize(("amount", "allowed"), [("999.99", True), ("1000.00", True), ("1000.01", False)])
def test_a_limit_includes_its_own_amount(amount: str, allowed: bool) -> None:  # noqa: FBT001
    arrangement = CreatePaymentArrangement(customer="C-10003", amount=Decimal(amount))
    assert SHIPPED.permits("agent", arrangement) is allowed
    assert SHIPPED.permits("supervisor", arrangement)


def test_who_has_no_role_is_told_so() -> None:
    with pytest.raises(NotAllowed) as error:
        SHIPPED.check("somebody", RebootDevice())
    assert error.value.facts == {"user": "somebody", "action": "", "reason": "no_role"}


@pytest.mark.parametrize(
    ("allow", "action", "allowed"),
    [
        ('["write:*"]', SuspendCustomer(), True),
        ('["read:*"]', SuspendCustomer(), False),
        ('["suspend_*"]', SuspendCustomer(), True),
        ("[]", SuspendCustomer(), False),
        ("[]", Help(), True),
    ],
)
def test_patterns_cover_kinds_and_names(tmp_path: Path, allow: str, action: Action, allowed: bool) -> None:  # noqa: FBT001
    policy = Policy.load(_file(tmp_path, f"users: {{me: mine}}\nroles: {{mine: {{allow: {allow}}}}}\n"))
    assert policy.permits("me", action) is allowed


async def test_a_technician_sees_no_money(open_agent: OpenAgent) -> None:
    talk = open_agent(user="technician")
    for message in ("what does Nathalie Roy owe?", "unpaid invoices of Nathalie Roy", "les factures de Nathalie Roy"):
        reply = await talk(message)
        assert (reply.outcome, reply.code) == ("refused", "not_allowed")
    glance = await talk("show me Nathalie Roy")
    assert glance.outcome == "answered"
    assert not {"$258.54", "$150.00"} & set(cells(glance))
    assert not any("PA-00006" in cell for cell in cells(glance))
    clerk = cells(await open_agent(user="agent")("show me Nathalie Roy"))
    assert "$258.54" in clerk
    assert any("PA-00006" in cell for cell in clerk)


async def test_a_technician_may_restart_and_note(open_agent: OpenAgent, company: Company) -> None:
    talk = open_agent(user="technician")
    await talk("note on Jean Tremblay: nobody home", "yes")
    assert (await company.comments("C-10001"))[0] == "nobody home"
    assert (await talk("reboot the ONT of Jean Tremblay")).outcome == "plan"


async def test_an_agent_may_not_suspend_and_is_told_whom_to_ask(open_agent: OpenAgent, company: Company) -> None:
    talk = open_agent(user="agent")
    assert told(await talk("suspend Jean Tremblay")).endswith("Ask a supervisor.")
    assert told(await talk("suspends Jean Tremblay")).endswith("Demandez à un superviseur.")
    assert company.effects() == []


async def test_an_arrangement_above_the_limit_is_refused_with_the_limit(open_agent: OpenAgent) -> None:
    reply = await open_agent(user="agent")("arrangement with Luc Gagnon: $1500 by March 26")
    assert (reply.code, asked(reply)) == ("not_allowed", ["create_payment_arrangement"])
    assert "up to $1,000.00" in told(reply)


async def test_a_payment_in_full_is_judged_by_what_it_comes_to(
    open_agent: OpenAgent, company: Company, tmp_path: Path
) -> None:
    path = _file(
        tmp_path, "users: {agent: clerk}\nroles: {clerk: {allow: [record_payment], limits: {record_payment: 100}}}\n"
    )
    talk = open_agent(user="agent", policy_file=path)
    reply = await talk.ask("record_payment", customer="C-10003")
    assert (reply.outcome, reply.code, reply.plan) == ("refused", "not_allowed", None)
    assert "up to $100.00; this comes to $312.40" in told(reply)
    assert (await talk.ask("record_payment", customer="C-10003", amount="100.00")).outcome == "plan"
    assert company.effects() == []


async def test_who_approves_is_judged_by_what_it_comes_to_too(
    open_agent: OpenAgent, company: Company, tmp_path: Path
) -> None:
    path = _file(
        tmp_path,
        "users: {agent: clerk, supervisor: boss}\nroles:\n  boss: {allow: [record_payment]}\n"
        "  clerk: {allow: [record_payment], limits: {record_payment: 100}}\n",
    )
    shown = await open_agent(user="supervisor", policy_file=path).ask("record_payment", customer="C-10003")
    assert shown.plan is not None
    clerk = open_agent(user="agent", policy_file=path)
    reply = await clerk.agent.approve(shown.plan.id, shown.plan.digest)
    assert (reply.outcome, reply.code) == ("refused", "not_allowed")
    assert "up to $100.00" in told(reply)
    assert company.effects() == []


async def test_an_arrangement_is_judged_by_all_its_payments(open_agent: OpenAgent) -> None:
    fields = {"customer": "C-10015", "due_date": "2026-03-26", "every": "monthly"}
    talk = open_agent(user="agent")
    within = await talk.ask("create_payment_arrangement", amount="100.00", installments=3, **fields)
    assert within.outcome == "plan"
    beyond = await talk.ask("create_payment_arrangement", amount="400.00", installments=3, **fields)
    assert (beyond.code, "this comes to $1,200.00" in told(beyond)) == ("not_allowed", True)


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("record_payment", {"customer": "C-10003"}),
        ("create_payment_arrangement", {"customer": "C-10003", "amount": "100.00", "due_date": "2026-03-26"}),
        ("create_quote", {"customer": "C-10012", "items": [{"item": "FIBRE-100"}]}),
        ("convert_quote", {"quote": "SOQ-908"}),
        ("invoice_work_order", {"customer": "Ferme Leduc"}),
    ],
)
async def test_every_plan_of_money_says_what_it_comes_to(
    open_agent: OpenAgent, tmp_path: Path, action: str, fields: dict[str, str]
) -> None:
    assert CATALOGUE[action].money
    path = _file(tmp_path, f"users: {{agent: clerk}}\nroles: {{clerk: {{allow: ['*'], limits: {{{action}: 0.01}}}}}}\n")
    talk = open_agent(user="agent", policy_file=path)
    reply = await talk.ask(action, **fields)
    if reply.outcome == "question":
        reply = await talk("1")
    assert reply.code == "not_allowed", told(reply)
    assert "up to $0.01" in told(reply)


async def test_an_amendment_does_not_climb_over_the_limit(open_agent: OpenAgent, company: Company) -> None:
    talk = open_agent(user="agent")
    reply = await talk("arrangement with Luc Gagnon: $150 by March 26", "make it $1500 instead")
    assert reply.code == "not_allowed"
    assert company.effects() == []


async def test_who_approves_has_to_be_allowed_too(open_agent: OpenAgent, company: Company) -> None:
    shown = await open_agent(user="supervisor")("suspend Jean Tremblay")
    assert shown.plan is not None
    clerk = open_agent(user="agent")
    by_hand = await clerk.agent.approve(shown.plan.id, shown.plan.digest)
    assert (by_hand.outcome, by_hand.code) == ("refused", "not_allowed")
    by_word = await clerk("yes")
    assert (by_word.outcome, by_word.code) == ("refused", "not_allowed")
    assert company.effects() == []


async def test_who_may_not_do_it_may_not_undo_it(open_agent: OpenAgent, company: Company) -> None:
    await open_agent(user="supervisor")("suspend Jean Tremblay", "yes")
    seen = company.effects()
    reply = await open_agent(user="agent")("undo")
    assert (reply.outcome, reply.code) == ("refused", "not_allowed")
    assert company.effects() == seen


async def test_who_lost_the_right_meanwhile_cannot_approve(
    open_agent: OpenAgent, company: Company, tmp_path: Path
) -> None:
    roles = "roles: {{boss: {{allow: ['*']}}, clerk: {{allow: ['read:*']}}}}\nusers: {{supervisor: {role}}}\n"
    path = _file(tmp_path, roles.format(role="boss"))
    await open_agent(user="supervisor", policy_file=path)("suspend Jean Tremblay")
    path.write_text(roles.format(role="clerk"), encoding="utf-8")
    reply = await open_agent(user="supervisor", policy_file=path)("yes")
    assert (reply.outcome, reply.code) == ("refused", "not_allowed")
    assert company.effects() == []


async def test_the_asking_and_the_refusal_are_on_record(open_agent: OpenAgent) -> None:
    talk = open_agent(user="technician")
    await talk("what does Jean Tremblay owe?")
    [entry] = talk.agent.journal()
    assert (entry.kind, entry.user) == ("asked", "technician")
    assert talk.agent.verify_journal().ok


def test_the_demo_knows_its_own_users_only(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="stranger"):
        Agent(Settings(_env_file=None, data_dir=tmp_path), user="stranger")


def test_on_a_real_site_you_are_who_logged_in(tmp_path: Path) -> None:
    real = Settings(
        _env_file=None,
        data_dir=tmp_path,
        erpnext_url="http://127.0.0.1:9",
        erpnext_key="k",
        erpnext_secret="not-a-secret",
        hub_url="http://127.0.0.1:9",
        hub_token="not-a-token",
        pbx_url="http://127.0.0.1:9",
        pbx_token="not-a-token",
        e911_url="http://127.0.0.1:9",
        e911_token="not-a-token",
        stripe_url="http://127.0.0.1:9",
        stripe_key="sk_test_none",
    )
    assert Agent(real).user == getpass.getuser()
    with pytest.raises(Misconfigured, match="--user"):
        Agent(real, user="admin")
    with pytest.raises(NotAllowed):
        SHIPPED.check(f"{getpass.getuser()}-unknown-here", RebootDevice())


def _file(folder: Path, content: str) -> Path:
    path = folder / "policy.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def test_every_action_that_is_no_part_of_the_conversation_has_a_tool() -> None:
    assert {name for name, kind in CATALOGUE.items() if kind.kind != "conversation"} == {
        kind.model_fields["action"].default for kind in TOOLS
    }
