"""Issues and comments: who wrote, when, and for whom.

In: changes to documents of these DocTypes. Out: the same, completed.
"""

from sandbox.erpnext.documents.rules import Change, Rules


class IssueRules(Rules):
    """What a site makes of a ticket."""

    def prepare(self, change: Change) -> None:
        """Date the ticket, and find the contact and customer behind who raised it."""
        document, records = change.document, change.records
        if not change.is_new:
            return
        raised_by = document.get("raised_by")
        if not raised_by and change.user != "Administrator":
            raised_by = document["raised_by"] = change.user
        contacts = records.matching("Contact", email_id=str(raised_by)) if raised_by else []
        if contacts and not document.get("contact"):
            document["contact"] = contacts[0]
        document["opening_date"] = str(change.now.date())
        document["opening_time"] = str(change.now.time())
        document["company"] = document.get("company") or records.value(
            "Global Defaults", "Global Defaults", "default_company"
        )


class CommentRules(Rules):
    """What a site makes of a comment."""

    def prepare(self, change: Change) -> None:
        """A comment bears who wrote it."""
        if change.is_new:
            change.document["comment_email"] = change.document.get("comment_email") or change.user
