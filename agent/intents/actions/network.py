"""The network as a customer feels it: is the line up, restart the box."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from agent.intents.actions.action import Action, CustomerMention, Kind, LocationMention

Aspect = Literal["status", "signal", "wifi"]
Device = Literal["ont", "router", "ata", "all"]


class CheckInternet(Action):
    """Whether the fibre terminal is online, its optical signal, or the WiFi clients."""

    kind: ClassVar[Kind] = "read"
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["check_internet"] = "check_internet"
    customer: CustomerMention = None
    location: LocationMention = None
    serial: str | None = Field(None, description="the device's serial number, where it is said")
    aspect: Aspect = "status"


class RebootDevice(Action):
    """Restart a customer's equipment. "Modem" leaves device null; box, router, WiFi are the router."""

    kind: ClassVar[Kind] = "write"
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["reboot_device"] = "reboot_device"
    customer: CustomerMention = None
    location: LocationMention = None
    serial: str | None = Field(None, description="the device's serial number, where it is said")
    device: Device | None = None
