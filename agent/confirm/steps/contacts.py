"""The step on how a customer is reached: the contact person's record, and the copy of it that the customer bears.

ERPNext copies a contact's number and e-mail to its customer only when that customer is saved. So the step saves both,
the contact first, forward and back alike; saving the customer again is harmless.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from agent.clients.systems import Systems
from agent.confirm.steps.step import Applied, Change, ReceiptResult, Step, holds
from agent.errors import BackendError, Conflict, OutcomeUnknown


class SetContact(Step):
    """Change a Contact, then have its Customer take the change over."""

    system: ClassVar[str] = "erpnext"
    kind: Literal["set_contact"] = "set_contact"
    contact: str
    customer: str
    before: dict[str, Any]
    after: dict[str, Any]
    """The contact's fields; its tables whole."""
    copied_before: dict[str, Any]
    copied_after: dict[str, Any]
    """The customer's fields that follow."""
    shown: list[Change]
    """What changes, as people say it: the tables' rows say it badly."""

    def changes(self) -> list[Change]:
        """Name, numbers and e-mail, as far as they change."""
        return self.shown

    def target(self) -> str:
        """The contact by its name."""
        return f"Contact {self.contact}"

    async def as_shown(self, systems: Systems) -> bool:
        """Both records are as they are to be changed from."""
        return await self._both(systems, self.before, self.copied_before)

    async def apply(self, systems: Systems, key: str) -> Applied:
        """The contact against the version read, unless it took before; then the customer, where its copy changes."""
        document = await systems.erp.get("Contact", self.contact)
        if not holds(document, self.after):
            if not holds(document, self.before):
                raise Conflict(f"{self.target()} is no longer as shown.", system=self.system, target=self.target())
            await systems.erp.update("Contact", self.contact, self.after, modified=str(document["modified"]))
        if self.copied_after == self.copied_before:
            return Applied(result={"name": self.contact})
        try:
            customer = await systems.erp.get("Customer", self.customer)
            await systems.erp.update("Customer", self.customer, self.copied_after, modified=str(customer["modified"]))
        except BackendError as error:
            # The contact has changed by now: what is refused here is not "nothing was done".
            raise OutcomeUnknown(
                f"{self.target()} is changed, Customer {self.customer} not yet.",
                system=self.system,
                status=0,
                reason="the contact is changed, the customer not yet",
            ) from error
        return Applied(result={"name": self.contact})

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Read back: both bear the new values."""
        done = await self._both(systems, self.after, self.copied_after)
        return Applied(result={"name": self.contact}) if done else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """The earlier values, in both."""
        swapped = {
            "before": self.after,
            "after": self.before,
            "copied_before": self.copied_after,
            "copied_after": self.copied_before,
            "shown": [Change(field=one.field, before=one.after, after=one.before) for one in self.shown],
        }
        return [self.model_copy(update=swapped)]

    async def _both(self, systems: Systems, contact: dict[str, Any], copied: dict[str, Any]) -> bool:
        found = await systems.erp.find("Contact", self.contact)
        customer = await systems.erp.find("Customer", self.customer)
        return found is not None and customer is not None and holds(found, contact) and holds(customer, copied)
