"""The algebra of steps out of which every plan is made: one kind per thing that can be done to a system.

A new kind is a class in the file of its system and one line here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, TypeAdapter

from agent.confirm.steps.ata import ClearAta, ConfigureAta
from agent.confirm.steps.cards import CardOnFile, EnsureStripeCustomer, SetAutoCard
from agent.confirm.steps.contacts import SetContact
from agent.confirm.steps.documents import CancelDoc, DeleteDoc, InsertDoc, SubmitDoc, UpdateDoc
from agent.confirm.steps.e911 import PutE911, RemoveE911
from agent.confirm.steps.network import RebootDevice, SetPort
from agent.confirm.steps.pbx import CreateSipLine, DeleteSipLine, ResetVoicemailPassword, SetSipLine, SetVoicemail
from agent.confirm.steps.ports import AssignPort, ReleasePort
from agent.confirm.steps.step import Applied, Change, Implied, Note, ReceiptResult, Ref, Step, same

AnyStep = Annotated[
    UpdateDoc
    | InsertDoc
    | SubmitDoc
    | CancelDoc
    | DeleteDoc
    | SetContact
    | SetPort
    | AssignPort
    | ReleasePort
    | RebootDevice
    | EnsureStripeCustomer
    | SetAutoCard
    | ConfigureAta
    | ClearAta
    | CreateSipLine
    | DeleteSipLine
    | SetSipLine
    | SetVoicemail
    | ResetVoicemailPassword
    | PutE911
    | RemoveE911,
    Field(discriminator="kind"),
]

_STEPS: TypeAdapter[list[AnyStep]] = TypeAdapter(list[AnyStep])


def as_steps(steps: Sequence[Step]) -> list[AnyStep]:
    """Steps as a plan holds them; raises ``pydantic.ValidationError`` for a kind that is not of the algebra."""
    return _STEPS.validate_python(list(steps))


__all__ = [
    "AnyStep",
    "Applied",
    "AssignPort",
    "CancelDoc",
    "CardOnFile",
    "Change",
    "ClearAta",
    "ConfigureAta",
    "CreateSipLine",
    "DeleteDoc",
    "DeleteSipLine",
    "EnsureStripeCustomer",
    "Implied",
    "InsertDoc",
    "Note",
    "PutE911",
    "RebootDevice",
    "ReceiptResult",
    "Ref",
    "ReleasePort",
    "RemoveE911",
    "ResetVoicemailPassword",
    "SetAutoCard",
    "SetContact",
    "SetPort",
    "SetSipLine",
    "SetVoicemail",
    "Step",
    "SubmitDoc",
    "UpdateDoc",
    "as_steps",
    "same",
]
