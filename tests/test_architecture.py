"""The house keeps its order: a room imports only rooms below it, and nothing goes round in a circle.

Enters: the source, read and never run. `python tests/test_architecture.py` lists the files that grow long.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("agent", "sandbox", "prompts", "evals")

# From the ground up. A module lives in the last room named here whose name begins its own.
ROOMS = (
    "agent.errors",
    "agent.settings",
    "agent.masking",
    "prompts",
    "agent.directory",
    "agent.intents.actions",
    "agent.clients",
    "agent.wording",
    "agent.reply",
    "agent.store",
    "agent.policy_file",
    "agent.policy",
    "agent.intents",
    "agent.confirm",
    "agent.tools",
    "agent.router",
    "agent.memory",
    "agent.turn",
    "agent.showing",
    "agent.office",
    "agent.following",
    "agent.planning",
    "agent.conversation",
    "agent.embedded",
    "agent.health",
    "agent.front",
    "agent",
    "evals",
    "agent.channels",
    "agent.cli",
)
# Who starts the outside world, and who plays with it in evaluations; nobody else may know that it is a sandbox.
LAUNCHERS = {"agent.embedded", "agent.channels.sandbox_command", "evals.demo", "evals.play", "evals.run"}
# Loaded late because they are slow to load; nothing is loaded late to get round a circle.
LATE = {"openai", "instructor", "stripe", "slack_bolt", "pydantic_evals"}
# The prompt shows before the agent behind it is loaded.
MAY_LOAD_LATE = ("agent.channels", "agent.cli")
READS_ENVIRONMENT = {"agent.settings", "agent.channels.words"}
LONG, TOO_LONG = 250, 400


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of ours, by name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


def imported(tree: ast.AST) -> Iterator[str]:
    """The names that a piece of source imports, ours as far as the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in modules() else str(node.module)


@cache
def edges() -> dict[str, set[str]]:
    """Module -> the modules of ours that it imports, wherever in the file."""
    return {name: {one for one in imported(tree) if one in modules()} - {name} for name, tree in modules().items()}


def room(module: str) -> int:
    """How high a module lives; outside the house (the sandbox) is -1."""
    within = [name for name in ROOMS if f"{module}.".startswith(f"{name}.")]
    if "agent" in within and module != "agent":
        within.remove("agent")
    return ROOMS.index(max(within, key=len)) if within else -1


def test_every_module_of_the_agent_has_a_room() -> None:
    assert [name for name in modules() if name.startswith("agent.") and room(name) == -1] == []


def test_every_room_is_there() -> None:
    assert [name for name in ROOMS if not any(f"{module}.".startswith(f"{name}.") for module in modules())] == []


def test_a_room_imports_only_rooms_below_it() -> None:
    upward = [
        f"{name} imports {other}"
        for name, others in edges().items()
        for other in sorted(others)
        if room(name) >= 0 and room(other) > room(name)
    ]
    assert upward == []


def test_imports_go_round_in_no_circle() -> None:
    settled: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> tuple[str, ...] | None:
        if name in path:
            return (*path[path.index(name) :], name)
        if name in settled:
            return None
        for other in sorted(edges()[name]):
            circle = walk(other, (*path, name))
            if circle:
                return circle
        settled.add(name)
        return None

    circles = [circle for circle in (walk(name, ()) for name in modules() if name != "agent") if circle]
    assert circles == []


def test_only_launchers_know_the_sandbox() -> None:
    knowing = {name for name, others in edges().items() if any(one.split(".")[0] == "sandbox" for one in others)}
    assert {name for name in knowing if not name.startswith("sandbox")} <= LAUNCHERS


def test_the_sandbox_knows_nothing_of_the_agent() -> None:
    foreign = [
        f"{name} imports {other}"
        for name, others in edges().items()
        if name.startswith("sandbox")
        for other in others
        if not other.startswith("sandbox")
    ]
    assert foreign == []


def test_understanding_knows_no_system_and_no_record() -> None:
    beyond = ("agent.clients", "agent.store", "agent.confirm", "agent.tools", "agent.policy", "agent.reply")
    assert [
        f"{name} imports {other}"
        for name, others in edges().items()
        if name.startswith("agent.intents")
        for other in others
        if other.startswith(beyond)
    ] == []


def test_tools_only_read() -> None:
    """A planner reaches a system through readers alone: it could not write even by mistake."""
    writers = {"agent.clients.http", "agent.clients.systems", "agent.confirm.execute", "agent.confirm.approval"}
    assert {name for name, others in edges().items() if name.startswith("agent.tools") and others & writers} == set()


def test_only_planning_starts_what_runs_plans() -> None:
    starters = {name for name, others in edges().items() if "agent.confirm.execute" in others}
    assert {name for name in starters if not name.startswith("agent.confirm")} <= {
        "agent.following",
        "agent.planning",
        "agent.office",
        "agent.front",
    }


@pytest.mark.parametrize("reader", ["environ", "getenv", "environb"])
def test_the_environment_is_read_in_one_place(reader: str) -> None:
    reading = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == reader and ast.unparse(node.value) == "os"
    }
    assert reading <= READS_ENVIRONMENT
    assert not any(
        f"{node.module}.{alias.name}" == "os.environ"
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )


def test_only_heavy_libraries_are_imported_late() -> None:
    late = [
        f"{name}: {ast.unparse(node)}"
        for name, tree in modules().items()
        if not name.startswith(MAY_LOAD_LATE)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and not {one.split(".")[0] for one in imported(node)} <= LATE
    ]
    assert late == []


def test_imports_are_absolute() -> None:
    assert [
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ] == []


def test_every_module_opens_with_what_it_is_for() -> None:
    assert [name for name, tree in modules().items() if tree.body and not ast.get_docstring(tree)] == []


def test_the_walk_sees_the_imports_that_are_there() -> None:
    assert {"agent.router", "agent.planning"} <= edges()["agent.conversation"]
    assert "sandbox.app" in edges()["agent.embedded"]
    assert all(room(lower) < room(higher) for lower, higher in pairwise(ROOMS))


def long_files() -> list[tuple[int, str]]:
    """The files beyond ``LONG`` lines, the longest first."""
    lengths = (
        (len(path.read_text(encoding="utf-8").splitlines()), str(path.relative_to(ROOT)))
        for package in (*PACKAGES, "tests")
        for path in (ROOT / package).rglob("*.py")
    )
    return sorted(((length, name) for length, name in lengths if length > LONG), reverse=True)


if __name__ == "__main__":
    for length, name in long_files():
        print(f"{length:5} {'split' if length > TOO_LONG else '     '} {name}")  # noqa: T201 - a report
