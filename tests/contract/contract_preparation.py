"""What the recordings take for granted: documents made before them, or between them.

In: nothing. Out: the requests that make those documents, as recordings or in the same form.
"""

import json
import re
from typing import Any

from contract_recordings import Recording, recordings

REPLAYED = ("01", "03", "04", "02", "05", "06", "07", "08", "09", "11", "12")
"""The files in the order in which they were recorded."""
_RECORDED_LATER = ("02-30-", "02-30f", "02-30g", "02-30i", "02-30j", "02-30k")
_ARRANGEMENT = {
    "name": "PA-00029",
    "customer": "C-LPB4",
    "start_date": "2026-12-01",
    "lines": [{"name": "ljge9kjuo3", "due_date": "2026-12-01", "amount": 2, "paid": 1}],
}
_ROW = {"item_code": "NET-100", "qty": 1, "rate": 59.95}
_KEYS = "frappe.core.doctype.user.user.generate_keys"
_SYSTEM_MANAGER = "sysmgr@gigafibre.test"
_STEP = re.compile(r"\d+-(\d+)(\w*)")


def _request(method: str, path: str, body: Any = None, **params: Any) -> Recording:
    return Recording(f"{method} {path}", method, path, "admin", 200, None, params=params, json=body)


def beforehand(number: str) -> list[Recording]:
    """The requests that were made before a whole file."""
    if number != "02":
        return []
    return [
        _request("PUT", "/api/resource/Customer/C-LPB4", {"stripe_id": None, "tax_id": None}),
        *(_client(each) for each in range(600)),
    ]


def between() -> dict[str, list[Recording]]:
    """The requests that were made just before a recording and are not among them."""
    duplicate = _request("POST", "/api/resource/Customer", {"customer_name": "Dup stripe", "stripe_id": "cus_dup"})
    return {
        "01-30-reenabled-user": [_request("PUT", "/api/resource/User/support@gigafibre.test", {"enabled": 1})],
        "04-20-item-create-service": _renamed("Str Types", "C-STR", is_suspended=1, default_commission_rate=12.5),
        "04-36-quotation-submit-run-method-querystring": [_quotation()],
        "04-37-quotation-submit-run-method-json": [_quotation()],
        "04-38-quotation-submit-run-method-qs-plus-json-body": [_quotation()],
        "04-40-quotation-submit-doc-as-string": [_quotation(answered=_sent_as_text("04-40-"))],
        "04-41-quotation-submit-stale": [
            _quotation(),
            _request("PUT", "/api/resource/Quotation/SAL-QTN-2026-00007", {}),
        ],
        "04-44-quotation-cancel-frappe-client": [
            _quotation(),
            _request("PUT", "/api/resource/Quotation/SAL-QTN-2026-00008", {"docstatus": 1}),
        ],
        "02-17-filters-is-set": [duplicate],
        "02-18-filters-is-not-set": [_request("DELETE", "/api/resource/Customer/Dup stripe")],
        "02-30-aggregate-string-sum": [
            _request("PUT", "/api/resource/Sales Invoice/ACC-SINV-2026-00002", {"docstatus": 1})
        ],
        "05-01-missing-mandatory": [duplicate],
        "05-15-client-save-stale-full-doc": [_request("PUT", "/api/resource/Customer/C-LPB4", {"website": "g"})],
        "11-23-name-with-hash-percent-create": [
            _request("PUT", "/api/resource/Selling Settings/Selling Settings", {"cust_master_name": "Customer Name"})
        ],
        "06-30-validate-link": _renamed("Form Guy", "C-FORM", customer_type="Individual"),
        "06-62-v2-bad-token": [_request("PUT", "/api/resource/Sales Invoice/ACC-SINV-2026-00003", {"docstatus": 1})],
        "09-03-payment-full-insert-docstatus1": [
            _request("POST", "/api/resource/Sales Invoice", {"customer": "C-LPB4", "docstatus": 1, "items": [_ROW]})
        ],
        "09-01-invoice-post-docstatus1-response-stale": [
            _request("PUT", "/api/resource/System Settings/System Settings", {"allow_error_traceback": 1})
        ],
        "09-20-child-named-row-partial-wipes-optional": [
            _request("POST", "/api/resource/Payment Arrangement", _ARRANGEMENT)
        ],
        "09-31-sysmgr-list-address": [
            _request("POST", f"/api/method/{_KEYS}", {"user": _SYSTEM_MANAGER}),
            _request("GET", f"/api/resource/User/{_SYSTEM_MANAGER}"),
        ],
        "05-21-update-submitted-locked-field": [
            _request("PUT", "/api/resource/Suspension Order/SUS-0006", {"docstatus": 1})
        ],
    }


def in_order(number: str) -> list[Recording]:
    """The recordings of a file in the order in which they were made."""
    found = recordings(number)
    if number == "04":
        return sorted(found, key=_step)
    later = [each for each in found if each.name.startswith(_RECORDED_LATER)]
    return [each for each in found if each not in later] + later


def _step(recording: Recording) -> tuple[int, str]:
    found = _STEP.match(recording.name)
    assert found is not None, recording.name
    return int(found[1]), found[2]


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


def _renamed(name: str, wanted: str, **values: Any) -> list[Recording]:
    """A customer under another name: the sandbox renames nothing."""
    return [
        _request("DELETE", f"/api/resource/Customer/{name}"),
        _request("POST", "/api/resource/Customer", {"name": wanted, "customer_name": wanted, **values}),
    ]


def _quotation(answered: Any = None) -> Recording:
    body = {"quotation_to": "Customer", "party_name": "C-LPB4", "items": [{"item_code": "NET-100", "qty": 1}]}
    return Recording("an offer", "POST", "/api/resource/Quotation", "admin", 200, answered, json=body)


def _sent_as_text(name: str) -> dict[str, Any]:
    """The answer to an insert, from the recording that sends the document on."""
    [recording] = [each for each in recordings("04") if each.name.startswith(name)]
    return {"data": json.loads(recording.json["doc"])}
