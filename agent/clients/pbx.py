"""The PBX: telephone lines, their voicemail, and the numbers that can be given out.

Enters: numbers as ten digits, settings, idempotency keys. Leaves: lines, typed. Passwords are made in the PBX and stay
there; the one that can be read comes out as a ``SecretStr``, for the person who asked and for nothing that is kept.
The same key again does nothing twice and answers as the first time did: what a line is *now* is asked by reading.
Every method raises ``Unavailable``, ``AccessDenied`` or another ``Rejected``; those that write ``OutcomeUnknown`` too,
and ``Conflict`` where the line has changed since ``version`` was read.
"""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, TypeAdapter

from agent.clients.http import HttpSystem
from agent.clients.wire import write_headers
from agent.errors import Missing, Rejected


class PbxRecord(BaseModel):
    """Something that the PBX told; it may tell more than we read."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class VoicemailSettings(PbxRecord):
    """Whether callers may leave a message, and where it is sent."""

    enabled: bool
    email: str | None = None


class Voicemail(VoicemailSettings):
    """A line's voicemail; its password is never told here, only since when it is what it is."""

    password_set_at: AwareDatetime | None = Field(None, description="moves when it is reset: the proof of a reset")

    def settings(self) -> VoicemailSettings:
        """What can be set."""
        return VoicemailSettings(enabled=self.enabled, email=self.email)


class LineSettings(PbxRecord):
    """Whose a line is, and how it works."""

    did: str
    customer: str = Field(description="ERPNext's name of the customer")
    location: str = Field(description="ERPNext's name of the service location")
    extension: str
    caller_id: str = Field(description="up to 32 characters")
    language: Literal["fr", "en"] = "fr"
    max_calls: int = 2
    call_timeout: int = Field(25, description="seconds until voicemail answers")
    international: bool = False


class NewLine(LineSettings):
    """A line to be made."""

    voicemail: VoicemailSettings = VoicemailSettings(enabled=False)


class Line(LineSettings):
    """A line as it is; a disabled one has no dial tone and cannot be called."""

    state: Literal["enabled", "disabled"]
    voicemail: Voicemail
    created_at: AwareDatetime | None = None
    created_by_key: str | None = Field(None, description="the idempotency key under which it was made")
    changed_at: AwareDatetime | None = None
    changed_by_key: str | None = Field(None, description="the idempotency key of the last change")
    version: int = Field(description="moves with every change; for the writes' version=")

    @property
    def enabled(self) -> bool:
        """Whether it rings."""
        return self.state == "enabled"


class Pbx:
    """The PBX's API."""

    def __init__(self, http: HttpSystem) -> None:
        self._http = http

    async def free_numbers(self) -> list[str]:
        """The numbers that can be given out, in order."""
        return await self._http.read("v1", "numbers", query={"free": "true"}, shape=_numbers)

    async def lines(self, customer: str | None = None) -> list[Line]:
        """The lines of a customer, or of everybody, in the order of their numbers."""
        if customer == "":
            raise ValueError("an empty customer would ask for everybody's lines")
        query = {"customer": customer} if customer else None
        return await self._http.read("v1", "lines", query=query, shape=_LINES.validate_python)

    async def line(self, did: str) -> Line:
        """One line. Raises ``Missing``."""
        return await self._http.read("v1", "lines", did, shape=Line.model_validate)

    async def find_line(self, did: str) -> Line | None:
        """One line, or None where the number serves none."""
        try:
            return await self.line(did)
        except Missing:
            return None

    async def create_line(self, line: NewLine, *, key: str) -> Line:
        """Make a line, disabled, with passwords of the PBX's own making.

        Raises ``Missing`` for a number that is not the PBX's to give out, and ``Conflict`` for one in use, whose
        reason says by whom.
        """
        body = line.model_dump(mode="json")
        return await self._http.write(
            "POST", "v1", "lines", body=body, headers=write_headers(key), shape=Line.model_validate
        )

    async def set_state(self, did: str, *, enabled: bool, key: str, version: int | None = None) -> Line:
        """Enable a line or disable it."""
        body = {"state": "enabled" if enabled else "disabled"}
        return await self._http.write(
            "PUT",
            *("v1", "lines", did, "state"),
            body=body,
            headers=write_headers(key, version),
            shape=Line.model_validate,
        )

    async def set_voicemail(
        self, did: str, settings: VoicemailSettings, *, key: str, version: int | None = None
    ) -> Line:
        """Replace a line's voicemail settings; the password stays."""
        return await self._http.write(
            "PUT",
            *("v1", "lines", did, "voicemail"),
            body={"enabled": settings.enabled, "email": settings.email},
            headers=write_headers(key, version),
            shape=Line.model_validate,
        )

    async def reset_voicemail_password(self, did: str, *, key: str, version: int | None = None) -> Line:
        """Give the voicemail a new password, which stays in the PBX; the earlier one is gone for good."""
        return await self._http.write(
            "POST",
            *("v1", "lines", did, "voicemail", "password-reset"),
            headers=write_headers(key, version),
            shape=Line.model_validate,
        )

    async def voicemail_password(self, did: str) -> SecretStr:
        """The voicemail's password. Sensitive: only for whoever may see it, and only to be shown.

        What a refusal says is not repeated: it might quote what it refuses.
        """
        try:
            return await self._http.read("v1", "lines", did, "voicemail", "password", shape=_password)
        except Rejected as error:
            facts = {**error.facts, "reason": ""}
            raise type(error)("pbx refused to tell a voicemail's password.", **facts) from None

    async def delete_line(self, did: str, *, key: str, version: int | None = None) -> Line:
        """Give a disabled line up, passwords and all; answers it as it was. ``Conflict`` for an enabled one."""
        return await self._http.write(
            "DELETE", "v1", "lines", did, headers=write_headers(key, version), shape=Line.model_validate
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


class _Number(PbxRecord):
    did: str
    free: bool


class _Password(PbxRecord):
    password: SecretStr


_LINES = TypeAdapter(list[Line])
_NUMBERS = TypeAdapter(list[_Number])


def _numbers(body: object) -> list[str]:
    return [number.did for number in _NUMBERS.validate_python(body) if number.free]


def _password(body: object) -> SecretStr:
    return _Password.model_validate(body).password
