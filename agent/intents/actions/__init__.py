"""The catalogue: every action the agent understands, and the way from wire form to model and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from pydantic import Field, TypeAdapter

from agent.intents.actions.account import AddNote, GetCustomer, ReactivateCustomer, SuspendCustomer, UpdateContact
from agent.intents.actions.action import Action, Kind
from agent.intents.actions.billing import (
    CancelPaymentArrangement,
    CheckAutopay,
    CreatePaymentArrangement,
    GetBalance,
    ListArrangements,
    ListInvoices,
    ListPayments,
    RecordPayment,
    SwitchAutopay,
)
from agent.intents.actions.conversation import (
    Amend,
    Approve,
    Clarify,
    Help,
    OutOfScope,
    Reject,
    Undo,
)
from agent.intents.actions.network import CheckInternet, ListEquipment, LookupIp, ProvisionFibre, RebootDevice
from agent.intents.actions.sales import (
    CancelSubscription,
    ChangeSubscription,
    ConvertQuote,
    CreateQuote,
    ListQuotes,
    ListSubscriptions,
    QuoteItem,
)
from agent.intents.actions.support import (
    CreateTicket,
    DispatchTechnician,
    InvoiceWorkOrder,
    ListActivity,
    ListTickets,
    ListVisits,
    ListWorkOrders,
    LogWorkOrder,
    ScheduleInstallation,
    TechnicianHours,
    UpdateTicket,
)
from agent.intents.actions.voice import (
    AddPhoneLine,
    DeregisterE911,
    DidReport,
    E911Mismatches,
    E911Orphans,
    GetE911Address,
    GetVoicemailPassword,
    ListPhoneLines,
    RemovePhoneLine,
    SetVoicemail,
    UpdateE911Address,
    UpdateServiceAddress,
)

AnyAction = Annotated[
    GetCustomer
    | GetBalance
    | ListInvoices
    | ListPayments
    | ListQuotes
    | ListSubscriptions
    | ListArrangements
    | CheckAutopay
    | CheckInternet
    | ListEquipment
    | LookupIp
    | AddNote
    | SuspendCustomer
    | ReactivateCustomer
    | CreatePaymentArrangement
    | CancelPaymentArrangement
    | CreateQuote
    | ConvertQuote
    | ChangeSubscription
    | CancelSubscription
    | RecordPayment
    | SwitchAutopay
    | RebootDevice
    | ProvisionFibre
    | ListTickets
    | ListVisits
    | ListWorkOrders
    | TechnicianHours
    | ListActivity
    | CreateTicket
    | UpdateTicket
    | DispatchTechnician
    | ScheduleInstallation
    | LogWorkOrder
    | InvoiceWorkOrder
    | ListPhoneLines
    | GetE911Address
    | GetVoicemailPassword
    | DidReport
    | E911Mismatches
    | E911Orphans
    | AddPhoneLine
    | RemovePhoneLine
    | UpdateE911Address
    | DeregisterE911
    | SetVoicemail
    | UpdateServiceAddress
    | UpdateContact
    | Approve
    | Reject
    | Amend
    | Undo
    | Help
    | Clarify
    | OutOfScope,
    Field(discriminator="action"),
]

CATALOGUE: Mapping[str, type[Action]] = {
    model.model_fields["action"].default: model for model in get_args(get_args(AnyAction)[0])
}
"""Wire name -> model, in the catalogue's order."""

_ACTION: TypeAdapter[Action] = TypeAdapter(AnyAction)


def from_wire(values: Mapping[str, Any]) -> Action:
    """The typed action of a wire form; raises ``pydantic.ValidationError`` where it is none."""
    return _ACTION.validate_python(dict(values))


__all__ = [
    "CATALOGUE",
    "Action",
    "AddNote",
    "AddPhoneLine",
    "Amend",
    "AnyAction",
    "Approve",
    "CancelPaymentArrangement",
    "CancelSubscription",
    "ChangeSubscription",
    "CheckAutopay",
    "CheckInternet",
    "Clarify",
    "ConvertQuote",
    "CreatePaymentArrangement",
    "CreateQuote",
    "CreateTicket",
    "DeregisterE911",
    "DidReport",
    "DispatchTechnician",
    "E911Mismatches",
    "E911Orphans",
    "GetBalance",
    "GetCustomer",
    "GetE911Address",
    "GetVoicemailPassword",
    "Help",
    "InvoiceWorkOrder",
    "Kind",
    "ListActivity",
    "ListArrangements",
    "ListEquipment",
    "ListInvoices",
    "ListPayments",
    "ListPhoneLines",
    "ListQuotes",
    "ListSubscriptions",
    "ListTickets",
    "ListVisits",
    "ListWorkOrders",
    "LogWorkOrder",
    "LookupIp",
    "OutOfScope",
    "ProvisionFibre",
    "QuoteItem",
    "ReactivateCustomer",
    "RebootDevice",
    "RecordPayment",
    "Reject",
    "RemovePhoneLine",
    "ScheduleInstallation",
    "SetVoicemail",
    "SuspendCustomer",
    "SwitchAutopay",
    "TechnicianHours",
    "Undo",
    "UpdateContact",
    "UpdateE911Address",
    "UpdateServiceAddress",
    "UpdateTicket",
    "from_wire",
]
