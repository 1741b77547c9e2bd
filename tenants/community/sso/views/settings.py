"""The pages on which the companies' providers are set up."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from saas.accounts import auth
from saas.accounts.sessions import stepup
from saas.kernel import hooks, schema
from saas.kernel.errors import Refused
from saas.kernel.http import page, poll_answer, see_other
from tenants.community.sso import actions, forms, queries, wording
from tenants.community.sso.gateway import saml
from tenants.community.sso.models import Provider
from tenants.community.sso.rules import setting_up
from tenants.community.sso.rules import signing_in as rules
from tenants.community.sso.views.signing_in import callback_path, provider_to_set_up
from tenants.spaces.queries import addresses
from tenants.spaces.requests import MemberRequest


class Owner(NamedTuple):
    """The whole space or a company of a park, with its providers and proven domains."""

    company_id: int | None
    name: str
    providers: list[Provider]
    proven: list[str]

    @property
    def query(self) -> str:
        """The part of an address that names the company, for a new provider."""
        return f"?company={self.company_id}" if self.company_id else ""


@require_safe
def settings(request: MemberRequest) -> HttpResponse:
    """Show the providers of each owner that the person administers."""
    owners = _owners(request)
    found = queries.providers_of([one.company_id for one in owners])
    context = {
        "nav": "people",
        "owners": [
            one._replace(providers=[row for row in found if row.company_id == one.company_id])
            for one in owners
        ],
        "runs_all": owners[0].company_id is None,
        "scim_url": f"{auth.sign_in_host(request).origin}/scim/v2",
    }
    return page(request, "sso/settings.html", context)


@require_safe
def provider(request: MemberRequest, number: int) -> HttpResponse:
    """Show a provider, its health, and its switch."""
    return _provider(request, provider_to_set_up(request, number))


@require_http_methods(["GET", "POST"])
@stepup.fresh
def openid(request: MemberRequest, number: int | None = None) -> HttpResponse:
    """Show the addresses that an OpenID provider needs; save its description."""
    found, owner = _described(request, number, Provider.Kind.OIDC)
    form = forms.ProviderForm(
        request.POST if request.method == "POST" else None,
        proven=owner.proven,
        found=found,
        name=found.name if found else owner.name,
    )
    if saved := _submitted(request, form, number=number, owner=owner):
        return see_other("sso:provider", saved.pk)
    path = callback_path(owner.company_id)
    context = {
        "nav": "people",
        "form": form,
        "provider": found,
        "owner": owner,
        "backs": [auth.origin_at(name) + path for name in _names_of(request)],
    }
    return page(request, "sso/openid.html", context)


@require_http_methods(["GET", "POST"])
@stepup.fresh
def saml_settings(request: MemberRequest, number: int | None = None) -> HttpResponse:
    """Show the addresses that a SAML provider needs; take its metadata, which a job reads."""
    data = request.POST if request.method == "POST" else None
    form, found, owner = _saml_form(request, number, data)
    given = {"number": number, "company_id": owner.company_id}
    if form.submit(**given, by=request.user, at=timezone.now()):
        return see_other("sso:saml_reading")
    return _saml_page(request, form, found, owner=owner)


@require_http_methods(["GET", "POST"])
@stepup.fresh
def saml_reading(request: MemberRequest) -> HttpResponse:
    """Wait until pasted metadata are read; show the provider in them, and save it."""
    _owners(request)
    now, key = timezone.now(), rules.metadata_key(request.user.pk)
    question, answer = queries.way_of("asked", key), queries.way_of("answer", key)
    if question is None or (answer is None and rules.waited_too_long(question["at"], at=now)):
        messages.error(request, _("Ces métadonnées n’ont pas été lues. Collez-les de nouveau."))
        return see_other("sso:settings")
    here, number = reverse("sso:saml_reading"), question["number"]
    if poll := poll_answer(request, "reading" if answer is None else "read", url=here):
        return poll
    if answer is not None and "failure" in answer:
        form, described, owner = _saml_form(
            request, number, question["typed"], company_id=question["company_id"]
        )
        form.full_clean()
        form.add_error("metadata", wording.unread_metadata(answer["failure"]))
        return _saml_page(request, form, described, owner=owner)
    found = saml.Metadata(**answer["metadata"]) if answer else None
    save = forms.SamlReadForm(request.POST if request.method == "POST" and found else None)
    given = {"number": number, "company_id": question["company_id"]}
    given |= {"typed": question["typed"], "metadata": found, "by": request.user, "at": now}
    if save.is_bound and (saved := save.submit(**given)):
        queries.forget_way(key)
        messages.success(request, _("C’est enregistré."))
        return see_other("sso:provider", saved.pk)
    context = {"nav": "people", "form": save, "found": found, "typed": question["typed"]}
    return page(request, "sso/saml_reading.html", context)


@require_POST
@stepup.fresh
def switch(request: MemberRequest, number: int) -> HttpResponse:
    """Turn a provider off, offer it, or require it."""
    row = provider_to_set_up(request, number)
    form = forms.ModeForm(request.POST)
    if found := form.submit(number=number, by=request.user, at=timezone.now()):
        is_done = found.mode == form.cleaned_data["mode"]
        done = _("C’est enregistré.")
        waits = _("C’est proposé. Une deuxième personne de l’administration confirme ici.")
        messages.success(request, done if is_done else waits)
        return see_other("sso:provider", number)
    return _provider(request, row, mode_form=form)


@require_POST
@stepup.fresh
def groups(request: MemberRequest, number: int) -> HttpResponse:
    """Save the groups that give roles."""
    row = provider_to_set_up(request, number)
    form = forms.GroupsForm(request.POST, found=row)
    if form.submit(number=number, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est enregistré, à partir des prochaines connexions."))
        return see_other("sso:provider", number)
    return _provider(request, row, groups_form=form)


@require_POST
@stepup.fresh
def unbind(request: MemberRequest, number: int) -> HttpResponse:
    """Unbind a member's identity, to let the provider bind another account of theirs."""
    row = provider_to_set_up(request, number)
    form = forms.UnbindForm(request.POST)
    if form.submit(number=number, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est délié. La prochaine connexion lie de nouveau."))
        return see_other("sso:provider", number)
    return _provider(request, row, unbind_form=form)


@require_POST
@stepup.fresh
def remove(request: MemberRequest, number: int) -> HttpResponse:
    """Delete a provider."""
    provider_to_set_up(request, number)
    try:
        actions.remove(number=number, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return see_other("sso:provider", number)
    messages.success(request, _("Le fournisseur est retiré, son secret est effacé."))
    return see_other("sso:settings")


def _provider(
    request: MemberRequest,
    found: Provider,
    *,
    mode_form: forms.ModeForm | None = None,
    groups_form: forms.GroupsForm | None = None,
    unbind_form: forms.UnbindForm | None = None,
) -> HttpResponse:
    context = {
        "nav": "people",
        "provider": found,
        "health": queries.health_of(found),
        "former": _former_host(request, found),
        "company": queries.company_names().get(found.company_id or 0, ""),
        "mode_form": mode_form or forms.ModeForm(initial={"mode": found.mode}),
        "groups_form": groups_form or forms.GroupsForm(found=found),
        "unbind_form": unbind_form or forms.UnbindForm(),
    }
    return page(request, "sso/provider.html", context)


def _owners(request: MemberRequest) -> list[Owner]:
    """Return the owners whose providers a person sets up. Raises NotAllowed."""
    duties, is_park = hooks.duties_of(request.user), request.space.is_park
    names = queries.company_names() if is_park else {}
    domains = queries.domains_by_owner()
    return [
        Owner(
            company_id,
            names.get(company_id or 0, request.space.name),
            [],
            sorted(domain for domain, owner in domains.items() if owner == company_id),
        )
        for company_id in setting_up.owners(duties, is_park=is_park)
    ]


def _saml_form(
    request: MemberRequest, number: int | None, data: Any, *, company_id: int | None = None
) -> tuple[forms.SamlForm, Provider | None, Owner]:
    """Return the form of a SAML provider, with the provider and its owner."""
    found, owner = _described(request, number, Provider.Kind.SAML, company_id=company_id)
    name = found.name if found else owner.name
    form = forms.SamlForm(data, proven=owner.proven, found=found, name=name)
    return form, found, owner


def _saml_page(
    request: MemberRequest, form: forms.SamlForm, found: Provider | None, *, owner: Owner
) -> HttpResponse:
    origins = [auth.origin_at(name) for name in _names_of(request)]
    action = reverse("sso:saml", args=[found.pk]) if found else reverse("sso:add_saml")
    context = {
        "nav": "people",
        "form": form,
        "action": action if found else action + owner.query,
        "provider": found,
        "owner": owner,
        "ours": [(origin + saml.ENTITY, origin + saml.CONSUMER) for origin in origins],
    }
    return page(request, "sso/saml.html", context)


def _described(
    request: MemberRequest, number: int | None, kind: str, *, company_id: int | None = None
) -> tuple[Provider | None, Owner]:
    """Return the provider to describe, and its owner; a new provider's is named by the query."""
    owners = {one.company_id: one for one in _owners(request)}
    if number is not None:
        found = provider_to_set_up(request, number)
        if found.kind != kind:
            raise Http404
        return found, owners[found.company_id]
    named = request.GET.get("company", "")
    wanted = int(named) if named.isascii() and named.isdigit() else company_id
    return None, owners.get(wanted) or next(iter(owners.values()))


def _submitted(request: MemberRequest, form: Any, *, number: int | None, owner: Owner) -> Any:
    done = form.submit(
        number=number, company_id=owner.company_id, by=request.user, at=timezone.now()
    )
    if done:
        messages.success(request, _("C’est enregistré."))
    return done


def _former_host(request: MemberRequest, found: Provider) -> str:
    """Return the host at which a provider was tested, if the space has left it."""
    origins = [auth.origin_at(name) for name in _names_of(request)]
    return found.origin if found.origin and found.origin not in origins else ""


def _names_of(request: MemberRequest) -> list[str]:
    """Return the hosts at which this space signs people in."""
    with schema.in_public():
        hosts = addresses.hosts_of(addresses.tenant_called(request.space.schema_name))
        return [host.domain for host in hosts if host.kind != host.Kind.FORMER]
