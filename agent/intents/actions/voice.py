"""Telephone lines, their voicemail, and what an ambulance is told about them (911)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from agent.intents.actions.action import Action, CustomerMention, FreeText, Kind, LocationMention

Export = Literal["table", "csv", "xlsx"]

Did = Annotated[
    str | None, Field(pattern=r"^\d{10}$", description='the telephone line meant, as 10 digits: "4502722408"')
]
Address = Annotated[
    str | None,
    Field(max_length=200, description="a civic address as the user said it: number, street, town where it is said"),
]
Email = Annotated[str | None, Field(max_length=140, pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$")]


class ListPhoneLines(Action):
    """A customer's telephone lines, with voicemail, adapter (ATA) and 911 status."""

    kind: ClassVar[Kind] = "read"
    action: Literal["list_phone_lines"] = "list_phone_lines"
    customer: CustomerMention = None


class GetE911Address(Action):
    """The address that an ambulance is told for a line (911, 9-1-1)."""

    kind: ClassVar[Kind] = "read"
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["get_e911_address"] = "get_e911_address"
    did: Did = None
    customer: CustomerMention = None


class GetVoicemailPassword(Action):
    """The password (PIN) of a line's voicemail."""

    kind: ClassVar[Kind] = "sensitive"
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["get_voicemail_password"] = "get_voicemail_password"
    did: Did = None
    customer: CustomerMention = None


class DidReport(Action):
    """Every telephone number (DID) with its customer, its address and its 911 address."""

    kind: ClassVar[Kind] = "read"
    action: Literal["did_report"] = "did_report"
    status: Literal["all", "active"] = "all"
    export: Export = "table"


class E911Mismatches(Action):
    """The lines whose 911 address is not their service address."""

    kind: ClassVar[Kind] = "read"
    action: Literal["e911_mismatches"] = "e911_mismatches"
    export: Export = "table"


class E911Orphans(Action):
    """The 911 registrations of numbers without an active line."""

    kind: ClassVar[Kind] = "read"
    action: Literal["e911_orphans"] = "e911_orphans"
    export: Export = "table"


class AddPhoneLine(Action):
    """Give a customer a new telephone line; a voicemail e-mail implies voicemail."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["add_phone_line"] = "add_phone_line"
    customer: CustomerMention = None
    location: LocationMention = None
    did: Annotated[
        str | None, Field(pattern=r"^\d{10}$", description="the number that the new line shall have, as 10 digits")
    ] = None
    voicemail: bool | None = None
    voicemail_email: Email = Field(None, description="where voicemail messages are sent")
    caller_id: str | None = Field(None, max_length=32, description="the name that is displayed to who is called")
    e911_address: Address = Field(None, description="the 911 address, where it is not the service address")
    ata_model: str | None = Field(None, max_length=40, description="the telephone adapter's model: HT802")
    ata_mac: str | None = Field(None, max_length=20, description="the telephone adapter's MAC address")

    def points_at_someone(self) -> bool:
        """The number is the one that the line shall have: it is nobody's yet."""
        return self.customer is not None or self.location is not None


class RemovePhoneLine(Action):
    """Take a telephone line out of service, with its 911 registration."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["remove_phone_line"] = "remove_phone_line"
    did: Did = None
    customer: CustomerMention = None
    reason: FreeText = None


class UpdateE911Address(Action):
    """Change the address that an ambulance is told for a line, and only that."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who", "address")
    action: Literal["update_e911_address"] = "update_e911_address"
    did: Did = None
    customer: CustomerMention = None
    address: Address = None


class DeregisterE911(Action):
    """Strike out the 911 registration of a number that has no line, or of all of them."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["deregister_e911"] = "deregister_e911"
    did: Did = None
    customer: CustomerMention = None
    all_orphans: bool | None = Field(None, description="true for every registration without an active line")

    def points_at_someone(self) -> bool:
        """All orphans are nobody in particular, and enough."""
        return bool(self.all_orphans) or super().points_at_someone()


class SetVoicemail(Action):
    """Turn a line's voicemail on or off, change where it is sent, or give it a new password."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["set_voicemail"] = "set_voicemail"
    did: Did = None
    customer: CustomerMention = None
    enabled: bool | None = Field(None, description="true to turn it on, false to turn it off")
    email: Email = Field(None, description="where messages are sent")
    reset_password: bool | None = Field(None, description="true for a new password")


class UpdateServiceAddress(Action):
    """Correct or move the address where a customer is served; its 911 registrations follow."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who", "address")
    action: Literal["update_service_address"] = "update_service_address"
    customer: CustomerMention = None
    location: LocationMention = None
    address: Address = Field(None, description="the new civic address as the user said it")
