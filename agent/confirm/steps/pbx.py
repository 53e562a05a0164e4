"""Steps at the PBX: lines and their voicemail. Passwords are made there and stay there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from agent.clients.pbx import Line, NewLine, VoicemailSettings
from agent.clients.systems import Systems
from agent.confirm.steps.step import Applied, Change, ReceiptResult, Step
from agent.errors import Conflict


class CreateSipLine(Step):
    """Make a line: disabled, with passwords of the PBX's own making."""

    system: ClassVar[str] = "pbx"
    kind: Literal["create_sip_line"] = "create_sip_line"
    line: NewLine

    def changes(self) -> list[Change]:
        """Every setting of the new line; what it is not to have goes without saying."""
        made: list[Change] = [Change(field="sip_state", before=None, after="Disabled")]
        values = self.line.model_dump(exclude={"did", "voicemail"})
        made += [Change(field=field, before=None, after=value) for field, value in values.items() if value]
        return made + _voicemail_changes(None, self.line.voicemail)

    def target(self) -> str:
        """The number."""
        return self.line.did

    async def as_shown(self, systems: Systems) -> bool:
        """The number is free."""
        return await systems.pbx.find_line(self.line.did) is None

    async def apply(self, systems: Systems, key: str) -> Applied:
        """Make it; the PBX itself refuses a number in use."""
        await systems.pbx.create_line(self.line, key=key)
        return Applied()

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """The line that our key made."""
        found = await systems.pbx.find_line(self.line.did)
        return Applied() if found is not None and found.created_by_key == key else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """Give the number back, passwords and all."""
        return [DeleteSipLine(label=self.label, line=self.line)]


class DeleteSipLine(Step):
    """Give a disabled line up; its number is free again."""

    system: ClassVar[str] = "pbx"
    kind: Literal["delete_sip_line"] = "delete_sip_line"
    line: NewLine

    def changes(self) -> list[Change]:
        """Every setting that goes."""
        made = CreateSipLine(label=self.label, line=self.line).changes()
        return [Change(field=one.field, before=one.after, after=None) for one in made]

    def target(self) -> str:
        """The number."""
        return self.line.did

    async def as_shown(self, systems: Systems) -> bool:
        """It is the customer's, and disabled."""
        found = await systems.pbx.find_line(self.line.did)
        return found is not None and found.customer == self.line.customer and not found.enabled

    async def apply(self, systems: Systems, key: str) -> Applied:
        """Delete the very version that was read."""
        found = await systems.pbx.find_line(self.line.did)
        if found is None or found.customer != self.line.customer or found.enabled:
            raise Conflict(f"{self.target()} is no longer as shown.", system=self.system, target=self.target())
        await systems.pbx.delete_line(self.line.did, key=key, version=found.version)
        return Applied()

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Gone is done."""
        return Applied() if await systems.pbx.find_line(self.line.did) is None else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """The same line again, with new passwords."""
        return [CreateSipLine(label=self.label, line=self.line)]


class SetSipLine(Step):
    """Give a line its dial tone, or take it."""

    system: ClassVar[str] = "pbx"
    kind: Literal["set_sip_line"] = "set_sip_line"
    did: str
    customer: str
    before: bool
    after: bool

    def changes(self) -> list[Change]:
        """Whether it has a dial tone."""
        return [Change(field="dial_tone", before=self.before, after=self.after)]

    def target(self) -> str:
        """The number."""
        return self.did

    async def as_shown(self, systems: Systems) -> bool:
        """The line is still the customer's, and as it was."""
        return self._is(await systems.pbx.find_line(self.did), enabled=self.before)

    async def apply(self, systems: Systems, key: str) -> Applied:
        """Set it on the very version that was read."""
        found = await systems.pbx.find_line(self.did)
        if found is None or not self._is(found, enabled=self.before):
            raise Conflict(f"{self.target()} is no longer as shown.", system=self.system, target=self.target())
        await systems.pbx.set_state(self.did, enabled=self.after, key=key, version=found.version)
        return Applied()

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Read back: it is as wanted, and still the customer's."""
        return Applied() if self._is(await systems.pbx.find_line(self.did), enabled=self.after) else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """The other way round."""
        return [self.model_copy(update={"before": self.after, "after": self.before})]

    def _is(self, line: Line | None, *, enabled: bool) -> bool:
        return line is not None and line.enabled == enabled and line.customer == self.customer


