"""``targo eval``: the scorer, with agents whose world and data are made for one case and thrown away after it.

Enters: files or folders of phrases. Leaves: the scorer's exit code. Of the environment only the model's settings
count: an evaluation approves plans, and must never reach a real site.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from agent import Agent
from agent.channels.terminal import Terminal
from agent.clients.systems import Embedded
from agent.settings import EngineName, Settings
from evals.demo import DemoStages
from evals.run import main_run
from evals.stage import FrontDoor


def evaluate(
    terminal: Terminal,
    paths: Sequence[Path],
    *,
    engine: EngineName | None,
    report: Path | None,
    min_exact: float,
    baseline: Path | None,
) -> int:
    """Play and judge every case: the exit code of ``targo eval``."""
    settings = terminal.settings()

    @asynccontextmanager
    async def make_agent(embedded: Embedded, folder: Path, chosen: EngineName) -> AsyncIterator[FrontDoor]:
        model = {name: getattr(settings, name) for name in ("model_base_url", "model_name", "model_api_key")}
        async with Agent(Settings.model_construct(data_dir=folder, engine=chosen, **model), embedded=embedded) as agent:
            # Loaded beforehand, so that latency is that of a turn.
            await agent.warm()
            yield agent

    return main_run(
        paths,
        make_stage=DemoStages(make_agent).stage,
        engine=engine or settings.engine,
        json_report=report,
        min_exact=min_exact,
        baseline=baseline,
    )
