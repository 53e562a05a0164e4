"""The launcher of the embedded default: the demo company in this process, no port opened, no network.

The one place in ``agent`` that knows ``sandbox``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx

from agent.clients.systems import Embedded
from agent.errors import Misconfigured
from sandbox.app import create_app
from sandbox.demo import (
    DEMO_E911_TOKEN,
    DEMO_HUB_TOKEN,
    DEMO_KEY,
    DEMO_PBX_TOKEN,
    DEMO_SECRET,
    DEMO_STRIPE_KEY,
    open_demo,
)
from sandbox.world import World, WorldUnreadable

WORLD_FILE = "demo.sqlite"
"""The outside world's file in the data folder; several processes may serve it at once."""


def open_embedded(data_dir: Path) -> tuple[Embedded, Callable[[], None]]:
    """The demo company kept in a folder, and how to close it; raises ``Misconfigured`` for a damaged file."""
    try:
        world = open_demo(data_dir / WORLD_FILE)
    except WorldUnreadable as error:
        sentence = str(error).rstrip(".")
        raise Misconfigured(
            f"{sentence}. « targo sandbox --reset » makes the demo company anew.", setting="TARGO_DATA_DIR"
        ) from error
    return embedded_in(world), world.close


def embedded_in(world: World) -> Embedded:
    """The demo company of an open world, with the keys that open it."""
    return Embedded(
        transport=httpx.ASGITransport(app=create_app(world), raise_app_exceptions=False),
        erpnext_key=DEMO_KEY,
        erpnext_secret=DEMO_SECRET,
        hub_token=DEMO_HUB_TOKEN,
        pbx_token=DEMO_PBX_TOKEN,
        e911_token=DEMO_E911_TOKEN,
        stripe_key=DEMO_STRIPE_KEY,
    )
