"""Action type -> policy -> tool. A table, nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from agent.confirm.plan import Draft
from agent.errors import Unsupported
from agent.intents.actions import (
    Action,
    AddNote,
    AddPhoneLine,
    CancelPaymentArrangement,
    CancelSubscription,
    ChangeSubscription,
    CheckAutopay,
    CheckInternet,
    ConvertQuote,
    CreatePaymentArrangement,
    CreateQuote,
    CreateTicket,
    DeregisterE911,
    DidReport,
    DispatchTechnician,
    E911Mismatches,
    E911Orphans,
    GetBalance,
    GetCustomer,
    GetE911Address,
    GetVoicemailPassword,
    InvoiceWorkOrder,
    ListActivity,
    ListArrangements,
    ListEquipment,
    ListInvoices,
    ListPayments,
    ListPhoneLines,
    ListQuotes,
    ListSubscriptions,
    ListTickets,
    ListVisits,
    ListWorkOrders,
    LogWorkOrder,
    LookupIp,
    ProvisionFibre,
    ReactivateCustomer,
    RebootDevice,
    RecordPayment,
    RemovePhoneLine,
    ScheduleInstallation,
    SetVoicemail,
    SuspendCustomer,
    SwitchAutopay,
    TechnicianHours,
    UpdateContact,
    UpdateE911Address,
    UpdateServiceAddress,
    UpdateTicket,
)
from agent.policy import Policy
from agent.tools.account import add_note, reactivate_customer, suspend_customer
from agent.tools.activity import list_activity
from agent.tools.arrangements import cancel_payment_arrangement, create_payment_arrangement, list_arrangements
from agent.tools.autopay import check_autopay, switch_autopay
from agent.tools.billing import get_balance, list_invoices
from agent.tools.contacts import update_contact
from agent.tools.conversion import convert_quote
from agent.tools.desk import Desk
from agent.tools.e911 import deregister_e911, update_e911_address
from agent.tools.e911_reports import did_report, e911_mismatches, e911_orphans
from agent.tools.equipment import list_equipment, lookup_ip
from agent.tools.field_billing import invoice_work_order, log_work_order
from agent.tools.glance import get_customer
from agent.tools.network import check_internet, reboot_device
from agent.tools.outcome import Outcome
from agent.tools.payments import list_payments, record_payment
from agent.tools.phone_lines import add_phone_line, remove_phone_line
from agent.tools.provisioning import provision_fibre
from agent.tools.quotes import create_quote, list_quotes
from agent.tools.service_address import update_service_address
from agent.tools.subscriptions import cancel_subscription, change_subscription, list_subscriptions
from agent.tools.tickets import create_ticket, list_tickets, update_ticket
from agent.tools.visits import dispatch_technician, list_visits, schedule_installation
from agent.tools.voice import get_e911_address, get_voicemail_password, list_phone_lines, set_voicemail
from agent.tools.work_orders import list_work_orders, technician_hours

Tool = Callable[[Any, Desk], Awaitable[Outcome]]

TOOLS: Mapping[type[Action], Tool] = {
    GetCustomer: get_customer,
    GetBalance: get_balance,
    ListInvoices: list_invoices,
    ListPayments: list_payments,
    ListQuotes: list_quotes,
    ListSubscriptions: list_subscriptions,
    ListArrangements: list_arrangements,
    CheckAutopay: check_autopay,
    CheckInternet: check_internet,
    ListEquipment: list_equipment,
    LookupIp: lookup_ip,
    AddNote: add_note,
    SuspendCustomer: suspend_customer,
    ReactivateCustomer: reactivate_customer,
    CreatePaymentArrangement: create_payment_arrangement,
    CancelPaymentArrangement: cancel_payment_arrangement,
    CreateQuote: create_quote,
    ConvertQuote: convert_quote,
    ChangeSubscription: change_subscription,
    CancelSubscription: cancel_subscription,
    RecordPayment: record_payment,
    SwitchAutopay: switch_autopay,
    RebootDevice: reboot_device,
    ProvisionFibre: provision_fibre,
    CreateTicket: create_ticket,
    DispatchTechnician: dispatch_technician,
    InvoiceWorkOrder: invoice_work_order,
    ListActivity: list_activity,
    ListTickets: list_tickets,
    ListVisits: list_visits,
    ListWorkOrders: list_work_orders,
    LogWorkOrder: log_work_order,
    ScheduleInstallation: schedule_installation,
    TechnicianHours: technician_hours,
    UpdateTicket: update_ticket,
    ListPhoneLines: list_phone_lines,
    GetE911Address: get_e911_address,
    GetVoicemailPassword: get_voicemail_password,
    DidReport: did_report,
    E911Mismatches: e911_mismatches,
    E911Orphans: e911_orphans,
    AddPhoneLine: add_phone_line,
    RemovePhoneLine: remove_phone_line,
    UpdateE911Address: update_e911_address,
    DeregisterE911: deregister_e911,
    SetVoicemail: set_voicemail,
    UpdateServiceAddress: update_service_address,
    UpdateContact: update_contact,
}


async def route(action: Action, desk: Desk, policy: Policy) -> Outcome:
    """Ask the policy, then the tool, then the policy again about what the plan comes to.

    Raises ``NotAllowed`` or ``Unsupported``, and what the tool raises.
    """
    policy.check(desk.user, action)
    tool = TOOLS.get(type(action))
    if tool is None:
        raise Unsupported(f"No tool does {action.name} yet.", action=action.name)
    outcome = await tool(action, desk)
    if isinstance(outcome, Draft):
        policy.check_amount(desk.user, action, outcome.amount)
    return outcome
