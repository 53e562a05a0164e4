"""What the ErpNext client sends, and what it makes of the answers."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.clients.erpnext import LONGEST_QUERY, PAGE, ErpNext
from agent.clients.http import HttpSystem
from agent.clients.refusal import explain_frappe
from agent.errors import AccessDenied, Conflict, Duplicate, Missing, Rejected

Site = Callable[[httpx.Request], httpx.Response]


def erpnext(site: Site) -> ErpNext:
    return ErpNext(
        HttpSystem("erpnext", "http://site", {}, explain=explain_frappe, transport=httpx.MockTransport(site))
    )


def refusing(status: int, body: dict[str, Any]) -> ErpNext:
    return erpnext(lambda _request: httpx.Response(status, json=body))


class Recorder:
    """A site that answers the same to everything and keeps what it was asked."""

    def __init__(self, body: object) -> None:
        self.body = body
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, json=self.body)

    @property
    def sent(self) -> Any:
        return json.loads(self.requests[-1].content)


OTHER_ADDRESSES = ["", " ", ".", "..", "C-1/", "/C-1", "a//b", "/"]


@given(st.text().filter(lambda name: name.strip() not in OTHER_ADDRESSES and not re.search("^/|/$|//", name)))
def test_any_name_reaches_the_site_as_one_segment(name: str) -> None:
    site = Recorder({"data": {"name": name}})
    asyncio.run(erpnext(site).get("Service Location", name))
    path = site.requests[0].url.raw_path.decode("ascii")
    assert [unquote(part) for part in path.split("/")] == ["", "api", "resource", "Service Location", name]


@pytest.mark.parametrize("name", OTHER_ADDRESSES)
async def test_a_name_that_would_be_another_address_is_never_asked_for(name: str) -> None:
    site = Recorder({"data": []})
    assert await erpnext(site).find("Customer", name) is None
    with pytest.raises(Missing):
        await erpnext(site).delete("Customer", name)
    assert site.requests == []


async def test_text_that_no_encoding_can_carry_is_refused_before_it_leaves() -> None:
    site = Recorder({"data": {}})
    with pytest.raises(Rejected):
        await erpnext(site).get("Customer", "\ud800")
    with pytest.raises(Rejected):
        await erpnext(site).insert("Comment", {"content": "\ud800"})
    with pytest.raises(Rejected):
        await erpnext(site).list("Comment", fields=["name"], filters={"content": "\ud800"})
    assert site.requests == []


values = st.none() | st.integers() | st.text() | st.dates() | st.booleans()


@given(st.lists(st.tuples(st.sampled_from(["name", "modified"]), st.sampled_from(["=", "in"]), values)))
def test_filters_arrive_as_they_were_meant(filters: list[tuple[str, str, object]]) -> None:
    site = Recorder({"data": []})
    asyncio.run(erpnext(site).list("Customer", fields=["name"], filters=filters))
    request = site.requests[0]
    told = json.loads(request.content) if request.content else dict(request.url.params)
    arrived = told.get("filters", [])
    arrived = json.loads(arrived) if isinstance(arrived, str) else arrived
    wanted = [
        [
            field,
            operator,
            str(value) if isinstance(value, date) else int(value) if isinstance(value, bool) else value,
        ]
        for field, operator, value in filters
    ]
    assert arrived == wanted


async def test_a_list_asks_for_no_more_than_it_was_told() -> None:
    site = Recorder({"data": []})
    await erpnext(site).list("Customer", fields=["name"])
    assert dict(site.requests[0].url.params) == {"fields": '["name"]', "limit_page_length": "0"}
    await erpnext(site).list(
        "Customer",
        fields=["name"],
        filters={"is_suspended": True},
        or_filters=[["name", "=", "a"]],
        order_by="name asc",
        limit=5,
        start=10,
        group_by="name",
    )
    assert dict(site.requests[1].url.params) == {
        "fields": '["name"]',
        "filters": '{"is_suspended": 1}',
        "or_filters": '[["name", "=", "a"]]',
        "order_by": "name asc",
        "limit_page_length": "5",
        "limit_start": "10",
        "group_by": "name",
    }


async def test_a_start_without_a_limit_is_a_mistake_that_erpnext_would_hide() -> None:
    with pytest.raises(ValueError, match="limit"):
        await erpnext(Recorder({"data": []})).list("Customer", fields=["name"], start=10)


async def test_a_question_too_long_for_a_url_is_asked_in_a_body() -> None:
    site = Recorder({"message": [{"name": "C-1"}]})
    names = ["C-10001"] * LONGEST_QUERY
    rows = await erpnext(site).list("Customer", fields=["name"], filters=[["name", "in", names]])
    assert rows == [{"name": "C-1"}]
    assert site.requests[0].url.path == "/api/method/frappe.client.get_list"
    assert site.sent == {
        "doctype": "Customer",
        "fields": ["name"],
        "filters": [["name", "in", names]],
        "limit_page_length": 0,
    }


async def test_a_big_list_is_read_page_by_page_after_the_last_name() -> None:
    names = [f"C-{number:05}" for number in range(2 * PAGE + 1)]

    def site(request: httpx.Request) -> httpx.Response:
        filters = json.loads(request.url.params.get("filters", "[]"))
        after = filters[-1][2] if filters else ""
        page = [name for name in names if name > after][: int(request.url.params["limit_page_length"])]
        return httpx.Response(200, json={"data": [{"name": name} for name in page]})

    rows = [row["name"] async for row in erpnext(site).every("Customer", fields=["customer_name"])]
    assert rows == names


async def test_an_insert_speaks_erpnexts_own_spelling() -> None:
    site = Recorder({"data": {"name": "PA-00001"}})
    moment = datetime(2026, 3, 12, 13, 0, 5, tzinfo=UTC)
    await erpnext(site).insert(
        "Payment Arrangement",
        {
            "amount": Decimal("150.25"),
            "rate": Decimal(3),
            "agreed_on": date(2026, 3, 12),
            "at": moment,
            "exactly": moment.replace(microsecond=7),
            "on_the_hour": time(9, 0),
            "paid": False,
            "note": None,
            "installments": [{"due_date": date(2026, 3, 26), "amount": Decimal("75.10")}],
        },
    )
    assert site.requests[0].method == "POST"
    assert site.sent == {
        "amount": 150.25,
        "rate": 3,
        "agreed_on": "2026-03-12",
        "at": "2026-03-12 09:00:05",
        "exactly": "2026-03-12 09:00:05.000007",
        "on_the_hour": "09:00:00",
        "paid": 0,
        "note": None,
        "installments": [{"due_date": "2026-03-26", "amount": 75.1}],
    }


@pytest.mark.parametrize("value", [datetime(2026, 3, 12, 9), Decimal("NaN"), Decimal("Infinity")])  # noqa: DTZ001
async def test_a_value_whose_meaning_would_be_a_guess_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"zone|finite"):
        await erpnext(Recorder({"data": {}})).insert("Comment", {"at": value})


async def test_an_update_carries_what_it_was_read_as() -> None:
    site = Recorder({"data": {"name": "C-1"}})
    await erpnext(site).update("Customer", "C-1", {"is_vip": True}, modified="2026-03-12 09:00:00.000001")
    assert site.requests[0].method == "PUT"
    assert site.sent == {"is_vip": 1, "modified": "2026-03-12 09:00:00.000001"}
    await erpnext(site).submit("Quotation", "SOQ-1")
    assert site.sent == {"docstatus": 1}
    await erpnext(site).cancel("Quotation", "SOQ-1", modified="m")
    assert site.sent == {"docstatus": 2, "modified": "m"}


async def test_a_sum_speaks_to_version_15_and_16() -> None:
    asked: list[object] = []

    def version_16(request: httpx.Request) -> httpx.Response:
        (field,) = json.loads(request.url.params["fields"])
        asked.append(field)
        if isinstance(field, str):
            return httpx.Response(417, json={"exc_type": "ValidationError"})
        return httpx.Response(200, json={"data": [{"total": 312.40000000000003}]})

    erp = erpnext(version_16)
    assert await erp.sum("Sales Invoice", "outstanding_amount") == Decimal("312.40")
    assert await erp.sum("Sales Invoice", "outstanding_amount") == Decimal("312.40")
    as_text, as_dictionary = (
        "sum(outstanding_amount) as total",
        {"SUM": "outstanding_amount", "as": "total"},
    )
    assert asked == [as_text, as_dictionary, as_dictionary]


async def test_a_sum_over_nothing_is_zero() -> None:
    assert await erpnext(Recorder({"data": [{"total": None}]})).sum("Sales Invoice", "grand_total") == 0


async def test_a_sum_that_both_versions_refuse_says_what_the_first_one_said() -> None:
    def site(request: httpx.Request) -> httpx.Response:
        (field,) = json.loads(request.url.params["fields"])
        if isinstance(field, str):
            return httpx.Response(417, json={"exc_type": "DataError", "_error_message": "No such field"})
        return httpx.Response(500, json={"exc_type": "TypeError"})

    with pytest.raises(Rejected) as caught:
        await erpnext(site).sum("Sales Invoice", "nope")
    assert caught.value.facts["reason"] == "No such field"


async def test_a_lost_insert_is_found_by_its_step() -> None:
    def site(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/Comment"):
            asked = json.loads(request.url.params["filters"])
            return httpx.Response(
                200, json={"data": [{"name": "c1"}] if asked == [["agent_step", "=", "P1/1"]] else []}
            )
        return httpx.Response(200, json={"data": {"name": "c1", "content": "whole"}})

    assert await erpnext(site).inserted_by_step("Comment", "P1/1") == {"name": "c1", "content": "whole"}
    assert await erpnext(site).inserted_by_step("Comment", "P1/2") is None
    with pytest.raises(ValueError, match="empty"):
        await erpnext(site).inserted_by_step("Comment", "")


@pytest.mark.parametrize(
    ("status", "error_type", "kind"),
    [
        (401, "AuthenticationError", AccessDenied),
        (403, "PermissionError", AccessDenied),
        (404, "DoesNotExistError", Missing),
        (417, "TimestampMismatchError", Conflict),
        (409, "DuplicateEntryError", Duplicate),
        (417, "UniqueValidationError", Duplicate),
        (409, "NameError", Rejected),
        (417, "MandatoryError", Rejected),
        (500, "ImportError", Rejected),
    ],
)
async def test_each_refusal_is_of_its_kind(status: int, error_type: str, kind: type[Rejected]) -> None:
    with pytest.raises(Rejected) as caught:
        await refusing(status, {"exc_type": error_type}).insert("Customer", {})
    assert type(caught.value) is kind
    assert caught.value.facts["status"] == status


async def test_a_404_of_some_other_server_does_not_mean_that_a_customer_is_missing() -> None:
    erp = erpnext(lambda _request: httpx.Response(404, text="<h1>nginx</h1>"))
    with pytest.raises(Rejected) as caught:
        await erp.find("Customer", "C-10001")
    assert not isinstance(caught.value, Missing)


async def test_what_is_missing_is_none_to_who_asks_whether_it_is_there() -> None:
    assert await refusing(404, {"exc_type": "DoesNotExistError"}).find("Customer", "C-1") is None


async def test_whoami_names_the_user() -> None:
    assert await erpnext(Recorder({"message": "agent@example.com"})).whoami() == "agent@example.com"


def server_messages(*messages: dict[str, object]) -> str:
    return json.dumps([json.dumps(message) for message in messages])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            {
                "_server_messages": server_messages(
                    {"message": "Could not find <strong>Customer</strong>: <a href='/x'>NOPE</a> ."}
                )
            },
            "Could not find Customer: NOPE.",
        ),
        (
            {
                "_server_messages": server_messages(
                    {"message": "By the way"}, {"message": "Stop &amp; think", "raise_exception": 1}
                )
            },
            "Stop & think",
        ),
        (
            {"_server_messages": server_messages({"message": "no characters like '<', '>' here"})},
            "no characters like '<', '>' here",
        ),
        ({"_error_message": "No permission for Customer"}, "No permission for Customer"),
        ({"_server_messages": "neither list nor JSON", "exc_type": "ValidationError"}, "ValidationError"),
        ({"_server_messages": '["one", 2, "null"]'}, "one"),
        ({"_server_messages": 5, "exc_type": None}, "HTTP 417"),
        ({"_server_messages": server_messages({"message": "x" * 900})}, "x" * 299 + "…"),
    ],
)
def test_a_reason_is_one_sentence_without_html(body: dict[str, object], reason: str) -> None:
    assert explain_frappe(417, body).reason == reason


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(
    st.integers(300, 599),
    json_values | st.dictionaries(st.sampled_from(["exc_type", "_server_messages", "error"]), json_values),
)
def test_no_body_is_too_strange_to_be_explained(status: int, body: object) -> None:
    refusal = explain_frappe(status, body)
    assert refusal.reason
    assert len(refusal.reason) <= 300
