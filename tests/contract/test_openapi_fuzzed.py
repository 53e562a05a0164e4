"""Requests made out of the contracts, sensible and not: the sandbox answers each as its contract says.

Schemathesis makes the requests, the same ones every time, and judges status, headers and body of each answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig

from sandbox.demo.identity import DEMO_TOKENS
from sandbox.server import running_sandbox

CONTRACTS = Path(__file__).parents[2] / "docs" / "contracts"
CONFIG = {
    "seed": 911,
    "generation": {
        "deterministic": True,
        "max-examples": 12,
        "database": "none",
        "no-shrink": True,
        "allow-extra-parameters": False,
        "with-security-parameters": False,
    },
    # A request that fits the schema may be refused for what the schema cannot tell: a code that is another city's.
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 404, 409, 422]}},
}


def contract(name: str) -> schemathesis.BaseSchema:
    config = SchemathesisConfig.from_dict(CONFIG)
    return schemathesis.openapi.from_path(CONTRACTS / f"{name}.openapi.yaml", config=config)


hub, pbx, e911 = contract("hub"), contract("pbx"), contract("e911")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sandbox(tmp_path_factory.mktemp("contracts") / "world.sqlite") as url:
        yield url


def judge(case: schemathesis.Case[Any], site: str, system: str) -> None:
    headers = {"Authorization": f"Bearer {DEMO_TOKENS[system]}"}
    case.call_and_validate(base_url=f"{site}/{system}/v1", headers=headers)


@hub.parametrize()
def test_the_hub_answers_by_its_contract(case: schemathesis.Case[Any], site: str) -> None:
    judge(case, site, "hub")


@pbx.parametrize()
def test_the_pbx_answers_by_its_contract(case: schemathesis.Case[Any], site: str) -> None:
    judge(case, site, "pbx")


@e911.parametrize()
def test_the_911_provider_answers_by_its_contract(case: schemathesis.Case[Any], site: str) -> None:
    judge(case, site, "e911")
