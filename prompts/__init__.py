"""The project's words as packaged data: examples and cue words of each action, approvals, the model's prompt.

Enters: the name of a YAML file in this package. Leaves: its content,
with every scalar as text. It never reads outside the package.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

# Every scalar stays text: "no", "yes" and "on" are words here.
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

AREAS = ("account", "billing", "sales", "network", "support", "voice", "conversation", "out_of_scope")
"""The files that hold actions with their examples, in the catalogue's order."""


@cache
def load(name: str) -> Any:  # noqa: ANN401 - the shape is the file's own
    """The content of ``prompts/<name>.yaml``; raises ``FileNotFoundError`` where there is none."""
    text = files("prompts").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - builds nothing but text


@cache
def words_of(name: str) -> frozenset[str]:
    """One list of small words of ``grammar.yaml``."""
    return frozenset(load("grammar")[name])
