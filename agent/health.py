"""Each outside system as ``targo doctor`` finds it: reachable, as whom, with what clock, and what is set amiss there.

Enters: the settings and the clients. Leaves: one ``SystemHealth`` a system. It only reads, and of a credential it
tells the last four characters at most.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

from agent.clients.erpnext import ErpNext
from agent.clients.stripe import KeyMode
from agent.clients.systems import Systems
from agent.errors import Rejected, TargoError
from agent.intents.cascade import Cascade
from agent.settings import Settings, SystemName

Advice = Literal["rounding", "rounding_unread"]
"""What works but is set amiss: a key of ``doctor.advice``."""

_HALF_UP = "Commercial Rounding"


@dataclass(frozen=True)
class SystemHealth:
    """What ``doctor`` found of one system. ``key`` is the credential's last four characters.

    ``mode`` says whether Stripe's key moves real money; None for the other systems.
    """

    system: str
    real: bool
    url: str
    reachable: bool
    user: str
    clock: dt.datetime | None
    key: str
    mode: KeyMode | None = None
    problem: TargoError | None = None
    advice: tuple[Advice, ...] = ()


async def examined(system: SystemName, settings: Settings, systems: Systems) -> SystemHealth:
    """One system, asked something that changes nothing."""
    url = settings.url_of(system)
    user, clock, problem = "", None, None
    advice: tuple[Advice, ...] = ()
    try:
        match system:
            case "erpnext":
                user = await systems.erp.whoami()
                clock = await systems.clock.now()
                advice = await _advice(systems.erp)
            case "hub":
                await systems.hub.devices(serial="-")
            case "pbx":
                await systems.pbx.free_numbers()
            case "e911":
                await systems.e911.municipalities()
            case "stripe":
                await systems.stripe.probe()
    except TargoError as error:
        problem = error
    return SystemHealth(
        system=system,
        real=url is not None,
        url=url or "demo",
        reachable=problem is None,
        user=user,
        clock=clock,
        key=_last_four(settings.secret_of(system)),
        mode=systems.stripe.mode if system == "stripe" else None,
        problem=problem,
        advice=advice,
    )


async def examined_model(settings: Settings, engine: Cascade) -> SystemHealth:
    """The language model, asked for a word."""
    problem = None
    try:
        await engine.probe()
    except TargoError as error:
        problem = error
    return SystemHealth(
        system="model",
        real=True,
        url=settings.model_base_url or "OpenAI",
        reachable=problem is None,
        user=settings.model_name or "",
        clock=None,
        key=_last_four(settings.model_api_key),
        problem=problem,
    )


async def _advice(erp: ErpNext) -> tuple[Advice, ...]:
    """Whether the site rounds half a cent up, as the diffs do: by its own default it rounds to the even cent.

    An invoice of which a tax ends in half a cent would then come out a cent beside what was approved.
    """
    try:
        site = await erp.get("System Settings", "System Settings")
    except Rejected:
        return ("rounding_unread",)
    return () if site.get("rounding_method") == _HALF_UP else ("rounding",)


def _last_four(secret: SecretStr | None) -> str:
    """The end of a credential, by which its owner knows it; of a short one that would be too much."""
    return secret.get_secret_value()[-4:] if secret and len(secret) >= 12 else ""
