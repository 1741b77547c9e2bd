"""Step-up authentication for sensitive actions: a decorator on each of their views.

Only POST requests are checked: pages may be read. The question keeps the typed fields, so that no
input is lost; a proof stays valid for some minutes.
"""

import functools
import json
from collections.abc import Callable
from typing import Any, Concatenate
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from saas.accounts import auth
from saas.accounts.factors import queries as factors
from saas.accounts.factors.forms import CodeForm
from saas.accounts.passkeys import queries as passkeys
from saas.accounts.passkeys.forms import ProofForm
from saas.accounts.rules import local_path
from saas.accounts.sessions import proofs
from saas.accounts.sessions.forms import PasswordProofForm
from saas.accounts.sessions.proofs import Level
from saas.kernel.http import page
from saas.kernel.people import ways_in
from saas.kernel.secrets.sealed import UnopenedError, seal, unseal

type View[**P, R: HttpRequest] = Callable[Concatenate[R, P], HttpResponseBase]
OWN_FIELDS = {"csrfmiddlewaretoken", "proof", "proof-password", "proof-code"}
OWN_FIELDS |= {"proof-passkey", "proof-challenge"}
OWN_FIELDS |= {"proof-to", "proof-back", "proof-method"}
_HELD = "held_for_proof"


def fresh[**P, R: HttpRequest](view: View[P, R]) -> View[P, R]:
    """Ask for the password, a link or the second factor, given a moment ago."""
    return _asking(view, Level.FRESH)


def second_factor[**P, R: HttpRequest](view: View[P, R]) -> View[P, R]:
    """Require a second factor given a moment ago; a person without a second factor is refused."""
    return _asking(view, Level.FACTOR)


def question(request: Any, level: Level, *, status: int = 422) -> HttpResponseBase | None:
    """Return the page that asks for a proof of identity, or None if it was given a moment ago.

    A code is checked here; a password at its own address, since hashes have a lane of their own.
    """
    now = timezone.now()
    if proofs.is_proven(request.session, level, now):
        return None
    person, origin = request.user, auth.sign_in_host(request).origin
    factor = factors.factor_of(person)
    has_factor = factor is not None
    sent = has_factor and request.method == "POST" and "proof" in request.POST
    by_passkey = sent and bool(request.POST.get("proof-passkey"))
    form = CodeForm(request.POST if sent and not by_passkey else None, prefix="proof")
    passkey_form = ProofForm(request.POST if by_passkey else None, prefix="proof")
    if form.submit(by=person, at=now) or passkey_form.submit(by=person, origin=origin, at=now):
        proofs.record_factor(request.session, now)
        return None
    takes_password = level is Level.FRESH and person.has_usable_password()
    context = {
        "form": form if has_factor else PasswordProofForm(prefix="proof"),
        "asks": has_factor or takes_password,
        "passkey_form": passkey_form,
        "ceremony": passkeys.request_for(person, origin) if has_factor else None,
        "action": "" if has_factor else reverse("accounts:prove"),
        "needs_setup": level is Level.FACTOR and not has_factor,
        "why_no_link": ways_in.why_shut(person.email, person),
        "to": request.path,
        "back": _back(request),
        "method": request.method,
        "carried": carried(request),
        "has_files": bool(request.FILES),
    }
    return page(request, "accounts/proof.html", context, status=status)


def _asking[**P, R: HttpRequest](view: View[P, R], level: Level) -> View[P, R]:
    @functools.wraps(view)
    def answer(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST" and (shown := question(request, level)):
            return shown
        return view(request, *args, **kwargs)

    answer.asks = level  # type: ignore[attr-defined]
    return answer


def carried(request: Any) -> list[tuple[str, str]]:
    """Return the fields of the request, to be sent again with the proof."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in OWN_FIELDS
        for value in values
    ]


def hold(request: Any, to: str) -> None:
    """Store the request's fields in the session, sealed, until the person may send them again."""
    request.session[_HELD] = seal(_HELD, json.dumps([to, carried(request)]))


def is_holding(session: Any) -> bool:
    """Return True if the session keeps something to be sent again."""
    return _HELD in session


def release(session: Any) -> tuple[str, list[tuple[str, str]]] | None:
    """Return and delete the stored address and fields; None if the session has no such fields."""
    try:
        to, fields = json.loads(unseal(_HELD, session.pop(_HELD, "")))
    except UnopenedError:
        return None
    return to, fields


def _back(request: Any) -> str:
    """Return the page of this host on which the act was asked for."""
    if request.method == "GET":
        return str(request.get_full_path())
    parts = urlsplit(request.headers.get("Referer", ""))
    return local_path(parts.path) if parts.netloc == request.get_host() else "/"
