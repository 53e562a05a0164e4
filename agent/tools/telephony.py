"""What planners may read of telephony: the PBX's lines and the 911 provider's registrations, pending steps laid over.

There is no way to write from here. A voicemail password comes out for the one tool that shows it, and for no plan.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import SecretStr

from agent.clients.e911 import E911, Entry, InForce, Municipality, Registration
from agent.clients.pbx import Line, NewLine, Pbx, Voicemail
from agent.confirm.steps import AnyStep, CreateSipLine, DeleteSipLine, PutE911, RemoveE911, SetSipLine, SetVoicemail


class Phones:
    """The PBX as it will be once the pending steps have run."""

    def __init__(self, pbx: Pbx, pending: Sequence[AnyStep] = ()) -> None:
        self._pbx = pbx
        self._pending = pending

    async def line(self, did: str) -> Line | None:
        """One line, or None where the number serves none."""
        return self._after(did, await self._pbx.find_line(did))

    async def lines(self, customer: str | None = None) -> list[Line]:
        """The lines of a customer, or of everybody."""
        known = {line.did: line for line in await self._pbx.lines(customer)}
        for step in self._pending:
            if isinstance(step, CreateSipLine) and customer in (None, step.line.customer):
                known.setdefault(step.line.did, _disabled(step.line))
        after = [self._after(did, line) for did, line in sorted(known.items())]
        return [line for line in after if line is not None]

    async def free_numbers(self) -> list[str]:
        """The numbers that can be given out, in order."""
        taken = {step.line.did for step in self._pending if isinstance(step, CreateSipLine)}
        return [did for did in await self._pbx.free_numbers() if did not in taken]

    async def voicemail_password(self, did: str) -> SecretStr:
        """Sensitive: only to be shown to whoever may see it. Raises ``Missing``."""
        return await self._pbx.voicemail_password(did)

    def _after(self, did: str, line: Line | None) -> Line | None:
        for step in self._pending:
            line = _line_after(step, did, line)
        return line


class Emergency:
    """The 911 provider as it will be once the pending steps have run and were accepted."""

    def __init__(self, e911: E911, pending: Sequence[AnyStep] = ()) -> None:
        self._e911 = e911
        self._after = {step.did: step for step in pending if isinstance(step, PutE911 | RemoveE911)}

    async def municipalities(self) -> list[Municipality]:
        """The municipalities that are served, each with its CAUCA code."""
        return await self._e911.municipalities()

    async def registration(self, did: str) -> Registration | None:
        """One number, or None where the provider does not know it."""
        return self._laid_over(did, await self._e911.find_registration(did))

    async def registrations(self, dids: Sequence[str] | None = None) -> dict[str, Registration]:
        """By number: all that the provider knows, or those of the numbers named."""
        known = {one.did: one for one in await self._e911.registrations(dids)}
        wanted = known.keys() | (self._after.keys() if dids is None else self._after.keys() & set(dids))
        found = {did: self._laid_over(did, known.get(did)) for did in sorted(wanted)}
        return {did: one for did, one in found.items() if one is not None}

    def _laid_over(self, did: str, found: Registration | None) -> Registration | None:
        step = self._after.get(did)
        if isinstance(step, RemoveE911):
            return None
        if isinstance(step, PutE911):
            version = found.version if found else 0
            return Registration(did=did, state="registered", registered=_in_force(step.after), version=version)
        return found


def _in_force(entry: Entry) -> InForce:
    return InForce.model_validate(entry.model_dump())


def _line_after(step: AnyStep, did: str, line: Line | None) -> Line | None:
    match step:
        case CreateSipLine() if step.line.did == did:
            return _disabled(step.line)
        case DeleteSipLine() if step.line.did == did:
            return None
        case SetSipLine() if step.did == did and line is not None:
            return line.model_copy(update={"state": "enabled" if step.after else "disabled"})
        case SetVoicemail() if step.did == did and line is not None:
            return line.model_copy(update={"voicemail": Voicemail(**step.after.model_dump())})
        case _:
            return line


def _disabled(wish: NewLine) -> Line:
    settings = wish.model_dump(exclude={"voicemail"})
    return Line(**settings, state="disabled", voicemail=Voicemail(**wish.voicemail.model_dump()), version=0)
