"""VIES, the EU register that confirms if a VAT number is valid."""

import json
from typing import Any, NamedTuple, Protocol, cast

import requests
from django.conf import settings
from django.utils.module_loading import import_string

from saas.catalogue.merchants.models import VatCheck
from saas.kernel.database import rows

# European Commission, VIES on the web, REST interface: `check-vat-number`. Asked in the name of a
# requester it gives a consultation number, which proves that the number was checked that day.
URL = "https://ec.europa.eu/taxation_customs/vies/rest-api/check-vat-number"
_PATIENCE_SECONDS = (3.05, 10)
# Placeholder of a country that does not disclose the name and address of a number's owner.
_UNDISCLOSED = "---"
_STAND_IN_FILE = "vies.json"


class Reply(NamedTuple):
    """Response of the register; `failure` is the reason for a missing answer."""

    answer: VatCheck.Answer
    consultation_number: str = ""
    registered_name: str = ""
    registered_address: str = ""
    failure: str = ""


class Register(Protocol):
    """A register that can be asked about a VAT number."""

    def ask(self, number: str, *, requester: str) -> Reply:
        """Return the register's reply on a number; `requester` is ours or empty. Raises nothing."""


class Vies:
    """The Commission's own service, which asks the country of the number at that moment."""

    def ask(self, number: str, *, requester: str) -> Reply:
        """Ask once, for some seconds at most."""
        query = {"countryCode": number[:2], "vatNumber": number[2:]}
        if requester:
            query["requesterMemberStateCode"] = requester[:2]
            query["requesterNumber"] = requester[2:]
        try:
            response = requests.post(URL, json=query, timeout=_PATIENCE_SECONDS)
            answer: Any = response.json()
        except (requests.RequestException, ValueError) as error:
            return unreachable(type(error).__name__)
        if not isinstance(answer, dict) or not isinstance(answer.get("valid"), bool):
            return unreachable(_failure(answer) or f"HTTP {response.status_code}")
        failure = _failure(answer)
        return unreachable(failure) if failure else _reply(answer)


def _failure(answer: Any) -> str:
    """Return the code of an error, such as MS_UNAVAILABLE; an empty string if there is no error."""
    if not isinstance(answer, dict):
        return ""
    errors = answer.get("errorWrappers") or [{}]
    first = errors[0] if isinstance(errors, list) and isinstance(errors[0], dict) else {}
    return str(first.get("error") or "")


def _reply(answer: dict[str, Any]) -> Reply:
    return Reply(
        VatCheck.Answer.YES if answer["valid"] else VatCheck.Answer.NO,
        consultation_number=_cut(answer, "requestIdentifier", "consultation_number"),
        registered_name=_cut(answer, "name", "registered_name"),
        registered_address=_cut(answer, "address", "registered_address"),
    )


def _cut(answer: dict[str, Any], name: str, column: str) -> str:
    value = answer.get(name)
    return "" if value in {None, _UNDISCLOSED} else rows.cut(VatCheck, column, str(value))


def unreachable(failure: str) -> Reply:
    """Return that there was no answer, and why."""
    return Reply(VatCheck.Answer.UNREACHABLE, failure=rows.cut(VatCheck, "failure", failure))


class FileRegister:
    """Simulated register for trials: `vies.json` in the data directory.

    It maps numbers to `yes`, `no` or `unreachable`; `*` is the answer for all others, `yes` if it
    is missing.
    """

    def ask(self, number: str, *, requester: str) -> Reply:
        """Return the file's reply; the file is read at each call."""
        try:
            written = json.loads((settings.DATA_DIR / _STAND_IN_FILE).read_text())
        except FileNotFoundError:
            written = {}
        except (OSError, ValueError) as error:
            return unreachable(f"{_STAND_IN_FILE}: {type(error).__name__}")
        answer = str(written.get(number, written.get("*", "yes")))
        if answer not in {"yes", "no"}:
            return unreachable("MS_UNAVAILABLE")
        proof = f"LOCAL{number}" if requester else ""
        return Reply(VatCheck.Answer(answer), consultation_number=proof)


def register() -> Register:
    """Return the register of the settings."""
    return cast("Register", import_string(settings.VAT_REGISTER)())
