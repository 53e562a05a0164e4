"""Who may do what, up to which amount, and what needs two people.

A policy file (YAML; ``agent.policy_file`` reads it) maps users to roles, and roles to the actions that they may ask
for and approve, with limits in CAD; ``cosign`` names the plans that a second person has to approve too. Asked at the
router for every action, reads too, about every plan's real amount, and again when a plan is approved. Raises
``NotAllowed`` for a user who may not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from agent.errors import NotAllowed
from agent.intents.actions import CATALOGUE, Action
from agent.policy_file import Misfit, Place, read

Cad = Annotated[Decimal, Field(ge=0, decimal_places=2, max_digits=12)]
Judged = Sequence[tuple[Action, Decimal | None]]
"""A plan's actions, each with what it comes to in CAD, None where that is not a matter of money."""

_KINDS = ("read", "write", "sensitive")


class Role(BaseModel):
    """What a role may do. ``allow`` holds action names, ``read:*``, ``write:*``, ``sensitive:*`` or ``*``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allow: tuple[str, ...]
    limits: dict[str, Cad] = Field(default_factory=dict)
    """Action -> the largest amount, in CAD, that this role may ask for or approve."""

    @field_validator("allow", mode="after")
    @classmethod
    def _known(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return _all_known(patterns)

    @field_validator("limits", mode="after")
    @classmethod
    def _of_money(cls, limits: dict[str, Decimal]) -> dict[str, Decimal]:
        _all_known(limits)
        for action in limits:
            if action not in CATALOGUE or not CATALOGUE[action].money:
                raise PydanticCustomError("no_money", "{value}", {"value": action, "known": _with_money()})
        return limits

    def allows(self, action: Action | type[Action], name: str) -> bool:
        """Whether the role covers the action of that name, its amount left aside."""
        return _any_matches(self.allow, action, name)


class Cosign(BaseModel):
    """Plans that two people have to approve. A plan falls under it by any one of its actions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    actions: tuple[str, ...] = Field(min_length=1)
    by: tuple[str, ...] = Field(min_length=1)
    """The roles of which the second approver has to be."""
    roles: tuple[str, ...] = ()
    """Only what these roles ask for; empty: whoever asks."""
    above: Cad | None = None
    """Only what comes to more than this, in CAD; null: whatever it comes to."""
    when: dict[str, str | int | bool] = Field(default_factory=dict)
    """Only where the action's fields have these values."""
    within_hours: float = Field(8, gt=0, le=72)
    """How long the plan waits for the second person after the first approved."""

    @field_validator("actions", mode="after")
    @classmethod
    def _known(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return _all_known(patterns)

    def covers(self, action: Action, amount: Decimal | None, asker: str) -> bool:
        """Whether an action that someone of role ``asker`` asked for, coming to ``amount`` CAD, needs two people.

        Money of which the amount is not known counts as more than any amount.
        """
        if not _any_matches(self.actions, action, action.name) or (self.roles and asker not in self.roles):
            return False
        if self.above is not None and (not action.money or (amount is not None and amount <= self.above)):
            return False
        return all(getattr(action, field, None) == value for field, value in self.when.items())


@dataclass(frozen=True)
class Second:
    """What the second approval of a plan takes: someone of one of these roles, within so many hours."""

    roles: tuple[str, ...]
    within_hours: float


class Policy(BaseModel):
    """The policy file as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    users: dict[str, str] = Field(default_factory=dict, description="user -> role")
    roles: dict[str, Role]
    cosign: tuple[Cosign, ...] = ()

    @classmethod
    def load(cls, path: Path | None) -> Policy:
        """Read the site's policy file, or the shipped one where none is configured; raises ``PolicyUnusable``."""
        return read(path, cls, misfits)

    def role_of(self, user: str) -> Role:
        """The user's role; raises ``NotAllowed`` for a user who has none."""
        role = self.roles.get(self.users.get(user, ""))
        if role is None:
            raise NotAllowed(f"{user} has no role in the policy file.", user=user, action="", reason="no_role")
        return role

    def permits(self, user: str, action: Action) -> bool:
        """Whether ``check`` would let it pass: for what an answer shows besides what was asked."""
        try:
            self.check(user, action)
        except NotAllowed:
            return False
        return True

    def check(self, user: str, action: Action) -> None:
        """Raise ``NotAllowed`` unless the user may ask for (or approve) this action, as far as it was said."""
        if action.kind == "conversation":
            return
        if not self.role_of(user).allows(action, action.name):
            raise NotAllowed(f"{user} may not {action.name}.", user=user, action=action.name, reason="action")
        said = getattr(action, "amount", None)
        if said is not None:
            self.check_amount(user, action, said)

    def check_amount(self, user: str, action: Action, amount: Decimal | None) -> None:
        """Raise ``NotAllowed`` where what the action really comes to, in CAD, is beyond the user's limit.

        An amount that is not known is beyond every limit.
        """
        limit = self.role_of(user).limits.get(action.name)
        if limit is not None and (amount is None or amount > limit):
            raise NotAllowed(
                f"{user} may {action.name} up to {limit} CAD.",
                user=user,
                action=action.name,
                reason="limit",
                limit=str(limit),
                amount=None if amount is None else str(amount),
            )

    def second(self, asker: str, judged: Judged) -> Second | None:
        """Who may approve a plan of ``asker`` after someone else did; None where one approval is enough.

        Where several rules cover a plan, the second person has to suit each of them.
        """
        role = self.users.get(asker, "")
        rules = [rule for rule in self.cosign if any(rule.covers(action, amount, role) for action, amount in judged)]
        if not rules:
            return None
        suiting = [name for name in self.roles if all(name in rule.by for rule in rules)]
        return Second(tuple(suiting), min(rule.within_hours for rule in rules))

    def check_second(self, user: str, second: Second) -> None:
        """Raise ``NotAllowed`` unless the user has one of the roles that may approve second."""
        self.role_of(user)
        if self.users[user] not in second.roles:
            raise NotAllowed(
                f"{user} may not approve second.", user=user, action="", reason="cosign", roles=list(second.roles)
            )


def misfits(policy: Policy) -> Iterator[Misfit]:
    """What does not fit together between the parts of a policy."""
    for user, held in policy.users.items():
        yield from _unknown_roles(("users", user), [held], policy)
    for number, rule in enumerate(policy.cosign):
        place = ("cosign", number)
        yield from _unknown_roles((*place, "by"), rule.by, policy)
        yield from _unknown_roles((*place, "roles"), rule.roles, policy)
        covered = {
            name: kind
            for name, kind in CATALOGUE.items()
            if kind.kind == "write" and _any_matches(rule.actions, kind, name)
        }
        if not covered:
            yield (*place, "actions"), "no_write", {"value": ", ".join(rule.actions)}
        for field in rule.when:
            if not all(field in kind.model_fields for kind in covered.values()):
                yield (*place, "when", field), "unknown_when", {"value": field, "known": ", ".join(covered)}
        if rule.above is not None and not any(kind.money for kind in covered.values()):
            yield (*place, "above"), "no_money", {"value": ", ".join(covered), "known": _with_money()}
        for name, role in policy.roles.items():
            unable = next((one for one, kind in covered.items() if not role.allows(kind, one)), None)
            if name in rule.by and unable is not None:
                yield (*place, "by"), "may_not", {"value": name, "known": unable}


def _unknown_roles(place: Place, names: Iterable[str], policy: Policy) -> Iterator[Misfit]:
    for name in names:
        if name not in policy.roles:
            yield place, "unknown_role", {"value": name, "known": ", ".join(policy.roles)}


def _all_known(patterns: Iterable[str]) -> tuple[str, ...]:
    """The patterns, each of which names something; raises ``PydanticCustomError``."""
    for pattern in patterns:
        kind, _, name = pattern.rpartition(":")
        known = pattern == "*" or (kind in _KINDS and name == "*")
        if not known and not any(fnmatchcase(action, pattern) for action in CATALOGUE):
            raise PydanticCustomError("unknown_action", "{value}", {"value": pattern})
    return tuple(patterns)


def _any_matches(patterns: Iterable[str], action: Action | type[Action], name: str) -> bool:
    return any(pattern in ("*", f"{action.kind}:*") or fnmatchcase(name, pattern) for pattern in patterns)


def _with_money() -> str:
    return ", ".join(sorted(name for name, kind in CATALOGUE.items() if kind.money))
