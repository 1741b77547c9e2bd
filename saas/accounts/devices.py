"""Devices on which an account was opened: strangers' wrong tries do not lock them out.

A signed cookie of the host names them. It opens nothing: it only selects the count of tries.
"""

import secrets

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse

from saas.accounts.models import User, normal_email
from saas.kernel.secrets import tokens

COOKIE = "__Host-device"
AGE_SECONDS = 365 * 24 * 3600
MOST_ACCOUNTS = 8
_PURPOSE = "device"


def device_of(request: HttpRequest, email: str) -> str:
    """Return the name of this device if the account of an address was opened on it, else ""."""
    return _known(request).get(_name_of(email), "")


def remember_device(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Set the cookie after an account was opened; of the accounts opened last."""
    known = _known(request)
    name = _name_of(person.email)
    device = known.pop(name, "") or secrets.token_hex(8)
    accounts = dict([*known.items(), (name, device)][-MOST_ACCOUNTS:])
    response.set_cookie(
        COOKIE,
        tokens.sign(_PURPOSE, accounts),
        max_age=AGE_SECONDS,
        secure=True,
        httponly=True,
        samesite="Lax",
    )


def _known(request: HttpRequest) -> dict[str, str]:
    try:
        accounts = tokens.unsign(
            _PURPOSE, request.COOKIES.get(COOKIE, ""), max_age_seconds=AGE_SECONDS
        )
    except BadSignature:
        return {}
    return dict(accounts)


def _name_of(email: str) -> str:
    """Return a name of an address that reveals nothing about it to a reader of the cookie."""
    return tokens.name(_PURPOSE, normal_email(email))
