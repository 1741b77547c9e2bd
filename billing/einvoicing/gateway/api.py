"""A platform by the API that the French standard XP Z12-013 describes: flows and their statuses."""

import base64
import binascii
import datetime as dt
import json
import logging
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import requests
from django.conf import settings

from billing.einvoicing.gateway.platform import (
    Deposit,
    PlatformAwayError,
    PlatformRefusedError,
    Supplied,
    Update,
)

logger = logging.getLogger(__name__)
_PATIENCE_SECONDS = (3.05, 20)
_PAGE = 100
_MOST_PAGES = 50
# Of an answer: a file of 15 MB, as base64.
_MOST_BYTES, _PIECE_BYTES = 20 * 1024 * 1024, 64 * 1024
_ANSWER_SECONDS = 60
_MOST_SIGNS, _MOST_CENTS = 200, 10**12
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

    def supplied(self, since: dt.datetime, /) -> Iterator[Supplied]:
        """Search the invoices that suppliers sent us; yield each with its file.

        A file too large or damaged is left out: its invoice is no obstacle to the others.
        """
        for flow in _flows("SupplierInvoice", since):
            yield _supplied(flow)

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
    flow_id, cents = _text(flow, "flowId"), flow.get("grossCents", 0)
    return Supplied(
        flow_id,
        name=str(flow.get("seller") or "")[:_MOST_SIGNS],
        siren=str(flow.get("sellerSiren") or "")[:_MOST_SIGNS],
        number=str(flow.get("number") or "")[:_MOST_SIGNS],
        gross_cents=cents if isinstance(cents, int) and abs(cents) < _MOST_CENTS else 0,
        content=_original(flow_id),
    )


def _original(flow_id: str) -> bytes:
    """Return the file of a supplier's invoice; nothing for one too large or damaged."""
    try:
        answer = _ask("GET", f"flows/{quote(flow_id, safe='')}?docType=Original")
        content = base64.b64decode(str(answer.get("content", "")), validate=True)
    except (_TooLongError, binascii.Error, ValueError) as error:
        logger.warning("the file of a supplier's invoice is left out: %s", type(error).__name__)
        return b""
    return content


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
    body |= {"headers": headers, "allow_redirects": False, "stream": True}
    try:
        with requests.request(method, url, timeout=_PATIENCE_SECONDS, **body) as response:
            answer: Any = json.loads(_content(response))
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise PlatformAwayError(type(error).__name__) from error
    if response.status_code in _WRONG:
        raise PlatformRefusedError(_reason(answer) or f"HTTP {response.status_code}")
    if not response.ok or not isinstance(answer, dict):
        raise PlatformAwayError(f"HTTP {response.status_code}")
    return answer


def _content(response: requests.Response) -> bytes:
    """Read an answer whole, within limits of size and time."""
    found, ends_at = bytearray(), time.monotonic() + _ANSWER_SECONDS
    for piece in response.iter_content(_PIECE_BYTES):
        found += piece
        if len(found) > _MOST_BYTES:
            raise _TooLongError("an answer is too long")
        if time.monotonic() > ends_at:
            raise PlatformAwayError("an answer does not end")
    return bytes(found)


class _TooLongError(PlatformAwayError):
    """An answer is longer than any that the exchange of invoices needs."""


def _reason(answer: Any) -> str:
    return str(answer.get("errorMessage") or "") if isinstance(answer, dict) else ""
