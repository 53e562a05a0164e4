"""The methods that `/api/method` serves.

In: a caller. Out: what the real method answers. What is not in the table is not served.
"""

from sandbox.erpnext import client_methods as client
from sandbox.erpnext import desk_methods as desk
from sandbox.erpnext.calling import Caller, Method
from sandbox.erpnext.errors import Refusal, not_served
from sandbox.erpnext.permissions import ADMINISTRATOR

VERSIONS = {"frappe": "15.72.4", "erpnext": "15.71.1"}
_REPORT_ROLES = frozenset({"Accounts Manager", "Accounts User"})


def ping(caller: Caller) -> object:
    """Whether the site is there."""
    del caller
    return "pong"


def get_logged_user(caller: Caller) -> object:
    """The caller's own name."""
    return caller.user


def get_versions(caller: Caller) -> object:
    """The apps of the site."""
    del caller
    titles = {"frappe": "Frappe Framework", "erpnext": "ERPNext"}
    return {
        app: {"title": titles[app], "description": titles[app], "branch": "", "version": version}
        for app, version in VERSIONS.items()
    }


def generate_keys(caller: Caller, user: str) -> object:
    """A fresh secret for a user."""
    if caller.user != ADMINISTRATOR:
        caller.site.permissions.require(caller.user, caller.site.catalogue.get("User"), "write", occasion="write")
    return {"api_secret": caller.site.generate_keys(user)}


def run_report(caller: Caller, report_name: str) -> object:
    """Reports are not served; who may not read them is told so first."""
    roles = caller.site.permissions.roles(caller.user)
    if caller.user != ADMINISTRATOR and not roles & _REPORT_ROLES:
        text = f"You don't have access to Report: {report_name}"
        raise Refusal.thrown("PermissionError", text, status=403)
    raise not_served(report_name, "report")


METHODS: dict[str, Method] = {
    "ping": Method(ping, guests=True),
    "frappe.ping": Method(ping, guests=True),
    "frappe.auth.get_logged_user": Method(get_logged_user),
    "frappe.utils.change_log.get_versions": Method(get_versions),
    "frappe.core.doctype.user.user.generate_keys": Method(generate_keys, writes=True),
    "frappe.client.get_count": Method(client.get_count),
    "frappe.client.get_list": Method(client.get_list),
    "frappe.client.get": Method(client.get),
    "frappe.client.get_value": Method(client.get_value),
    "frappe.client.insert": Method(client.insert, writes=True),
    "frappe.client.insert_many": Method(client.insert_many, writes=True),
    "frappe.client.save": Method(client.save, writes=True),
    "frappe.client.submit": Method(client.submit, writes=True),
    "frappe.client.cancel": Method(client.cancel, writes=True),
    "frappe.client.delete": Method(client.delete, writes=True),
    "frappe.client.set_value": Method(client.set_value, writes=True),
    "frappe.client.bulk_update": Method(client.bulk_update, writes=True),
    "frappe.client.validate_link": Method(client.validate_link),
    "frappe.desk.form.assign_to.add": Method(desk.assign, writes=True),
    "frappe.desk.form.assign_to.remove": Method(desk.unassign, writes=True),
    "frappe.desk.form.load.getdoc": Method(desk.open_form, bare=True),
    "frappe.desk.form.utils.add_comment": Method(desk.add_comment, writes=True),
    "frappe.desk.reportview.get": Method(desk.get_rows),
    "erpnext.accounts.utils.get_balance_on": Method(desk.get_balance_on),
    "frappe.desk.query_report.run": Method(run_report),
}
