"""Who may do what with which documents.

In: a user and a DocType. Out: nothing, or a refusal in the words of the real thing.
Administrator may do everything; everyone else what a role of theirs is granted.
"""

from collections.abc import Mapping
from typing import Literal

from sandbox.erpnext.errors import Notice, Refusal
from sandbox.erpnext.metadata import DocType, Right
from sandbox.erpnext.records import Records

ADMINISTRATOR = "Administrator"
GUEST = "Guest"
Occasion = Literal["list", "document", "write", "delete"]


class Permissions:
    """The permissions of one site's users."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def roles(self, user: str) -> frozenset[str]:
        """The roles of a user, those that everyone has included."""
        if user == GUEST:
            return frozenset({"Guest"})
        rows = self._records.rows("Has Role", "User", user, "roles")
        return frozenset({str(row["role"]) for row in rows} | {"All", "Guest", "Desk User"})

    def allows(self, user: str, doctype: DocType, right: Right, document: Mapping[str, object] | None = None) -> bool:
        """Whether a user has a right on a DocType, or on one document of it.

        A right that holds for one's own documents alone counts where no document is named.
        """
        if user == ADMINISTRATOR:
            return True
        roles = self.roles(user)
        for permission in doctype.permissions:
            if permission.role in roles and right in permission.rights:
                own = document is None or document.get("owner") == user
                if not permission.if_owner or own:
                    return True
        return False

    def owner_only(self, user: str, doctype: DocType) -> bool:
        """Whether a user reads no documents of the DocType but their own."""
        if user == ADMINISTRATOR:
            return False
        roles = self.roles(user)
        reading = [
            permission for permission in doctype.permissions if permission.role in roles and "read" in permission.rights
        ]
        return bool(reading) and all(permission.if_owner for permission in reading)

    def require(
        self,
        user: str,
        doctype: DocType,
        right: Right,
        *,
        occasion: Occasion,
        document: Mapping[str, object] | None = None,
    ) -> None:
        """Raise the Refusal of the occasion unless the user has the right."""
        if not self.allows(user, doctype, right, document):
            raise refused(user, doctype.name, occasion, document)


def refused(user: str, doctype: str, occasion: Occasion, document: Mapping[str, object] | None = None) -> Refusal:
    """What a user is told who lacks a right; the envelope differs from occasion to occasion."""
    text = (
        f"User <strong>{user}</strong> does not have doctype access via role permission"
        f" for document <strong>{doctype}</strong>"
    )
    refusal = Refusal(403, "PermissionError", notices=[Notice(text)])
    name = document.get("name") if document else None
    if occasion == "delete":
        refusal.message = f"User not allowed to delete {doctype}: {name}"
        refusal.notices.append(Notice(refusal.message, indicator="red", raised=True))
    elif occasion in {"list", "write"}:
        refusal.extra["_error_message"] = f"No permission for {doctype}"
    refusal.traced = occasion != "write"
    return refusal
