"""Pages of passkeys: to sign in with, to list, add and remove; the same on every host."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saas.accounts import auth, views
from saas.accounts.factors import views as factors
from saas.accounts.factors.queries import has_factor
from saas.accounts.forms import SignInForm as PasswordSignInForm
from saas.accounts.passkeys import queries, rules
from saas.accounts.passkeys.forms import AddForm, RemoveForm, SignInForm
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import actions as sessions
from saas.accounts.sessions import proofs, stepup
from saas.accounts.sessions.proofs import Level, Way
from saas.accounts.sessions.rules import device_of
from saas.kernel.http import page, see_other


@login_not_required
@require_POST
def signin(request: HttpRequest) -> HttpResponse:
    """Sign a person in by a passkey: a single tap, both factors."""
    form = SignInForm(request.POST)
    origin, network = auth.sign_in_host(request).origin, auth.network_from(request)
    user = form.submit(origin=origin, network=network, at=timezone.now())
    if user is None:
        return views.signin_page(request, PasswordSignInForm(None), passkey_form=form)
    auth.sign_in(request, user, way=Way.PASSKEY)
    return views.in_own_language(see_other(auth.goal_of(request)), request, user)


@require_http_methods(["GET", "POST"])
def passkeys(request: PersonRequest) -> HttpResponseBase:
    """List a person's passkeys; add the passkey of a device after a fresh proof of identity."""
    if "next" in request.GET:
        factors.hold_goal(request)
    status = HTTPStatus.OK if request.method == "GET" else HTTPStatus.UNPROCESSABLE_ENTITY
    return stepup.question(request, Level.FRESH, status=status) or _listed(request)


@require_POST
@stepup.second_factor
def remove(request: PersonRequest) -> HttpResponse:
    """Remove a passkey, after a proof by a second factor."""
    form = RemoveForm(request.POST)
    if form.submit(by=request.user, at=timezone.now()):
        if not has_factor(request.user):
            proofs.forget_factor(request.session)
        messages.success(request, _("Cette clé d’accès est retirée."))
    else:
        messages.error(request, _("Cette clé d’accès est déjà retirée."))
    return see_other("accounts:passkeys")


def _listed(request: PersonRequest) -> HttpResponse:
    now, person, host = timezone.now(), request.user, auth.sign_in_host(request)
    device = device_of(request.headers.get("User-Agent", "")) or _("Un appareil")
    proves = "proof" in request.POST  # the page asked who it is, before it shows the list
    form = AddForm(request.POST if request.method == "POST" and not proves else None)
    codes = form.submit(by=person, origin=host.origin, device=device, at=now)
    if codes is not None:
        proofs.record_factor(request.session, now)
        current = request.session.session_key or ""
        sessions.end_other_sessions(by=person, current=current, at=now)
        if codes:
            factors.hold_codes(request, codes)
            return see_other("accounts:codes")
        messages.success(request, _("Cette clé d’accès ouvre votre compte."))
        return see_other(factors.pop_goal(request) or "accounts:passkeys")
    entries = queries.passkeys_of(person)
    ceremony = rules.creation(
        host.origin,
        reference=person.reference,
        email=person.email,
        name=person.display_name,
        known=entries,
    )
    context = {
        "form": form,
        "passkeys": queries.shown(entries, host.origin),
        "ceremony": ceremony,
        "device": device,
    }
    return page(request, "accounts/passkeys.html", context)
