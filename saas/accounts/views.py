"""Pages of getting in and out, the same on every host."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import translate_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from saas.accounts import actions, auth, queries, rules
from saas.accounts.forms import LinkForm, PasswordForm, PreferencesForm, SignInForm
from saas.accounts.models import User
from saas.accounts.passkeys import rules as passkeys
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions.proofs import Way
from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from saas.kernel.people import ways_in
from saas.kernel.secrets.hashing import takes_password

_A_YEAR = 365 * 24 * 3600


@takes_password
@login_not_required
@require_http_methods(["GET", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """Sign a person in by address and password, or offer to mail a link."""
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(auth.goal_of(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    user = form.submit(**auth.caller_of(request), at=timezone.now())
    if user is None:
        return signin_page(request, form)
    auth.sign_in(request, user)
    return in_own_language(see_other(auth.goal_of(request)), request, user)


@login_not_required
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """Mail a link if the address has an account; the response is the same for every address."""
    if request.method == "GET":
        return page(request, "accounts/link_sent.html", {"minutes": rules.MAILED.seconds // 60})
    form = LinkForm(request.POST)
    is_sent = form.submit(
        host=auth.sign_in_host(request),
        **auth.caller_of(request),
        leads_to=request.POST.get("next", ""),
        at=timezone.now(),
    )
    return see_other("accounts:link") if is_sent else signin_page(request, form)


@csrf_exempt  # a page of another host has no CSRF token of this host: `is_own_press` checks
@login_not_required
@require_http_methods(["GET", "POST"])
@auth.never_referred
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Show the owner of a pass; only a button on our pages uses it and opens the session."""
    try:
        entry = rules.check_usable(queries.pass_of(token), timezone.now())
        pressed = request.method == "POST"
        if not pressed or not auth.is_own_press(request, entry):
            context = {"entry": entry, "pressed_elsewhere": pressed}
            return page(request, "accounts/enter.html", context, status=403 if pressed else None)
        user = actions.use_pass(token=token, at=timezone.now())
    except Refused as refusal:
        context = {"sentence": refusal.sentence}
        return page(request, "accounts/enter_refused.html", context, status=422)
    auth.sign_in(request, user, way=Way.LINK)
    landing = see_other(entry.leads_to or auth.sign_in_host(request).landing)
    return in_own_language(landing, request, user)


@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    auth.sign_out(request)
    return see_other("accounts:signin")


@login_not_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep a language (and a member's theme), then go back to the page."""
    form = PreferencesForm(request.POST)
    if request.user.is_authenticated:
        form.submit(by=request.user, at=timezone.now())
    language = form.cleaned_data.get("language") if form.is_valid() else ""
    goal = auth.goal_of(request)
    response = see_other(translate_url(goal, language) if language else goal)
    if language and not request.user.is_authenticated:
        _remember_language(response, language)
    return response


@takes_password
@require_http_methods(["GET", "POST"])
def password(request: PersonRequest) -> HttpResponse:
    """Set or change the password."""
    by_link = auth.came_by_link_just_now(request)
    has_password = request.user.has_usable_password()
    asks_current = has_password and not by_link
    typed = request.POST if request.method == "POST" else None
    form = PasswordForm(typed, asks_current=asks_current)
    user = form.submit(by=request.user, proven=by_link, at=timezone.now())
    if user is None:
        needs_link = not has_password and not by_link
        why = ways_in.why_shut(request.user.email, request.user)
        context = {"form": form, "needs_link": needs_link, "why_no_link": why}
        return page(request, "accounts/password.html", context)
    auth.retain_session(request, user)
    messages.success(request, _("Votre mot de passe est enregistré."))
    return see_other(auth.sign_in_host(request).landing)


def signin_page(
    request: HttpRequest, form: SignInForm | LinkForm, *, passkey_form: Any = None
) -> HttpResponse:
    """Return the page of signing in, with the ways of this host."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    host = auth.sign_in_host(request)
    context = {
        "form": form,
        "host": host,
        "next": rules.local_path(wanted),
        "company_ways": ways_in.offered(),
        "passkey_form": passkey_form,
        "ceremony": passkeys.request(host.origin),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if passkey_form else None
    return page(request, "accounts/signin.html", context, status=status)


def in_own_language(response: HttpResponse, request: HttpRequest, user: User) -> HttpResponse:
    """Let the account speak the language that was chosen before signing in; forget its cookie."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in dict(settings.LANGUAGES):
        actions.choose_preferences(by=user, language=chosen, theme=user.theme, at=timezone.now())
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response


def _remember_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_A_YEAR,
        secure=True,
        httponly=True,
        samesite="Lax",
    )
