"""Pages of the second factor: set up, given at sign-in, removed; the same on every host."""

import json
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from saas.accounts import auth
from saas.accounts.factors import actions, queries, requirement, rules
from saas.accounts.factors.forms import CodeForm, RemoveForm, SetUpForm
from saas.accounts.passkeys import queries as passkeys
from saas.accounts.passkeys.forms import ProofForm
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import actions as sessions
from saas.accounts.sessions import proofs, stepup
from saas.accounts.sessions.proofs import Level
from saas.kernel.display import qr
from saas.kernel.http import page, see_other
from saas.kernel.secrets.hashing import takes_password
from saas.kernel.secrets.sealed import UnopenedError, seal, unseal

_NEW_SECRET, _NEW_CODES, _NEXT = "new_factor", "new_codes", "after_factor"


@require_http_methods(["GET", "POST"])
def factor(request: PersonRequest) -> HttpResponseBase:
    """Show the second factor, or set up a new factor after a fresh proof of identity."""
    found = queries.factor_of(request.user)
    is_adding_app = found is not None and not found.secret and "app" in request.GET
    if found is not None and not is_adding_app:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else None
        context: dict[str, Any] = {"factor": found, "codes_left": len(found.recovery_hashes)}
        return page(request, "accounts/factor.html", context, status=status)
    if "next" in request.GET:
        hold_goal(request)
    status = HTTPStatus.OK if request.method == "GET" else HTTPStatus.UNPROCESSABLE_ENTITY
    return stepup.question(request, Level.FRESH, status=status) or _set_up(request)


@require_http_methods(["GET", "POST"])
def code(request: PersonRequest) -> HttpResponse:
    """Check the second-factor code of a new session, then redirect to the requested page."""
    if not proofs.is_due(request.session):
        return see_other(auth.goal_of(request))
    now, origin = timezone.now(), auth.sign_in_host(request).origin
    by_passkey = "passkey" in request.POST
    form = CodeForm(request.POST if request.method == "POST" and not by_passkey else None)
    passkey_form = ProofForm(request.POST if by_passkey else None)
    if form.submit(by=request.user, at=now) or passkey_form.submit(
        by=request.user, origin=origin, at=now
    ):
        request.session.cycle_key()
        proofs.record_factor(request.session, now)
        return see_other(auth.goal_of(request))
    factor = queries.factor_of(request.user)
    context = {
        "form": form,
        "passkey_form": passkey_form,
        "ceremony": passkeys.request_for(request.user, origin),
        "has_app": bool(factor and factor.secret),
        "next": auth.goal_of(request),
    }
    return page(request, "accounts/code.html", context)


@require_http_methods(["GET", "POST"])
def wanted_factor(request: PersonRequest) -> HttpResponse:
    """Show that the space requires a second factor, and from when on; POST goes on until then."""
    need = requirement.need_of(request, timezone.now())
    goal = auth.goal_of(request)
    if need is None:
        return see_other(goal)
    if request.method == "POST" and not need.is_over:
        proofs.postpone_factor(request.session)
        return see_other(goal)
    context = {"need": need, "next": goal}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else None
    return page(request, "accounts/wanted_factor.html", context, status=status)


@require_http_methods(["GET", "POST"])
@stepup.second_factor
def codes(request: PersonRequest) -> HttpResponse:
    """Show new recovery codes a single time; create new codes on POST."""
    if request.method == "POST":
        made = actions.renew_codes(by=request.user, at=timezone.now())
        hold_codes(request, made)
        return see_other("accounts:codes")
    held = _held(request, _NEW_CODES)
    request.session.pop(_NEW_CODES, None)
    if not held:
        return redirect("accounts:factor")
    goal = pop_goal(request) or auth.sign_in_host(request).landing
    context = {"codes": json.loads(held), "next": goal}
    return page(request, "accounts/codes.html", context)


@takes_password
@require_http_methods(["GET", "POST"])
def remove(request: PersonRequest) -> HttpResponse:
    """Remove the second factor, for the password and a code."""
    now = timezone.now()
    by_link = auth.came_by_link_just_now(request)
    has_password = request.user.has_usable_password()
    typed = request.POST if request.method == "POST" else None
    form = RemoveForm(typed, asks_password=has_password and not by_link)
    if form.submit(by=request.user, proven=by_link, at=now):
        proofs.forget_factor(request.session)
        messages.success(request, _("Votre second facteur est retiré. Un e-mail vous le confirme."))
        return see_other("accounts:factor")
    context = {
        "form": form,
        "is_there": queries.has_factor(request.user),
        "needs_link": not has_password and not by_link,
    }
    return page(request, "accounts/remove_factor.html", context)


def _set_up(request: PersonRequest) -> HttpResponse:
    """Show the secret as a QR code and as text, and take the first code of the app."""
    now, host = timezone.now(), auth.sign_in_host(request)
    secret = _held(request, _NEW_SECRET)
    if not secret:
        secret = rules.new_secret()
        _hold(request, _NEW_SECRET, secret)
    form = SetUpForm(request.POST if request.method == "POST" else None)
    made = form.submit(by=request.user, secret=secret, at=now)
    if made is not None:
        del request.session[_NEW_SECRET]
        proofs.record_factor(request.session, now)
        current = request.session.session_key or ""
        sessions.end_other_sessions(by=request.user, current=current, at=now)
        hold_codes(request, made)
        return see_other("accounts:codes")
    address = rules.address_of(secret, email=request.user.email, place=host.place)
    context = {"form": form, "qr": qr.data_uri(address), "secret": rules.spaced(secret)}
    return page(request, "accounts/factor_setup.html", context)


def hold_codes(request: PersonRequest, codes: list[str]) -> None:
    """Keep new recovery codes for the page that shows them once."""
    _hold(request, _NEW_CODES, json.dumps(codes))


def hold_goal(request: PersonRequest) -> None:
    """Keep the page that was wanted before a factor is set up."""
    request.session[_NEXT] = auth.goal_of(request)


def pop_goal(request: PersonRequest) -> str:
    """Return and forget the page that was wanted before a factor was set up."""
    return str(request.session.pop(_NEXT, ""))


def _hold(request: PersonRequest, name: str, text: str) -> None:
    request.session[name] = seal(name, text)


def _held(request: PersonRequest, name: str) -> str:
    """Return a value sealed in this session; an empty string if the keys have changed."""
    try:
        return unseal(name, request.session.get(name, ""))
    except UnopenedError:
        return ""
