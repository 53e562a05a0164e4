"""Every error that this project raises, in one tree, split by who must act.

    TargoError
    ├── UserError            the person who asked can mend it
    │   ├── NotFound · Ambiguous · NotAllowed · Unsupported
    │   └── PlanIsStale · PlanExpired · PlanNotWaiting · PlanNotFound · SameApprover
    ├── Misconfigured        the operator can mend it
    │   └── PolicyUnusable
    ├── BackendError         a system we speak to failed
    │   ├── Unavailable      it could not be reached or is overloaded; nothing was done
    │   ├── Rejected         it answered no; nothing was done
    │   │   ├── Missing · Conflict · Duplicate · AccessDenied
    │   └── OutcomeUnknown   the request left and no answer came: it may have been done
    ├── ModelError
    │   ├── ModelUnavailable
    │   └── ModelOutputInvalid
    └── LeaseLost            another worker runs this plan now

Each class has a stable ``code`` on which logs, tests and evaluations rely, and carries the ``facts`` from which
``agent.reply`` words a sentence in the user's language; the message itself is for operators, in English.
No message or fact ever carries a credential.
"""

from __future__ import annotations

from typing import Any, ClassVar


class TargoError(Exception):
    """Root of the tree; ``facts`` fill the template ``errors.<code>`` of the reply."""

    code: ClassVar[str] = "failed"

    def __init__(self, message: str, **facts: Any) -> None:  # noqa: ANN401 - facts are template parameters
        super().__init__(message)
        self.message = message
        self.facts = facts


class UserError(TargoError):
    """The person who asked can mend it."""

    code = "user"


class NotFound(UserError):
    """Nothing fits what was named."""

    code = "not_found"


class Ambiguous(UserError):
    """Several things fit what was named."""

    code = "ambiguous"


class NotAllowed(UserError):
    """The policy does not let this user do this."""

    code = "not_allowed"


class Unsupported(UserError):
    """Understood, but not something the product does (yet)."""

    code = "unsupported"


class PlanNotFound(UserError):
    """No plan bears that name."""

    code = "plan_not_found"


class PlanNotWaiting(UserError):
    """The plan is not waiting for an approval: it ran, was rejected, or was replaced."""

    code = "plan_not_waiting"


class PlanExpired(UserError):
    """The approval came too late; the plan has to be shown again."""

    code = "plan_expired"


class PlanIsStale(UserError):
    """The world has moved since the diff was shown; nothing ran."""

    code = "plan_is_stale"


class SameApprover(UserError):
    """The plan needs two people, and this one has approved it already."""

    code = "same_approver"


class Misconfigured(TargoError):
    """A setting, a file or a store is unusable; says which and what to do."""

    code = "misconfigured"


class PolicyUnusable(Misconfigured):
    """The policy file has a mistake: ``facts`` hold the file, the line, the field and what is wrong with it."""

    code = "policy_unusable"


class BackendError(TargoError):
    """A system we speak to failed; ``facts['system']`` names it."""

    code = "backend"


class Unavailable(BackendError):
    """It could not be reached, or said that it is overloaded; nothing was done."""

    code = "unavailable"


class Rejected(BackendError):
    """It answered no; nothing was done."""

    code = "rejected"


class Missing(Rejected):
    """The record asked for does not exist."""

    code = "missing"


class Conflict(Rejected):
    """The record changed under us (a stale ``modified``, a port in use)."""

    code = "conflict"


class Duplicate(Rejected):
    """A record with that name or unique value exists already."""

    code = "duplicate"


class AccessDenied(Rejected):
    """The credentials are wrong or may not do this."""

    code = "access_denied"


class OutcomeUnknown(BackendError):
    """The request left and no answer came back: it may or may not have been done."""

    code = "outcome_unknown"


class ModelError(TargoError):
    """The language model did not help; the local engine goes on."""

    code = "model"


class ModelUnavailable(ModelError):
    """Time-out, refusal of service, no connection."""

    code = "model_unavailable"


class ModelOutputInvalid(ModelError):
    """It answered something that is no action."""

    code = "model_output_invalid"


class LeaseLost(TargoError):
    """Another worker has taken this plan over; this one must stop writing at once."""

    code = "lease_lost"
