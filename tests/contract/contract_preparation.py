"""What the recordings take for granted: documents made before them, or between them.

In: nothing. Out: the requests that make those documents, as recordings or in the same form.
"""

from typing import Any

from contract_recordings import Recording, recordings

REPLAYED = ("01", "02", "05", "07", "08")
_DOCTYPES_AND_FIELDS = (
    "03-03",
    "03-04",
    "03-05",
    "03-06",
    "03-07",
    "03-08",
    "03-09",
    "03-10",
    "03-20",
    "03-23",
    "03-30",
    "03-31",
    "03-32",
    "03-37",
    "03-43",
)
_DOCUMENTS = (
    "04-01",
    "04-02",
    "04-03",
    "04-04",
    "04-05",
    "04-20",
    "04-21",
    "04-30",
    "04-32",
    "04-42",
    "04-60",
    "04-61",
    "04-73",
    "04-77",
    "04-80",
    "04-81",
    "04-82",
    "04-83",
    "04-84",
    "04-85",
    "04-90",
    "04-100",
    "04-106",
    "04-109",
    "04-120",
    "04-121",
    "04-123",
    "04-124",
    "04-125",
)

_RECORDED_LATER = ("02-30-", "02-30f", "02-30g", "02-30i", "02-30j", "02-30k")


def _request(method: str, path: str, body: Any = None, **params: Any) -> Recording:
    return Recording(f"{method} {path}", method, path, "admin", 200, None, params=params, json=body)


def beforehand() -> list[Recording]:
    """The requests that make the DocTypes, fields and documents of the recordings."""
    found = {
        each.name.split("-")[0] + "-" + each.name.split("-")[1]: each
        for number in ("03", "04")
        for each in recordings(number)
    }
    customers = [_client(number) for number in range(600)]
    return [
        *(found[name] for name in _DOCTYPES_AND_FIELDS),
        *(found[name] for name in _DOCUMENTS),
        _credit_note(),
        _request("DELETE", "/api/resource/Customer/Str Types"),
        _request(
            "POST",
            "/api/resource/Customer",
            {
                "name": "C-STR",
                "customer_name": "C-STR",
                "is_suspended": 1,
                "default_commission_rate": 12.5,
            },
        ),
        _request("PUT", "/api/resource/Customer/C-LPB4", {"stripe_id": None, "tax_id": None}),
        *customers,
    ]


def between() -> dict[str, list[Recording]]:
    """The requests that were made just before a recording and are not among them."""
    duplicate = _request(
        "POST",
        "/api/resource/Customer",
        {
            "customer_name": "Dup stripe",
            "stripe_id": "cus_dup",
        },
    )
    return {
        "01-30-reenabled-user": [_request("PUT", "/api/resource/User/support@gigafibre.test", {"enabled": 1})],
        "02-17-filters-is-set": [duplicate],
        "02-18-filters-is-not-set": [_request("DELETE", "/api/resource/Customer/Dup stripe")],
        "05-01-missing-mandatory": [duplicate],
        "05-08f-unique-int-zero": [_request("POST", "/api/resource/Service Location", {"customer": "C-LPB4"})],
        "05-15-client-save-stale-full-doc": [_request("PUT", "/api/resource/Customer/C-LPB4", {"website": "g"})],
        "05-21-update-submitted-locked-field": [
            _request("PUT", "/api/resource/Suspension Order/SUS-0006", {"docstatus": 1})
        ],
    }


def in_order(number: str) -> list[Recording]:
    """The recordings of a file in the order in which they were made."""
    found = recordings(number)
    later = [each for each in found if each.name.startswith(_RECORDED_LATER)]
    return [each for each in found if each not in later] + later


def _client(number: int) -> Recording:
    name = f"Client {number:05d}"
    group = "Commercial" if number % 2 else "Individual"
    return _request(
        "POST",
        "/api/resource/Customer",
        {
            "name": name,
            "customer_name": name,
            "customer_group": group,
            "customer_type": "Individual",
            "is_suspended": int(number % 10 == 0),
        },
    )


def _credit_note() -> Recording:
    rows = [{"item_code": "TV-BASE", "qty": -1, "rate": 25.0}, {"item_code": "NET-100", "qty": -1, "rate": 59.95}]
    taxes = [
        {"charge_type": "On Net Total", "account_head": f"{title} - GF", "description": title, "rate": rate}
        for title, rate in (("TPS 5%", 5), ("TVQ 9.975%", 9.975))
    ]
    return _request(
        "POST",
        "/api/resource/Sales Invoice",
        {
            "customer": "C-LPB4",
            "is_return": 1,
            "docstatus": 1,
            "items": rows,
            "taxes": taxes,
            "return_against": "ACC-SINV-2026-00004",
        },
    )
