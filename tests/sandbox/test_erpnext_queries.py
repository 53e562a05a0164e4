"""What the sandbox's ERPNext finds, for whom, and what it refuses to look for."""

import pytest
from erpnext_site import Caller

from sandbox.erpnext.site import Site


@pytest.fixture(autouse=True)
def customers(site: Site) -> None:
    site.insert_many_raw(
        "Customer",
        [
            {"name": f"N-{number}", "customer_name": name, "website": site_name, "tax_id": f"{number}"}
            for number, (name, site_name) in enumerate(
                [
                    ("Émile Lavoie", None),
                    ("emile lavoie", ""),
                    ("Zoé 100% Net", "a_b"),
                    ("L'Écuyer", "axb"),
                ]
            )
        ],
    )


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("=", "EMILE LAVOIE", ["N-0", "N-1"]),
        ("like", "%ecuy%", ["N-3"]),
        ("like", "%100\\% n%", ["N-2"]),
        ("not like", "%lavoie%", ["C-1", "N-2", "N-3"]),
        ("in", ["Émile Lavoie", "zoe 100% net"], ["N-0", "N-1", "N-2"]),
        ("not in", ["Émile Lavoie"], ["C-1", "N-2", "N-3"]),
        ("!=", "L'ECUYER", ["C-1", "N-0", "N-1", "N-2"]),
    ],
)
async def test_names_are_compared_without_case_or_accents(
    caller: Caller, operator: str, value: object, expected: list[str]
) -> None:
    rows = await caller.rows("Customer", filters=[["customer_name", operator, value]], order_by="name asc")
    assert [row["name"] for row in rows] == expected


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("=", "", ["C-1", "N-0", "N-1"]),
        ("is", "not set", ["C-1", "N-0", "N-1"]),
        ("is", "set", ["N-2", "N-3"]),
        ("!=", "axb", ["C-1", "N-0", "N-1", "N-2"]),
        ("like", "a\\_b", ["N-2"]),
        ("like", "a_b", ["N-2", "N-3"]),
    ],
)
async def test_what_is_empty_compares_as_on_a_real_site(
    caller: Caller, operator: str, value: str, expected: list[str]
) -> None:
    rows = await caller.rows("Customer", filters=[["website", operator, value]], order_by="name asc")
    assert [row["name"] for row in rows] == expected


async def test_order_ignores_case_and_accents(caller: Caller) -> None:
    rows = await caller.rows("Customer", fields=["customer_name"], order_by="customer_name desc, name desc")
    assert [row["customer_name"] for row in rows] == [
        "Zoé 100% Net",
        "Marie-Ève Côté",
        "L'Écuyer",
        "emile lavoie",
        "Émile Lavoie",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        ["name from tabUser --"],
        ["(select name from tabUser)"],
        ["name; drop table x"],
        ["sum(name) from secrets"],
        ["date_format(creation,\"'||(select 1)||'\") as x"],
        ["ifnull(name, (select digest from secrets limit 1)) as x"],
        ['name as "x" from secrets'],
    ],
)
async def test_a_query_that_smuggles_sql_is_refused_or_harmless(caller: Caller, fields: list[str]) -> None:
    status, answer = await caller.ask("GET", "resource/Customer", fields=fields, limit_page_length=1)
    if status == 200:
        assert len(answer["data"]) == 1
    else:
        assert answer["exc_type"] in {"DataError", "ValidationError", "ValueError", "IndexError"}


@pytest.mark.parametrize("clause", ["name; drop table x", "(select 1)", "name from x", "sleep(1)"])
async def test_an_order_that_smuggles_sql_is_refused(caller: Caller, clause: str) -> None:
    status, answer = await caller.ask("GET", "resource/Customer", order_by=clause)
    assert status in {417, 500}
    assert answer["exc_type"] in {"ValidationError", "OperationalError"}


@pytest.mark.parametrize("fields", [["sum(name name) as x"], ["sum(name +) as x"]])
async def test_known_words_that_make_no_sense_are_an_error_of_the_database(caller: Caller, fields: list[str]) -> None:
    status, answer = await caller.ask("GET", "resource/Customer", fields=fields)
    assert (status, answer["exc_type"]) == (500, "ProgrammingError")


async def test_a_role_sees_what_it_may_and_no_more(caller: Caller) -> None:
    support = "support:support"
    status, _ = await caller.ask("GET", "resource/Customer", key=support)
    assert status == 403
    for method, name in (("GET", "C-1"), ("GET", "C-NONE"), ("PUT", "C-1"), ("PUT", "C-NONE"), ("DELETE", "C-NONE")):
        status, _ = await caller.ask(method, f"resource/Customer/{name}", key=support)
        assert status == 403, (method, name)
    status, _ = await caller.ask("POST", "resource/Issue", {"subject": "Hello"}, key=support)
    assert status == 200


async def test_rows_are_listed_through_the_parent_one_may_read(caller: Caller) -> None:
    status, answer = await caller.ask("GET", "resource/Sales Invoice Item")
    assert (status, answer["exc_type"]) == (403, "PermissionError")
    status, _ = await caller.ask("GET", "resource/Sales Invoice Item", parent="Sales Invoice", key="support:support")
    assert status == 403
    assert await caller.rows("Sales Invoice Item", parent="Sales Invoice") == []


async def test_documents_of_one_s_own_are_all_that_an_owner_s_right_shows(caller: Caller, site: Site) -> None:
    site.insert("ToDo", {"description": "the administrator's"})
    await caller.ask("POST", "resource/ToDo", {"description": "mine"}, key="support:support")
    status, answer = await caller.ask("GET", "resource/ToDo", fields=["description"], key="support:support")
    assert (status, answer["data"]) == (200, [{"description": "mine"}])


async def test_nobody_without_a_token_reads_or_writes(caller: Caller) -> None:
    for method, path in (
        ("GET", "resource/Customer"),
        ("GET", "resource/Customer/C-1"),
        ("POST", "resource/Customer"),
        ("POST", "method/frappe.client.insert"),
        ("GET", "method/frappe.client.get_count"),
    ):
        status, _ = await caller.ask(method, path, {"customer_name": "x"} if method == "POST" else None, key="")
        assert status == 403, path


async def test_an_answer_is_dated_by_the_company_s_clock(caller: Caller) -> None:
    response = await caller.client.get("/api/method/ping")
    assert response.headers["date"].startswith("Thu, 12 Mar 2026 13:")
