"""What ``targo doctor`` says of a site that works and is set amiss."""

from __future__ import annotations

import pytest
from demo_talk import Company, OpenAgent

from agent.channels.lists import systems_blocks
from agent.channels.words import Words
from agent.reply import Text


async def advice(open_agent: OpenAgent) -> tuple[str, ...]:
    systems = await open_agent().agent.doctor()
    return next(one.advice for one in systems if one.system == "erpnext")


async def test_a_site_that_rounds_as_the_diffs_do_is_well(open_agent: OpenAgent) -> None:
    assert await advice(open_agent) == ()


@pytest.mark.parametrize("method", ["Banker's Rounding", "Banker's Rounding (legacy)", ""])
async def test_a_site_that_rounds_otherwise_is_warned_of(open_agent: OpenAgent, company: Company, method: str) -> None:
    site = await company.systems.erp.get("System Settings", "System Settings")
    fields = {"rounding_method": method}
    await company.systems.erp.update("System Settings", "System Settings", fields, modified=str(site["modified"]))
    assert await advice(open_agent) == ("rounding",)
    systems = await open_agent().agent.doctor()
    for language in ("en", "fr"):
        said = [block.text for block in systems_blocks(systems, Words(language)) if isinstance(block, Text)]
        assert any("Commercial Rounding" in sentence for sentence in said)
    assert all(one.reachable and one.problem is None for one in systems)
