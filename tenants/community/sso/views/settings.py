"""The pages on which the company's provider is set up."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saas.accounts import auth
from saas.accounts.sessions import stepup
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.http import page, poll_answer, see_other
from tenants.community.sso import actions, forms, queries, rules, wording
from tenants.community.sso.gateway import saml
from tenants.community.sso.models import Provider
from tenants.community.sso.views.signing_in import check_runs, provider_of_space
from tenants.spaces.queries import addresses
from tenants.spaces.requests import MemberRequest


@require_http_methods(["GET", "POST"])
@stepup.fresh
def settings(request: MemberRequest) -> HttpResponse:
    """Show the provider, its health, and the settings for its side; save changes."""
    check_runs(request)
    form = _provider_form(request, request.POST if request.method == "POST" else None)
    if form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est enregistré."))
        return see_other("sso:settings")
    return _settings(request, form=form)


@require_http_methods(["GET", "POST"])
@stepup.fresh
def saml_settings(request: MemberRequest) -> HttpResponse:
    """Show the addresses that a SAML provider needs; take its metadata, which a job reads."""
    check_runs(request)
    form = _saml_form(request, request.POST if request.method == "POST" else None)
    if form.submit(by=request.user, at=timezone.now()):
        return see_other("sso:saml_reading")
    return _saml_page(request, form)


@require_http_methods(["GET", "POST"])
@stepup.fresh
def saml_reading(request: MemberRequest) -> HttpResponse:
    """Wait until pasted metadata are read; show the provider in them, and save it."""
    check_runs(request)
    now, key = timezone.now(), rules.metadata_key(request.user.pk)
    question, answer = queries.way_of("asked", key), queries.way_of("answer", key)
    if question is None or (answer is None and rules.waited_too_long(question["at"], at=now)):
        messages.error(request, _("Ces métadonnées n’ont pas été lues. Collez-les de nouveau."))
        return see_other("sso:saml")
    here = reverse("sso:saml_reading")
    if poll := poll_answer(request, "reading" if answer is None else "read", url=here):
        return poll
    if answer is not None and "failure" in answer:
        form = _saml_form(request, question["typed"])
        form.full_clean()
        form.add_error("metadata", wording.unread_metadata(answer["failure"]))
        return _saml_page(request, form)
    found = saml.Metadata(**answer["metadata"]) if answer else None
    save = forms.SamlReadForm(request.POST if request.method == "POST" and found else None)
    given = {"typed": question["typed"], "metadata": found, "by": request.user, "at": now}
    if save.is_bound and save.submit(**given):
        queries.forget_way(key)
        messages.success(request, _("C’est enregistré."))
        return see_other("sso:settings")
    context = {"nav": "people", "form": save, "found": found, "typed": question["typed"]}
    return page(request, "sso/saml_reading.html", context)


@require_POST
@stepup.fresh
def switch(request: MemberRequest) -> HttpResponse:
    """Turn the company's own way in off, offer it, or require it."""
    provider_of_space(request)
    form = forms.ModeForm(request.POST)
    if found := form.submit(by=request.user, at=timezone.now()):
        is_done = found.mode == form.cleaned_data["mode"]
        done = _("C’est enregistré.")
        waits = _("C’est proposé. Une deuxième personne de l’administration confirme ici.")
        messages.success(request, done if is_done else waits)
        return see_other("sso:settings")
    return _settings(request, mode_form=form)


@require_POST
@stepup.fresh
def unbind(request: MemberRequest) -> HttpResponse:
    """Unbind a member's identity, to let the provider bind another account of theirs."""
    provider_of_space(request)
    form = forms.UnbindForm(request.POST)
    if form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est délié. La prochaine connexion lie de nouveau."))
        return see_other("sso:settings")
    return _settings(request, unbind_form=form)


@require_POST
@stepup.fresh
def remove(request: MemberRequest) -> HttpResponse:
    """Forget the provider."""
    provider_of_space(request)
    try:
        actions.remove(by=request.user, at=timezone.now())
        messages.success(request, _("Le fournisseur est retiré, son secret est effacé."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return see_other("sso:settings")


def _settings(
    request: MemberRequest,
    *,
    form: forms.ProviderForm | None = None,
    mode_form: forms.ModeForm | None = None,
    unbind_form: forms.UnbindForm | None = None,
) -> HttpResponse:
    provider = queries.provider()
    initial = {"mode": provider.mode if provider else ""}
    context = {
        "nav": "people",
        "provider": provider,
        "health": queries.health_of(provider) if provider else None,
        "proven": queries.domains_to_cover(),
        "backs": [auth.origin_at(name) + reverse("sso:callback") for name in _names_of(request)],
        "scim_url": f"{auth.sign_in_host(request).origin}/scim/v2",
        "form": form or _provider_form(request),
        "mode_form": mode_form or forms.ModeForm(initial=initial),
        "unbind_form": unbind_form or forms.UnbindForm(),
    }
    return page(request, "sso/settings.html", context)


def _provider_form(request: MemberRequest, data: Any = None) -> forms.ProviderForm:
    found = queries.provider()
    return forms.ProviderForm(
        data,
        proven=queries.domains_to_cover(),
        found=found if found and found.kind == Provider.Kind.OIDC else None,
        name=found.name if found else request.space.name,
    )


def _names_of(request: MemberRequest) -> list[str]:
    """Return the hosts at which this space signs people in."""
    with schema.in_public():
        hosts = addresses.hosts_of(addresses.tenant_called(request.space.schema_name))
        return [host.domain for host in hosts if host.kind != host.Kind.FORMER]


def _saml_form(request: MemberRequest, data: Any) -> forms.SamlForm:
    found = queries.provider()
    return forms.SamlForm(
        data,
        proven=queries.domains_to_cover(),
        found=found if found and found.kind == Provider.Kind.SAML else None,
        name=found.name if found else request.space.name,
    )


def _saml_page(request: MemberRequest, form: forms.SamlForm) -> HttpResponse:
    origins = [auth.origin_at(name) for name in _names_of(request)]
    context = {
        "nav": "people",
        "form": form,
        "provider": queries.provider(),
        "proven": queries.domains_to_cover(),
        "ours": [(origin + saml.ENTITY, origin + saml.CONSUMER) for origin in origins],
    }
    return page(request, "sso/saml.html", context)
