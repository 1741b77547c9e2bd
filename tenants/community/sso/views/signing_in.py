"""The way to the company's provider and back."""

import datetime as dt
import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from saas.accounts import auth
from saas.accounts.models import as_any
from saas.accounts.rules import local_path
from saas.accounts.sessions.proofs import Way
from saas.kernel import hooks, schema
from saas.kernel.errors import Refused
from saas.kernel.http import page, poll_answer, see_other
from saas.kernel.web.taking_turns import takes_turn
from tenants.community.sso import actions, queries, wording
from tenants.community.sso.gateway import saml
from tenants.community.sso.models import Provider
from tenants.community.sso.rules import setting_up
from tenants.community.sso.rules import signing_in as rules
from tenants.spaces.queries import addresses
from tenants.spaces.requests import MemberRequest, SpaceRequest

# This browser's attempts begun, and those with an answer being verified.
_ATTEMPTS, _PROVING = "sso_attempts", "sso_proving"


@login_not_required
@takes_turn
@require_GET
def start(request: SpaceRequest) -> HttpResponse:
    """Redirect a person to the only provider of the space."""
    return _begin(request, queries.only_open_provider())


@login_not_required
@takes_turn
@require_GET
def start_at(request: SpaceRequest, number: int) -> HttpResponse:
    """Redirect a person to the provider of their company."""
    return _begin(request, queries.open_provider(number))


def _begin(request: SpaceRequest, provider: Provider | None) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(auth.goal_of(request))
    if provider is None:
        raise Http404
    try:
        return _leave(request, provider, is_test=False)
    except (Refused, rules.BrokenError) as refusal:
        return _failed(request, refusal, provider=provider, wanted=request.GET.get("next", ""))


@login_not_required
@takes_turn
@require_GET
@auth.never_referred
def callback(request: SpaceRequest, company_id: int | None = None) -> HttpResponse:
    """Queue the verification of the provider's redirect, while a page of ours waits."""
    attempt, now = None, timezone.now()
    state = request.GET.get("state", "")
    try:
        attempt = rules.check_attempt(_taken(request, _ATTEMPTS, state), at=now)
        provider = rules.check_there(_provider_of(request, attempt))
        rules.check_came_back(attempt, provider, company_id)
        described = queries.known_description(provider)
        names_itself = described is not None and described.names_itself
        code = rules.code_of(request.GET, provider.issuer, names_itself=names_itself)
        actions.ask(attempt=attempt, state=state, code=code, at=now)
    except (Refused, rules.BrokenError) as refusal:
        return _failed(request, refusal, attempt=attempt)
    _keep(request, _PROVING, state, value=[*attempt, now.timestamp()])
    return see_other("sso:wait", state)


@csrf_exempt  # posted from the provider's page; the session that began counts, on the next page
@login_not_required
@takes_turn
@require_POST
@auth.never_referred
def consume(request: SpaceRequest) -> HttpResponse:
    """Queue the verification of a posted SAML response.

    A browser sends no session with a form of another site: the next page compares them.
    """
    state = request.POST.get("RelayState", "")
    try:
        response = request.POST.get("SAMLResponse", "")
        actions.receive_saml(state=state, response=response, at=timezone.now())
    except Refused as refusal:
        return _failed(request, refusal)
    return see_other("sso:wait", state)


@login_not_required
@require_GET
def metadata(request: SpaceRequest) -> HttpResponse:
    """Describe this service to a SAML provider."""
    text = saml.our_metadata(auth.sign_in_host(request).origin)
    return HttpResponse(text, content_type="application/samlmetadata+xml")


@login_not_required
@require_GET
@auth.never_referred
def wait(request: SpaceRequest, state: str) -> HttpResponse:
    """Wait for the provider, then redirect the browser to it, or sign the person in."""
    proving = request.session.get(_PROVING, {}).get(state) or _posted(request, state)
    begun = proving[:-1] if proving else request.session.get(_ATTEMPTS, {}).get(state)
    attempt, now = None, timezone.now()
    try:
        attempt = rules.check_attempt(begun, at=now)
        asked_at = proving[-1] if proving else attempt.begun
        answer = queries.way_of("answer", state)
        if answer is None and not rules.waited_too_long(asked_at, at=now):
            return _waiting(request)
        if url := poll_answer(request, "answered", url=request.path):
            return url
        if proving:
            _taken(request, _PROVING, state)
            queries.forget_way(state)
            return _enter(request, attempt, rules.vouched_in(answer))
        rules.check_described(answer)
        return _lead(_provider_of(request, attempt), attempt, state)
    except (Refused, rules.BrokenError) as refusal:
        return _failed(request, refusal, attempt=attempt)


@require_GET
def test(request: MemberRequest, number: int) -> HttpResponse:
    """Redirect an administrator to a provider and back, without a sign-in."""
    provider = provider_to_set_up(request, number)
    try:
        return _leave(request, provider, is_test=True)
    except (Refused, rules.BrokenError) as refusal:
        return _failed(request, refusal, provider=provider, is_test=True)


def _leave(request: Any, provider: Provider, *, is_test: bool) -> HttpResponse:
    """Begin an attempt, which only this session may end, and lead to the provider's page.

    Where that page is, the fetcher asks if it was not asked lately; a test asks each time.
    """
    now = timezone.now()
    actions.count_try(network=auth.network_from(request), at=now)
    is_saml = provider.kind == Provider.Kind.SAML
    back = _known_origin(request, provider, is_test=is_test, at=now)
    back += reverse("sso:consume") if is_saml else callback_path(provider.company_id)
    wanted = local_path(request.GET.get("next", ""))
    attempt = rules.new_attempt(provider, back=back, wanted=wanted, is_test=is_test, at=now)
    state = secrets.token_urlsafe(32)
    _keep(request, _ATTEMPTS, state, value=[*attempt])
    if is_saml:
        actions.begin_saml(attempt=attempt, state=state, at=now)
        return HttpResponseRedirect(saml.page_url(provider, attempt, state=state))
    if not is_test and queries.known_description(provider):
        return _lead(provider, attempt, state)
    actions.ask(attempt=attempt, state=state, at=now)
    return see_other("sso:wait", state)


