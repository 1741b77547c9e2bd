"""Pages of tokens and webhooks: a member's own, and those of the space for its administration."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saas.accounts.sessions import stepup
from saas.kernel import hooks
from saas.kernel.http import page, see_other
from tenants.community.integrations import actions, forms, queries, rules
from tenants.community.integrations.models import ApiToken, WebhookEndpoint
from tenants.spaces.requests import MemberRequest


@require_http_methods(["GET", "POST"])
@stepup.fresh
def tokens(request: MemberRequest) -> HttpResponse:
    """List the member's tokens, and create a token; its secret is shown a single time."""
    shown = _token_context(request, ApiToken.Kind.PERSONAL)
    shown["tokens"] = queries.tokens_of(request.user, at=timezone.now())
    return page(request, "integrations/tokens.html", {"nav": "profile", **shown})


@require_POST
def revoke(request: MemberRequest, reference: str) -> HttpResponse:
    """Revoke a token of the member."""
    token = queries.own_token(reference, person=request.user)
    _end(request, token)
    return see_other("integrations:tokens")


@require_http_methods(["GET", "POST"])
@stepup.fresh
def integrations(request: MemberRequest) -> HttpResponse:
    """List the tokens of the space's integrations, and create a token."""
    _check_administers(request)
    shown = _token_context(request, ApiToken.Kind.INTEGRATION)
    shown["tokens"] = queries.integration_tokens(at=timezone.now())
    return page(request, "integrations/integrations.html", {"nav": "people", **shown})


@require_POST
def revoke_integration(request: MemberRequest, reference: str) -> HttpResponse:
    """Revoke a token of an integration, regardless of its creator."""
    _check_administers(request)
    _end(request, queries.integration_token(reference))
    return see_other("integrations:integrations")


@require_http_methods(["GET", "POST"])
@stepup.fresh
def webhooks(request: MemberRequest) -> HttpResponse:
    """List the webhook endpoints, and create an endpoint."""
    _check_administers(request)
    form = forms.EndpointForm(request.POST if request.method == "POST" else None)
    if endpoint := form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est ajouté. Voici son secret."))
        return see_other(f"{endpoint.get_absolute_url()}?secret=1")
    context = {"nav": "people", "form": form, "endpoints": queries.endpoints()}
    return page(request, "integrations/webhooks.html", context)


@require_http_methods(["GET", "POST"])
@stepup.fresh
def webhook(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a webhook with its deliveries; pause it, resume it, renew its secret or try it."""
    endpoint = _endpoint(request, reference)
    form = forms.EndpointActForm(request.POST if request.method == "POST" else None)
    if form.submit(endpoint=endpoint, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est fait."))
        renewed = form.cleaned_data["act"] == "renew"
        return see_other(endpoint.get_absolute_url() + ("?secret=1" if renewed else ""))
    context = {
        "nav": "people",
        "endpoint": endpoint,
        "form": form,
        "deliveries": queries.deliveries_of(endpoint),
        "kinds": [rules.KINDS[kind] for kind in endpoint.kinds.split()],
        "secret": queries.secret_of(endpoint.nonce) if "secret" in request.GET else "",
    }
    return page(request, "integrations/webhook.html", context)


@require_http_methods(["GET", "POST"])
def remove(request: MemberRequest, reference: str) -> HttpResponse:
    """Show the consequences of a webhook's removal, then remove it on POST."""
    endpoint = _endpoint(request, reference)
    if request.method == "POST":
        actions.remove_endpoint(endpoint=endpoint, by=request.user, at=timezone.now())
        messages.success(request, _("L’adresse n’est plus prévenue."))
        return see_other("integrations:webhooks")
    context = {"nav": "people", "endpoint": endpoint}
    return page(request, "integrations/remove.html", context)


@require_POST
def replay(request: MemberRequest, reference: str, number: int) -> HttpResponse:
    """Send a delivery again."""
    endpoint = _endpoint(request, reference)
    delivery = queries.delivery_of(endpoint, number)
    if delivery is None:
        raise Http404
    actions.replay(delivery=delivery, by=request.user, at=timezone.now())
    messages.success(request, _("L’envoi repart."))
    return see_other(endpoint)


def _token_context(request: MemberRequest, kind: str) -> dict[str, Any]:
    """Return the form of a token; after a creation, an empty form and the new token."""
    form = forms.TokenForm(request.POST if request.method == "POST" else None, kind=kind)
    created = form.submit(by=request.user, at=timezone.now())
    return {"form": forms.TokenForm(kind=kind) if created else form, "made": created}


def _end(request: MemberRequest, token: ApiToken | None) -> None:
    if token is None:
        raise Http404
    actions.revoke_token(token=token, by=request.user, at=timezone.now())
    messages.success(request, _("Le jeton ne sert plus."))


def _endpoint(request: MemberRequest, reference: str) -> WebhookEndpoint:
    _check_administers(request)
    endpoint = queries.endpoint_named(reference)
    if endpoint is None:
        raise Http404
    return endpoint


def _check_administers(request: MemberRequest) -> None:
    rules.check_administers(hooks.duties_of(request.user))
