"""The agent as a whole: between processes, towards a site, and when something is not there."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_talk import Company, OpenAgent, Talk, diff, told

from agent import Agent, Settings
from agent.clients.patience import Patience
from agent.errors import Misconfigured
from sandbox.demo import DEMO_E911_TOKEN, DEMO_HUB_TOKEN, DEMO_KEY, DEMO_PBX_TOKEN, DEMO_SECRET, DEMO_STRIPE_KEY
from sandbox.server import running_sandbox

SUSPEND = "suspend Jean Tremblay for non-payment"
HURRIED = Patience(tries=1, first_wait=0, longest_wait=0)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo company over real HTTP: to the agent, a site like any other."""
    with running_sandbox(tmp_path_factory.mktemp("site") / "world.sqlite") as url:
        yield url


def towards(url: str, folder: Path, policy: str | None = None) -> Settings:
    path = None
    if policy is not None:
        path = folder / "policy.yaml"
        path.write_text(policy, encoding="utf-8")
    return Settings(
        _env_file=None,
        data_dir=folder,
        erpnext_url=url,
        erpnext_key=DEMO_KEY,
        erpnext_secret=DEMO_SECRET,
        hub_url=f"{url}/hub",
        hub_token=DEMO_HUB_TOKEN,
        pbx_url=f"{url}/pbx",
        pbx_token=DEMO_PBX_TOKEN,
        e911_url=f"{url}/e911",
        e911_token=DEMO_E911_TOKEN,
        stripe_url=f"{url}/stripe",
        stripe_key=DEMO_STRIPE_KEY,
        policy_file=path,
    )


async def test_a_plan_waits_for_the_next_process_too(open_agent: OpenAgent, company: Company) -> None:
    await open_agent()(SUSPEND)
    assert (await open_agent()("oui")).outcome == "answered"
    assert (await company.customer("C-10001"))["is_suspended"] == 1


async def test_a_question_waits_for_the_next_process_too(open_agent: OpenAgent) -> None:
    await open_agent()("suspend Tremblay")
    assert diff(await open_agent()("1")).title == "Suspend Jean Tremblay"


async def test_two_yeses_at_once_write_once(open_agent: OpenAgent, company: Company) -> None:
    first, second = open_agent(), open_agent()
    await first(SUSPEND)
    replies = await asyncio.gather(first("yes"), first("yes"), second("yes"))
    assert sorted(reply.outcome for reply in replies) == ["answered", "refused", "refused"]
    assert company.effects() == ["erpnext update", "hub set_port", "erpnext insert"]


async def test_the_digest_of_another_diff_approves_nothing(open_agent: OpenAgent, company: Company) -> None:
    talk = open_agent()
    plan = (await talk(SUSPEND)).plan
    assert plan is not None
    reply = await talk.agent.approve(plan.id, "0" * 64)
    assert (reply.outcome, reply.code) == ("refused", "plan_is_stale")
    assert (await talk.agent.approve("P-NOSUCH00", plan.digest)).code == "plan_not_found"
    assert company.effects() == []
    assert (await talk.agent.approve(plan.id, plan.digest)).outcome == "answered"


async def test_the_journal_tells_the_story_and_holds_together(open_agent: OpenAgent) -> None:
    talk = open_agent()
    await talk(SUSPEND, "yes")
    kinds = [entry.kind for entry in talk.agent.journal(None)]
    assert kinds[:4] == ["asked", "planned", "asked", "approved"]
    assert kinds[-1] == "ended"
    assert talk.agent.verify_journal().ok


async def test_who_has_no_role_on_a_site_may_do_nothing_there(site: str, tmp_path: Path) -> None:
    async with Agent(towards(site, tmp_path, "users: {}\nroles: {clerk: {allow: ['*']}}\n")) as agent:
        for message in ("what does Jean Tremblay owe?", SUSPEND):
            reply = await agent.say(message)
            assert (reply.outcome, reply.code, reply.plan) == ("refused", "not_allowed", None)
            assert told(reply).startswith(f"{getpass.getuser()} has no role in the policy file")


async def test_the_sites_own_policy_names_its_users(site: str, tmp_path: Path) -> None:
    policy = f"users: {{{getpass.getuser()}: clerk}}\nroles: {{clerk: {{allow: ['read:*']}}}}\n"
    async with Agent(towards(site, tmp_path, policy)) as agent:
        assert (await agent.say("what does Jean Tremblay owe?")).outcome == "answered"
        assert (await agent.say(SUSPEND)).code == "not_allowed"


