"""What people at the desk do with a document beside its fields: assign it, comment on it.

In: a caller and a method's arguments. Out: what the real method answers. An assignment is a ToDo; whoever has
the document on the list already is not assigned twice.
"""

from sandbox.erpnext.answers import document_answer
from sandbox.erpnext.arguments import decoded, list_query
from sandbox.erpnext.calling import Caller
from sandbox.erpnext.documents.ledger import account_balance, party_balance
from sandbox.erpnext.errors import Notice
from sandbox.erpnext.values import whole


def assign(
    caller: Caller,
    doctype: str,
    name: str,
    *,
    assign_to: object,
    description: object = None,
    priority: object = None,
    date: object = None,
) -> object:
    """Put a document on the lists of users, given as JSON; answers who has it on the list now."""
    caller.site.get(doctype, name, user=caller.user)
    named = decoded(assign_to)
    already: list[str] = []
    for user in named if isinstance(named, list) else [named]:
        if any(each["owner"] == user for each in _assigned(caller, doctype, name)):
            already.append(str(user))
            continue
        caller.site.insert(
            "ToDo",
            {
                "allocated_to": user,
                "reference_type": doctype,
                "reference_name": name,
                "description": description or f"Assignment for {doctype} {name}",
                "priority": priority or "Medium",
                "status": "Open",
                "date": date,
                "assigned_by": caller.user,
            },
            user=caller.user,
        )
    if already:
        caller.site.notices.append(Notice(f"Already in the following Users ToDo list:{', '.join(already)}"))
    return _assigned(caller, doctype, name)


def unassign(caller: Caller, doctype: str, name: str, assign_to: object) -> object:
    """Take a document off a user's list; answers who still has it."""
    caller.site.get(doctype, name, user=caller.user)
    for each in _assigned(caller, doctype, name):
        if each["owner"] == assign_to:
            caller.site.update("ToDo", each["name"], {"status": "Cancelled"})
    return _assigned(caller, doctype, name)


def _assigned(caller: Caller, doctype: str, name: str) -> list[dict[str, object]]:
    found = caller.site.list(
        "ToDo",
        fields=["allocated_to as owner", "name"],
        filters=[
            ["reference_type", "=", doctype],
            ["reference_name", "=", name],
            ["status", "not in", ["Cancelled", "Closed"]],
        ],
        limit=5,
    )
    return [dict(row) for row in found]


def add_comment(
    caller: Caller,
    reference_doctype: str,
    reference_name: str,
    *,
    content: str,
    comment_email: str,
    comment_by: str,
) -> object:
    """Comment on a document that the caller may read."""
    caller.site.get(reference_doctype, reference_name, user=caller.user)
    made = caller.site.insert(
        "Comment",
        {
            "comment_type": "Comment",
            "reference_doctype": reference_doctype,
            "reference_name": reference_name,
            "content": content,
            "comment_email": comment_email,
            "comment_by": comment_by,
        },
    )
    return document_answer(caller.site.catalogue.get("Comment"), made)


def open_form(caller: Caller, doctype: str, name: str) -> object:
    """A document as the desk opens it: with its comments, and for a customer with its contacts."""
    site = caller.site
    document = caller.shown(doctype, site.get(doctype, name, user=caller.user))
    if doctype == "Customer":
        names = site.records.linked_parents("Contact", doctype, name)
        document["__onload"] = {"contact_list": [caller.shown("Contact", site.get("Contact", one)) for one in names]}
    comments = site.list(
        "Comment",
        fields=["name", "creation", "content", "owner", "comment_type"],
        filters=[
            ["reference_doctype", "=", doctype],
            ["reference_name", "=", name],
            ["comment_type", "=", "Comment"],
        ],
        order_by="creation desc",
        limit=0,
    )
    return {
        "docs": [document],
        "docinfo": {"doctype": doctype, "name": name, "comments": [dict(row) for row in comments]},
    }


def get_rows(caller: Caller, doctype: str, start: object = 0, page_length: object = 20) -> object:
    """A list query as the desk's lists put it: the columns' names once, then values only."""
    wanted = {**caller.arguments, "limit_start": whole(start), "limit_page_length": whole(page_length)}
    answer = caller.site.query(doctype, list_query(wanted), user=caller.user)
    return {"keys": list(answer.names), "values": [list(row) for row in answer.rows], "user_info": {}}


def get_balance_on(caller: Caller, account: object = None, party_type: object = None, party: object = None) -> object:
    """What stands on an account, or what a customer owes on the whole."""
    caller.site.permissions.require(caller.user, caller.site.catalogue.get("Account"), "read", occasion="list")
    if party and party_type == "Customer":
        return party_balance(caller.site.records, str(party))
    return account_balance(caller.site.records, str(account))