def _known_origin(request: Any, provider: Provider, *, is_test: bool, at: dt.datetime) -> str:
    """Return the origin that a provider leads back to.

    After a move of the space it is the former host, which redirects, until a test succeeds at the
    new host or the time is over.
    """
    here = auth.sign_in_host(request).origin
    if is_test or provider.origin in {"", here}:
        return here
    name = request.space.schema_name
    with schema.in_public():
        left = addresses.hosts_left_since(name, at - rules.FORMER_HOST_FOR)
    return provider.origin if provider.origin in map(auth.origin_at, left) else here


def _lead(provider: Provider | None, attempt: rules.Attempt, state: str) -> HttpResponse:
    """Lead to the page that the provider names."""
    provider = rules.check_there(provider)
    description = queries.known_description(provider) or rules.broken("silent")
    return HttpResponseRedirect(
        rules.page_url(description, attempt, client_id=provider.client_id, state=state)
    )


def _enter(request: Any, attempt: rules.Attempt, vouched: rules.Vouched) -> HttpResponse:
    """Sign in the person identified by the provider, or record a successful test."""
    now = timezone.now()
    if attempt.is_test:
        actions.record_test(
            number=attempt.provider,
            vouched=vouched,
            origin=auth.sign_in_host(request).origin,
            by=as_any(request.user),
            at=now,
        )
        messages.success(
            request,
            _("Le test a réussi : le fournisseur vous reconnaît par %(email)s.")
            % {"email": vouched.email},
        )
        return see_other("sso:provider", attempt.provider)
    language = get_language() or "fr"
    user = actions.recognise(number=attempt.provider, vouched=vouched, language=language, at=now)
    auth.sign_in(request, user, way=Way.COMPANY, is_strong=vouched.is_strong)
    lasts = rules.SESSION_LASTS
    request.session.limit(idle=lasts, absolute=lasts, at=now)
    return see_other(attempt.wanted or auth.sign_in_host(request).landing)


def _waiting(request: Any) -> HttpResponse:
    if answer := poll_answer(request, "waiting", url=request.path):
        return answer
    return page(request, "sso/wait.html", {"again": f"{request.path}?seen=waiting"})


def _keep(request: Any, name: str, state: str, *, value: list[Any]) -> None:
    """Keep an attempt in the session, the last few of this browser."""
    entries = list(request.session.get(name, {}).items())[1 - rules.MOST_ATTEMPTS :]
    request.session[name] = dict([*entries, (state, value)])


def _posted(request: Any, state: str) -> list[Any] | None:
    """Return this browser's attempt with a SAML response being verified, marked as such."""
    question = queries.way_of("asked", state)
    if not question or not question["code"]:
        return None
    begun = _taken(request, _ATTEMPTS, state)
    if begun is None:
        return None
    proving = [*begun, question["at"]]
    _keep(request, _PROVING, state, value=proving)
    return proving


def _taken(request: Any, name: str, state: str) -> Any:
    """Take an attempt out of the session: it serves once."""
    begun = dict(request.session.get(name, {}))
    stored = begun.pop(state, None)
    if stored is not None:
        request.session[name] = begun
    return stored


def _provider_of(request: Any, attempt: rules.Attempt) -> Provider | None:
    """Return the provider of an attempt: an administrator can test a provider not yet open."""
    if not attempt.is_test:
        return queries.open_provider(attempt.provider)
    return provider_to_set_up(request, attempt.provider)


def _failed(
    request: Any,
    refusal: Refused | rules.BrokenError,
    *,
    attempt: rules.Attempt | None = None,
    provider: Provider | None = None,
    is_test: bool = False,
    wanted: str = "",
) -> HttpResponse:
    """Show why the sign-in failed, and record it if it was the provider's failure."""
    is_test = is_test or (attempt is not None and attempt.is_test)
    number = attempt.provider if attempt else provider.pk if provider else 0
    if isinstance(refusal, Refused):
        sentence = refusal.sentence
    else:
        if is_test or refusal.kind not in wording.OF_A_PERSON:
            actions.record_failure(number=number, kind=refusal.kind, at=timezone.now())
        why = wording.FAILURES[refusal.kind]
        sentence = str(why) if is_test else wording.why_nobody_came(refusal.kind)
    if is_test:
        messages.error(request, sentence)
        return see_other("sso:provider", number)
    context = {
        "sentence": sentence,
        "next": local_path(attempt.wanted if attempt else wanted),
        "company_ways": queries.company_ways(),
    }
    return page(request, "sso/failed.html", context, status=422)


def provider_to_set_up(request: MemberRequest, number: int) -> Provider:
    """Return a provider for an administrator of its owner. Raises Http404, NotAllowed."""
    duties, is_park = hooks.duties_of(request.user), request.space.is_park
    owners = setting_up.owners(duties, is_park=is_park)
    provider = queries.provider(number)
    if provider is None or provider.company_id not in owners:
        raise Http404
    return provider


def callback_path(company_id: int | None) -> str:
    """Return the path to which providers of an owner return."""
    if company_id is None:
        return reverse("sso:callback")
    return reverse("sso:callback_of", args=[company_id])
