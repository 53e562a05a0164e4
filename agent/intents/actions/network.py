"""The network as a customer feels it: is the line up, which boxes, which address; restart a box, light up a port."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from agent.intents.actions.action import Action, CustomerMention, Day, Kind, LocationMention

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


class ListEquipment(Action):
    """The boxes at a customer's (ONT, router, adapter, TV): serial number, MAC, OLT port, whether they are online."""

    kind: ClassVar[Kind] = "read"
    action: Literal["list_equipment"] = "list_equipment"
    customer: CustomerMention = None
    location: LocationMention = None


class LookupIp(Action):
    """Which IP address a customer held on a day, or holds now, and over which period."""

    kind: ClassVar[Kind] = "read"
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["lookup_ip"] = "lookup_ip"
    customer: CustomerMention = None
    date: Day | None = Field(None, description="the day asked about; null means now")


class ProvisionFibre(Action):
    """Light up a free OLT port for a customer: the port, the ONT on it, its TR-069 parameters."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who", "olt", "port")
    action: Literal["provision_fibre"] = "provision_fibre"
    customer: CustomerMention = None
    location: LocationMention = None
    olt: str | None = Field(None, max_length=40, description="OLT-EAST")
    port: str | None = Field(None, max_length=20, description="slot/card/port, 1/2/3")
    ont_serial: str | None = Field(None, max_length=40, description="the ONT's serial number, where it is said")
    item: str | None = Field(None, max_length=140, description="the fibre plan, where one is said")