class SetVoicemail(Step):
    """Whether callers may leave a message on a line, and where it is sent."""

    system: ClassVar[str] = "pbx"
    kind: Literal["set_voicemail"] = "set_voicemail"
    did: str
    before: VoicemailSettings
    after: VoicemailSettings

    def changes(self) -> list[Change]:
        """What differs."""
        return _voicemail_changes(self.before, self.after)

    def target(self) -> str:
        """The number."""
        return self.did

    async def as_shown(self, systems: Systems) -> bool:
        """The settings are as they were."""
        found = await systems.pbx.find_line(self.did)
        return found is not None and found.voicemail.settings() == self.before

    async def apply(self, systems: Systems, key: str) -> Applied:
        """Replace them on the very version that was read."""
        found = await systems.pbx.find_line(self.did)
        if found is None or found.voicemail.settings() != self.before:
            raise Conflict(f"{self.target()} is no longer as shown.", system=self.system, target=self.target())
        await systems.pbx.set_voicemail(self.did, self.after, key=key, version=found.version)
        return Applied()

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Read back: the settings are as wanted."""
        found = await systems.pbx.find_line(self.did)
        return Applied() if found is not None and found.voicemail.settings() == self.after else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """The earlier settings."""
        return [self.model_copy(update={"before": self.after, "after": self.before})]


class ResetVoicemailPassword(Step):
    """Give a voicemail a new password, which nobody but the PBX knows. The earlier one is gone for good."""

    system: ClassVar[str] = "pbx"
    kind: Literal["reset_voicemail_password"] = "reset_voicemail_password"
    did: str
    set_at: str | None
    """When the password that goes was set (ISO, with an offset): a reset is proven by that moment moving."""

    def changes(self) -> list[Change]:
        """That it is another one; neither is ever shown."""
        return [Change(field="voicemail_pin", before="current", after="new")]

    def target(self) -> str:
        """The number."""
        return self.did

    async def as_shown(self, systems: Systems) -> bool:
        """It is the same password still."""
        return await self._set_at(systems) == self.set_at

    async def apply(self, systems: Systems, key: str) -> Applied:
        """Reset it, on the very version that was read."""
        found = await systems.pbx.find_line(self.did)
        if found is None or set_at(found) != self.set_at:
            raise Conflict(f"{self.target()} is no longer as shown.", system=self.system, target=self.target())
        await systems.pbx.reset_voicemail_password(self.did, key=key, version=found.version)
        return Applied()

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Our key was the last to change the line, or the password is another one by now."""
        found = await systems.pbx.find_line(self.did)
        if found is None:
            return None
        return Applied() if found.changed_by_key == key or set_at(found) != self.set_at else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """A password that was reset stays so."""
        return None

    async def _set_at(self, systems: Systems) -> str | None:
        found = await systems.pbx.find_line(self.did)
        return set_at(found) if found else None


def set_at(line: Line) -> str | None:
    """Since when a line's voicemail password is what it is, as ``ResetVoicemailPassword`` keeps it."""
    moment = line.voicemail.password_set_at
    return moment.isoformat() if moment else None


def _voicemail_changes(before: VoicemailSettings | None, after: VoicemailSettings) -> list[Change]:
    was_on, was_sent_to = (before.enabled, before.email) if before else (None, None)
    found = [Change(field="voicemail_enabled", before=was_on, after=after.enabled)] if was_on != after.enabled else []
    if was_sent_to != after.email:
        found.append(Change(field="voicemail_email", before=was_sent_to, after=after.email))
    return found
