"""``targo sandbox``: the demo world over HTTP, and the settings with which an agent uses it.

Enters: a folder, a port. Leaves: ``NAME=value`` lines on the output, fit for a ``.env``, then a world served until a
signal stops it. The keys printed open nothing but the demo. Raises ``Misconfigured`` for a port or file that cannot
be used.
"""

from __future__ import annotations

from pathlib import Path

import click

from agent.channels.terminal import Terminal
from agent.embedded import WORLD_FILE
from agent.errors import Misconfigured
from sandbox.demo import DEMO_E911_TOKEN, DEMO_HUB_TOKEN, DEMO_KEY, DEMO_PBX_TOKEN, DEMO_SECRET, DEMO_STRIPE_KEY
from sandbox.server import PortTaken, serve
from sandbox.world import WorldUnreadable


def serve_sandbox(terminal: Terminal, folder: Path, *, port: int, reset: bool) -> None:
    """Serve the world kept in ``folder``; ``port`` 0 takes a free one, ``reset`` starts from a fresh company."""

    def announce(url: str) -> None:
        terminal.note(terminal.words.say("sandbox.serving", url=url))
        for name, value in settings_for(url).items():
            click.echo(f"{name}={value}")

    try:
        folder.mkdir(parents=True, exist_ok=True)
        serve(folder / WORLD_FILE, port, announce=announce, reset=reset)
    except KeyboardInterrupt:
        terminal.note(terminal.words.say("sandbox.stopped"))
    except PortTaken as error:
        raise Misconfigured(str(error), setting="--port") from error
    except WorldUnreadable as error:
        raise Misconfigured(f"{error} --reset makes a fresh one.", setting=str(error.path)) from error
    except OSError as error:
        raise Misconfigured(f"{folder} cannot be used: {error.strerror}.", setting=str(folder)) from error


def settings_for(url: str) -> dict[str, str]:
    """What an agent needs to speak to the world at that address."""
    return {
        "TARGO_ERPNEXT_URL": url,
        "TARGO_ERPNEXT_KEY": DEMO_KEY,
        "TARGO_ERPNEXT_SECRET": DEMO_SECRET,
        "TARGO_HUB_URL": f"{url}/hub",
        "TARGO_HUB_TOKEN": DEMO_HUB_TOKEN,
        "TARGO_PBX_URL": f"{url}/pbx",
        "TARGO_PBX_TOKEN": DEMO_PBX_TOKEN,
        "TARGO_E911_URL": f"{url}/e911",
        "TARGO_E911_TOKEN": DEMO_E911_TOKEN,
        "TARGO_STRIPE_URL": f"{url}/stripe",
        "TARGO_STRIPE_KEY": DEMO_STRIPE_KEY,
    }