async def test_a_site_is_told_by_its_name_and_a_key_by_its_last_four(site: str, tmp_path: Path) -> None:
    async with Agent(towards(site, tmp_path)) as agent:
        health = await agent.doctor()
        assert [(one.system, one.real, one.reachable) for one in health] == [
            ("erpnext", True, True),
            ("hub", True, True),
            ("pbx", True, True),
            ("e911", True, True),
            ("stripe", True, True),
        ]
        assert (await agent.status()).system_of_record == site.removeprefix("http://")
    assert DEMO_SECRET not in str(health)
    assert health[0].key == DEMO_SECRET[-4:]
    assert (health[-1].mode, health[-1].key) == ("test", DEMO_STRIPE_KEY[-4:])
    assert DEMO_STRIPE_KEY not in str(health)


@pytest.mark.parametrize(
    ("message", "language", "sentence"),
    [
        ("what does Jean Tremblay owe?", "en", "ERPNext cannot be reached"),
        ("combien doit Jean Tremblay?", "fr", "ERPNext ne répond pas"),
    ],
)
async def test_an_unreachable_site_is_one_sentence_in_the_users_language(
    tmp_path: Path, message: str, language: str, sentence: str
) -> None:
    async with Agent(towards("http://127.0.0.1:9", tmp_path), patience=HURRIED) as agent:
        reply = await agent.say(message)
    assert (reply.outcome, reply.code, reply.language) == ("failed", "unavailable", language)
    assert told(reply).startswith(sentence)
    assert len(reply.blocks) == 1


async def test_a_wrong_key_is_one_sentence(site: str, tmp_path: Path) -> None:
    wrong = towards(site, tmp_path).model_copy(update={"erpnext_key": "nobody"})
    async with Agent(wrong) as agent:
        reply = await agent.say("what does Jean Tremblay owe?")
    assert (reply.outcome, reply.code, len(reply.blocks)) == ("failed", "access_denied", 1)
    assert DEMO_SECRET not in reply.model_dump_json()


@pytest.mark.parametrize("name", ["agent.sqlite", "demo.sqlite"])
async def test_a_damaged_file_is_one_sentence_that_names_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"this is no database, but it is long enough to be taken for one" * 40)
    with pytest.raises(Misconfigured, match=name) as error:
        async with Agent(Settings(_env_file=None, data_dir=tmp_path)):
            pass
    assert "\n" not in error.value.message


def test_real_and_demo_systems_are_not_mixed_by_accident(tmp_path: Path) -> None:
    half = Settings(_env_file=None, data_dir=tmp_path, erpnext_url="https://erp.example.com")
    with pytest.raises(Misconfigured, match="TARGO_HUB_URL") as error:
        half.check_mixture()
    assert "TARGO_ALLOW_MIXED=1" in error.value.message
    half.model_copy(update={"allow_mixed": True}).check_mixture()


async def test_completion_knows_customers_and_items(open_agent: OpenAgent) -> None:
    names = await open_agent().agent.names()
    assert {"Jean Tremblay", "Marie-Ève Tremblay", "FIBRE-100"} <= set(names)


async def test_plans_are_listed_with_what_became_of_them(open_agent: OpenAgent) -> None:
    talk = open_agent()
    await talk(SUSPEND, "yes", "undo", "yes", "note on Sylvie Côté: call back", "no", "reactivate Luc Gagnon")
    listed = [(plan.status, plan.title) for plan in talk.agent.plans()]
    assert listed == [
        ("waiting", "Reactivate Luc Gagnon"),
        ("rejected", "Note on the file of Sylvie Côté"),
        ("done", f"Take back plan {talk.agent.plans()[3].id}: Suspend Jean Tremblay"),
        ("undone", "Suspend Jean Tremblay"),
    ]


async def test_typed_actions_are_planned_and_wait_like_said_ones(talk: Talk, company: Company) -> None:
    reply = await talk.ask("suspend_customer", customer="Martin Gagné", reason="non-payment")
    assert (reply.outcome, company.effects()) == ("plan", [])
    await talk("yes")
    assert (await company.customer("C-10018"))["is_suspended"]


async def test_an_approval_cannot_be_requested_it_has_to_be_said(talk: Talk, company: Company) -> None:
    await talk("suspend Martin Gagné")
    reply = await talk.ask("approve")
    assert (reply.outcome, company.effects()) == ("failed", [])
