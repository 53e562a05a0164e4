"""Who may do what: asked at the router for every action, reads too, and again when a plan is approved.

A policy file (YAML) maps users to roles, and roles to the actions that they may ask for and approve, with limits in
CAD. The shipped one serves the demo company's users. Raises ``Misconfigured`` for an unusable file, ``NotAllowed``
for a user who may not.
"""

from __future__ import annotations

from decimal import Decimal
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from agent.errors import Misconfigured, NotAllowed
from agent.intents.actions import CATALOGUE, Action


class Role(BaseModel):
    """What a role may do. ``allow`` holds action names, ``read:*``, ``write:*``, ``sensitive:*`` or ``*``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allow: tuple[str, ...]
    limits: dict[str, Decimal] = Field(default_factory=dict)
    """Action -> the largest amount, in CAD, that this role may ask for or approve."""

    @field_validator("allow", mode="after")
    @classmethod
    def _known(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            kind, _, name = pattern.rpartition(":")
            known = pattern == "*" or (kind in ("read", "write", "sensitive") and name == "*")
            if not known and not any(fnmatchcase(action, pattern) for action in CATALOGUE):
                raise ValueError(f"no action is called {pattern!r}")
        return patterns

    def allows(self, action: Action) -> bool:
        """Whether the role covers the action, its amount left aside."""
        return any(pattern in ("*", f"{action.kind}:*") or fnmatchcase(action.name, pattern) for pattern in self.allow)


class Policy(BaseModel):
    """The policy file as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    users: dict[str, str] = Field(default_factory=dict, description="user -> role")
    roles: dict[str, Role]

    @classmethod
    def load(cls, path: Path | None) -> Policy:
        """Read the site's policy file, or the shipped one where none is configured."""
        source = path or resources.files("agent") / "policy.yaml"
        try:
            return cls.model_validate(yaml.safe_load(source.read_text(encoding="utf-8")))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            problem = f"{place}: {first['msg']}"
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            problem = str(error).replace("\n", " ")
        raise Misconfigured(f"The policy file {source} cannot be used: {problem}.", setting="TARGO_POLICY_FILE")

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
        """Raise ``NotAllowed`` unless the user may ask for (or approve) this action."""
        if action.kind == "conversation":
            return
        role = self.role_of(user)
        if not role.allows(action):
            raise NotAllowed(f"{user} may not {action.name}.", user=user, action=action.name, reason="action")
        amount = getattr(action, "amount", None)
        limit = role.limits.get(action.name)
        if amount is not None and limit is not None and amount > limit:
            raise NotAllowed(
                f"{user} may {action.name} up to {limit} CAD.",
                user=user,
                action=action.name,
                reason="limit",
                limit=str(limit),
            )
