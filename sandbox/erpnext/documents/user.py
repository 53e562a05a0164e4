"""Users: their names, and the keys by which programs act for them.

In: changes to documents of the DocType `User`. Out: the same, completed.
"""

import secrets

from sandbox.erpnext.documents.customer import unused_name
from sandbox.erpnext.documents.rules import Change, Rules
from sandbox.erpnext.naming import hash_name
from sandbox.erpnext.passwords import keep_secret
from sandbox.erpnext.records import Records

KEY_LENGTH = 15


class UserRules(Rules):
    """What a site completes of a user."""

    def name(self, change: Change) -> str | None:
        """A user is called by the e-mail address."""
        return str(change.document.get("email") or "").strip().lower() or None

    def validate(self, change: Change) -> None:
        """Put the full name together, and find a user name."""
        document = change.document
        parts = (document.get(part) for part in ("first_name", "middle_name", "last_name"))
        document["full_name"] = " ".join(str(part) for part in parts if part)
        if change.is_new:
            username = str(document.get("first_name") or "").lower()
            taken = change.records.matching("User", username=username) if username else [""]
            document["username"] = document.get("username") or (None if taken else username)
            document["language"] = document.get("language") or "en"
            document["time_zone"] = document.get("time_zone") or "America/Toronto"
            document["new_password"] = document.get("new_password") or ""
            document["onboarding_status"] = "{}"

    def after_save(self, change: Change) -> None:
        """Give a new user the identity by which other programs know them."""
        if change.is_new:
            row = {
                "name": hash_name(),
                "idx": 1,
                "provider": "frappe",
                "userid": secrets.token_hex(19),
                "parentfield": "social_logins",
                "parenttype": "User",
                "parent": change.document["name"],
                "owner": change.user,
                "creation": change.document["creation"],
                "modified": change.document["creation"],
                "modified_by": change.user,
                "docstatus": 0,
            }
            child = change.records.catalogue.get("User Social Login")
            change.records.insert_row(child, row)
            change.document["social_logins"] = [{**row, "doctype": child.name}]
            _make_contact(change)


def _make_contact(change: Change) -> None:
    """Every user is a contact as well, found by the e-mail address."""
    document, records = change.document, change.records
    stamps = {key: document[key] for key in ("owner", "creation", "modified", "modified_by")}
    records.insert_row(
        records.catalogue.get("Contact"),
        {
            **stamps,
            "name": unused_name(records, "Contact", str(document["full_name"]), "-"),
            "first_name": document.get("first_name"),
            "last_name": document.get("last_name"),
            "full_name": document["full_name"],
            "email_id": document["email"],
            "status": "Passive",
            "user": document["name"],
        },
    )


def set_keys(records: Records, user: str, api_key: str, api_secret: str) -> None:
    """Give a user the key and the secret that programs sign with."""
    doctype = records.catalogue.get("User")
    records.update_row(doctype, user, {"api_key": api_key, "api_secret": "*" * len(api_secret)})
    keep_secret(records, "User", user, "api_secret", api_secret)


def new_key() -> str:
    """A fresh key or secret."""
    return secrets.token_hex(KEY_LENGTH)[:KEY_LENGTH]
