"""Calls by a contract: each answer that it promises is asked for once and held against its schema."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml
from openapi_schema_validator import OAS31Validator, oas31_format_checker

CONTRACTS = Path(__file__).parents[2] / "docs" / "contracts"


@dataclass(frozen=True)
class Call:
    """One call by the contract and the status that it must get; `$NAMES` in the values stand for what a test finds."""

    method: str
    path: str
    status: int
    values: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    token: bool = True

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"


class Contract:
    """One of the project's contracts."""

    def __init__(self, name: str) -> None:
        self.document: dict[str, Any] = yaml.safe_load((CONTRACTS / f"{name}.openapi.yaml").read_text(encoding="utf-8"))

    @property
    def promised(self) -> set[tuple[str, str, int]]:
        """Every answer: method, path, status."""
        return {
            (method, path, int(status))
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
            if method != "parameters"
            for status in operation["responses"]
        }

    async def holds(self, client: httpx.AsyncClient, call: Call, names: dict[str, str]) -> None:
        """The call is answered as the contract says."""
        values = {key: names.get(value, value) for key, value in call.values.items()}
        if not call.token:
            del client.headers["Authorization"]
        answer = await client.request(
            call.method.upper(), call.path.format(**values), params=call.query, json=call.body, headers=call.headers
        )
        assert answer.status_code == call.status, answer.text
        self.check(answer.json(), self._schema(call))

    def check(self, instance: object, schema: dict[str, Any] | str) -> None:
        """The instance fits the schema, or the component of that name."""
        wanted = {"$ref": f"#/components/schemas/{schema}"} if isinstance(schema, str) else schema
        whole = {**wanted, "components": self.document["components"]}
        OAS31Validator(whole, format_checker=oas31_format_checker).validate(instance)

    def _schema(self, call: Call) -> dict[str, Any]:
        answer = self.document["paths"][call.path][call.method]["responses"][str(call.status)]
        if "$ref" in answer:
            answer = self.document["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
        schema: dict[str, Any] = answer["content"]["application/json"]["schema"]
        return schema
