"""All the systems as the settings name them, each real or the embedded demo company's.

Enters: ``Settings`` and, where something is embedded, its transport and credentials, which the launcher hands over:
this package knows no demo. Leaves: ``Systems``. Makes no request and opens no connection; raises ``Misconfigured``
with one sentence that names the variable, and never a value of a secret one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from agent.clients.clock import CompanyClock
from agent.clients.e911 import E911
from agent.clients.erpnext import ErpNext
from agent.clients.http import HttpSystem
from agent.clients.hub import Hub
from agent.clients.patience import PATIENT, Patience
from agent.clients.pbx import Pbx
from agent.clients.refusal import explain_frappe, explain_hub, explain_stripe
from agent.clients.stripe import Stripe, key_mode
from agent.errors import Misconfigured
from agent.settings import Settings, SystemName

Value = TypeVar("Value")

EMBEDDED_ERPNEXT = "http://embedded"
EMBEDDED_HUB = "http://embedded/hub"
EMBEDDED_PBX = "http://embedded/pbx"
EMBEDDED_E911 = "http://embedded/e911"
EMBEDDED_STRIPE = "http://embedded/stripe"


@dataclass(frozen=True)
class Embedded:
    """The demo company in this process: how to reach it, and with what credentials."""

    transport: httpx.AsyncBaseTransport
    erpnext_key: str
    erpnext_secret: str = field(repr=False)
    hub_token: str = field(repr=False)
    pbx_token: str = field(repr=False)
    e911_token: str = field(repr=False)
    stripe_key: str = field(repr=False)


@dataclass(frozen=True)
class Systems:
    """What the tools speak to."""

    erp: ErpNext
    hub: Hub
    pbx: Pbx
    e911: E911
    stripe: Stripe
    clock: CompanyClock

    async def aclose(self) -> None:
        """Close every connection."""
        await self.erp.aclose()
        for system in (self.hub, self.pbx, self.e911, self.stripe):
            await system.aclose()


def connect(
    settings: Settings,
    *,
    embedded: Embedded | None = None,
    patience: Patience = PATIENT,
) -> Systems:
    """The clients of the systems that the settings name; ``embedded`` serves those that they do not."""
    erp = ErpNext(_erpnext(settings, embedded, patience))
    return Systems(
        erp=erp,
        hub=Hub(_behind_a_token("hub", settings, embedded, patience)),
        pbx=Pbx(_behind_a_token("pbx", settings, embedded, patience)),
        e911=E911(_behind_a_token("e911", settings, embedded, patience)),
        stripe=_stripe(settings, embedded, patience),
        clock=CompanyClock(erp),
    )


def _erpnext(settings: Settings, embedded: Embedded | None, patience: Patience) -> HttpSystem:
    if settings.erpnext_url is None:
        demo = _required(embedded, "TARGO_ERPNEXT_URL")
        url, transport = EMBEDDED_ERPNEXT, demo.transport
        key, secret = demo.erpnext_key, demo.erpnext_secret
    else:
        url, transport = _address(settings.erpnext_url, "erpnext"), None
        key = _credential(settings.erpnext_key, "TARGO_ERPNEXT_KEY")
        secret = _credential(settings.erpnext_secret, "TARGO_ERPNEXT_SECRET")
    headers = {"Authorization": f"token {key}:{secret}", "Accept": "application/json"}
    return HttpSystem("erpnext", url, headers, explain=explain_frappe, transport=transport, patience=patience)


def _behind_a_token(
    system: Literal["hub", "pbx", "e911"], settings: Settings, embedded: Embedded | None, patience: Patience
) -> HttpSystem:
    given, variable = settings.url_of(system), f"TARGO_{system.upper()}"
    if given is None:
        demo = _required(embedded, f"{variable}_URL")
        url, token = {
            "hub": (EMBEDDED_HUB, demo.hub_token),
            "pbx": (EMBEDDED_PBX, demo.pbx_token),
            "e911": (EMBEDDED_E911, demo.e911_token),
        }[system]
        transport: httpx.AsyncBaseTransport | None = demo.transport
    else:
        url, transport = _address(given, system), None
        token = _credential(settings.secret_of(system), f"{variable}_TOKEN")
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return HttpSystem(system, url, headers, explain=explain_hub, transport=transport, patience=patience)


def _stripe(settings: Settings, embedded: Embedded | None, patience: Patience) -> Stripe:
    if settings.stripe_url is None:
        demo = _required(embedded, "TARGO_STRIPE_URL")
        url, transport, key = EMBEDDED_STRIPE, demo.transport, demo.stripe_key
    else:
        url, transport = _address(settings.stripe_url, "stripe"), None
        key = _credential(settings.stripe_key, "TARGO_STRIPE_KEY")
    if key_mode(key) is None:
        variable = "TARGO_STRIPE_KEY"
        raise Misconfigured(f"{variable} is no secret key: those begin with sk_ or rk_.", setting=variable)
    headers = {"Authorization": f"Bearer {key}"}
    http = HttpSystem("stripe", url, headers, explain=explain_stripe, transport=transport, patience=patience)
    return Stripe(http, key)


def _required(value: Value | None, variable: str) -> Value:
    if not value:
        raise Misconfigured(f"{variable} is not set.", setting=variable)
    return value


def _credential(value: str | SecretStr | None, variable: str) -> str:
    text = _required(value.get_secret_value() if isinstance(value, SecretStr) else value, variable)
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise Misconfigured(f"{variable} holds a character that no key has.", setting=variable)
    return text


def _address(url: str, system: SystemName) -> str:
    """The URL if it is nothing but an address; one that carries a password would override our credentials."""
    variable = f"TARGO_{system.upper()}_URL"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 80) > 0
    except ValueError:
        usable = False
    if not usable:
        raise Misconfigured(f"{variable} is no address of the form https://host.", setting=variable)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise Misconfigured(f"{variable} may hold neither credentials nor a query.", setting=variable)
    return url
