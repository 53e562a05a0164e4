"""The settings, read once from the environment (prefix ``TARGO_``) and ``.env``; no other place reads either.

What is not set is served by the embedded demo company. A mixture of real and demo systems is refused unless
``TARGO_ALLOW_MIXED=1``, because half a suspension on a demo hub is a suspension that did not happen.
Raises ``Misconfigured`` with one sentence that names the variable.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent.errors import Misconfigured

EngineName = Literal["auto", "local", "llm"]
SystemName = Literal["erpnext", "hub", "pbx", "e911", "stripe"]
SYSTEMS: tuple[SystemName, ...] = ("erpnext", "hub", "pbx", "e911", "stripe")


class Settings(BaseSettings):
    """Everything an operator may set. URLs without a trailing path unless the system lives under one."""

    model_config = SettingsConfigDict(env_prefix="TARGO_", env_file=".env", env_ignore_empty=True, extra="ignore")

    database_url: str | None = None
    data_dir: Path = Field(default_factory=lambda: user_data_path("targo"))
    policy_file: Path | None = None
    engine: EngineName = "auto"
    allow_mixed: bool = False

    erpnext_url: str | None = None
    erpnext_key: str | None = None
    erpnext_secret: SecretStr | None = None
    hub_url: str | None = None
    hub_token: SecretStr | None = None
    pbx_url: str | None = None
    pbx_token: SecretStr | None = None
    e911_url: str | None = None
    e911_token: SecretStr | None = None
    stripe_url: str | None = None
    stripe_key: SecretStr | None = None

    model_base_url: str | None = None
    model_name: str | None = None
    model_api_key: SecretStr | None = None

    plan_expiry_minutes: int = Field(default=15, ge=1, le=1440)

    @classmethod
    def load(cls) -> Settings:
        """Read the environment; an unusable value raises ``Misconfigured`` naming the variable."""
        try:
            settings = cls()
        except ValidationError as error:
            first = error.errors()[0]
            variable = "TARGO_" + "_".join(str(part) for part in first["loc"]).upper()
            raise Misconfigured(f"{variable}: {first['msg']}", setting=variable) from error
        except (UnicodeDecodeError, OSError) as error:
            raise Misconfigured(
                "The .env file cannot be read: it must be UTF-8 lines of NAME=value.",
                setting=".env",
            ) from error
        settings.check_engine()
        settings.check_mixture()
        return settings

    def url_of(self, system: SystemName) -> str | None:
        """The configured address of a system, or None where the demo company serves it."""
        return {
            "erpnext": self.erpnext_url,
            "hub": self.hub_url,
            "pbx": self.pbx_url,
            "e911": self.e911_url,
            "stripe": self.stripe_url,
        }[system]

    def secret_of(self, system: SystemName) -> SecretStr | None:
        """The credential of a system that must be told to nobody."""
        return {
            "erpnext": self.erpnext_secret,
            "hub": self.hub_token,
            "pbx": self.pbx_token,
            "e911": self.e911_token,
            "stripe": self.stripe_key,
        }[system]

    @property
    def embedded(self) -> bool:
        """True when the demo company serves any of the systems."""
        return any(self.url_of(system) is None for system in SYSTEMS)

    @classmethod
    def misspelt(cls) -> list[str]:
        """Variables that begin with ``TARGO_`` and set nothing: a slip that would go unnoticed."""
        known = {f"TARGO_{name.upper()}" for name in cls.model_fields}
        names = {*os.environ, *(dotenv_values(".env") if Path(".env").is_file() else ())}
        return sorted(
            name for name in names if name.startswith("TARGO_") and name not in known and "_TEST_" not in name
        )

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured."""
        return self.model_base_url is not None or self.model_api_key is not None

    def check_engine(self) -> None:
        """Refuse to be asked for a model where there is none, instead of quietly doing without."""
        if self.engine == "llm" and not self.has_model:
            raise Misconfigured(
                "The engine is llm, but no model is configured: set TARGO_MODEL_BASE_URL and TARGO_MODEL_NAME.",
                setting="TARGO_MODEL_BASE_URL",
            )

    def check_mixture(self) -> None:
        """Refuse real and demo systems side by side, which no one means by accident."""
        real = [system for system in SYSTEMS if self.url_of(system)]
        demo = [system for system in SYSTEMS if not self.url_of(system)]
        if real and demo and not self.allow_mixed:
            variables = ", ".join(f"TARGO_{system.upper()}_URL" for system in demo)
            raise Misconfigured(
                f"{', '.join(real)} would be real while {', '.join(demo)} would be the demo company: "
                f"set {variables}, or TARGO_ALLOW_MIXED=1 if that is meant.",
                setting=variables,
            )

    @property
    def store_url(self) -> str:
        """The SQLAlchemy URL of conversations, plans, receipts and journal."""
        return self.database_url or f"sqlite:///{self.data_dir / 'agent.sqlite'}"
