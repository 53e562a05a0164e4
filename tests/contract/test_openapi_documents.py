"""Every contract of ours is valid OpenAPI, and its examples fit it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

CONTRACTS = sorted((Path(__file__).parents[2] / "docs" / "contracts").glob("*.yaml"))


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


def test_there_is_a_contract_for_each_system_without_a_public_document() -> None:
    assert {path.name.removesuffix(".openapi.yaml") for path in CONTRACTS} >= {"hub", "pbx", "e911"}


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.name)
def test_the_contract_is_valid_openapi(path: Path) -> None:
    OpenAPIV31SpecValidator(read(path)).validate()


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.name)
def test_the_examples_fit_their_schemas(path: Path) -> None:
    document = read(path)
    schemas = document["components"]["schemas"]
    examples = [(name, example) for name, schema in schemas.items() for example in schema.get("examples", ())]
    assert examples
    for name, example in examples:
        whole = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        OAS31Validator(whole).validate(example)
