"""A platform by the API that the French standard XP Z12-013 describes: flows and their statuses."""

import base64
import binascii
import datetime as dt
import json
from http import HTTPStatus
from typing import Any

import requests
from django.conf import settings

from billing.einvoicing.gateway.platform import (
    Deposit,
    PlatformAwayError,
    PlatformRefusedError,
    Supplied,
    Update,
)

_PATIENCE_SECONDS = (3.05, 20)
_PAGE = 100
_MOST_PAGES = 50
_MOST_BYTES = 20 * 1024 * 1024
# Answers that say that the request itself is wrong; all others may change by waiting.
_WRONG = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT)


class ApiPlatform:
    """The platform at `EINVOICING_API_BASE`, asked with `EINVOICING_API_KEY`."""

    def deposit(self, deposit: Deposit) -> str:
        """Post a flow with its file; the tracking id is our key."""
        info = {
            "trackingId": deposit.key,
            "name": deposit.name,
            "flowSyntax": deposit.syntax,
            "sha256": deposit.sha256,
        }
        files = {
            "flowInfo": ("flowInfo.json", json.dumps(info), "application/json"),
            "file": (deposit.name, deposit.content, "application/octet-stream"),
        }
        answer = _ask("POST", "flows", key=deposit.key, files=files)
        return _text(answer, "flowId")

    def updates(self, since: dt.datetime, /) -> list[Update]:
        """Search the statuses of the documents that we deposited."""
        found = []
        for flow in _flows("SupplierInvoiceLC", since):
            code = str(flow.get("status", ""))
            found.append(Update(_text(flow, "about"), code, str(flow.get("reason") or "")))
        return found

    def supplied(self, since: dt.datetime, /) -> list[Supplied]:
        """Search the invoices that suppliers sent us, each with its file."""
        return [_supplied(flow) for flow in _flows("SupplierInvoice", since)]

    def report(self, platform_id: str, code: str, *, reason: str, key: str) -> None:
        """Post the status of a document."""
        status = {"trackingId": key, "about": platform_id, "status": code, "reason": reason}
        _ask("POST", "flows/statuses", key=f"{key}-{code}", json=status)


def _flows(kind: str, since: dt.datetime, /) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    where = {"flowType": [kind], "updatedAfter": since.isoformat()}
    for page in range(_MOST_PAGES):
        body = {"where": where, "limit": _PAGE, "offset": page * _PAGE}
        answer = _ask("POST", "flows/search", json=body)
        results = answer.get("results")
        if not isinstance(results, list):
            raise PlatformAwayError("a search has no results")
        found += [one for one in results if isinstance(one, dict)]
        if len(results) < _PAGE:
            break
    return found


def _supplied(flow: dict[str, Any]) -> Supplied:
    flow_id = _text(flow, "flowId")
    answer = _ask("GET", f"flows/{flow_id}?docType=Original")
    try:
        content = base64.b64decode(str(answer.get("content", "")), validate=True)
        gross_cents = int(flow.get("grossCents", 0))
    except (binascii.Error, ValueError, TypeError) as error:
        raise PlatformAwayError(f"{flow_id}: {type(error).__name__}") from error
    return Supplied(
        flow_id,
        name=str(flow.get("seller") or ""),
        siren=str(flow.get("sellerSiren") or ""),
        number=str(flow.get("number") or ""),
        gross_cents=gross_cents,
        content=content[:_MOST_BYTES],
    )


def _text(answer: dict[str, Any], name: str) -> str:
    found = answer.get(name)
    if not isinstance(found, str) or not found:
        raise PlatformAwayError(f"an answer has no {name}")
    return found


def _ask(method: str, path: str, *, key: str = "", **body: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {settings.EINVOICING_API_KEY}"}
    if key:
        headers["Idempotency-Key"] = key
    url = f"{settings.EINVOICING_API_BASE.rstrip('/')}/{path}"
    try:
        response = requests.request(
            method, url, headers=headers, timeout=_PATIENCE_SECONDS, allow_redirects=False, **body
        )
        answer: Any = response.json()
    except (requests.RequestException, ValueError) as error:
        raise PlatformAwayError(type(error).__name__) from error
    if response.status_code in _WRONG:
        raise PlatformRefusedError(_reason(answer) or f"HTTP {response.status_code}")
    if not response.ok or not isinstance(answer, dict):
        raise PlatformAwayError(f"HTTP {response.status_code}")
    return answer


def _reason(answer: Any) -> str:
    return str(answer.get("errorMessage") or "") if isinstance(answer, dict) else ""
