"""The provider and its identities, for pages and sign-ins."""

import contextlib
import datetime as dt
import json
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from saas.accounts.models import User, normal_email
from saas.kernel import cache, hooks
from saas.kernel.people.personal import PersonalTable, table
from saas.kernel.people.ways_in import CompanyWay
from saas.kernel.secrets import sealed, tokens
from tenants.community.sso import wording
from tenants.community.sso.models import Identity, Provider
from tenants.community.sso.rules import signing_in as rules
from tenants.spaces.models import OwnCompany, OwnEmailDomain, OwnTenant, Tenant
from tenants.spaces.rules.addresses import shown

# Lifetimes in the cache: a provider's discovery document, and a sign-in attempt.
DESCRIBED_SECONDS = 3600
WAY_SECONDS = round(rules.LASTS.total_seconds())


class Health(NamedTuple):
    """A provider's recent health: its last success, and its last failure with the reason."""

    worked_at: dt.datetime | None
    failed_at: dt.datetime | None
    failure: str
    is_broken: bool


def provider(number: int, *, lock: bool = False) -> Provider | None:
    """Return a provider of this space, open or not."""
    rows = Provider.objects.select_related("proposed_by").filter(pk=number)
    return (rows.select_for_update(of=("self",)) if lock else rows).first()


def providers_of(company_ids: Collection[int | None]) -> list[Provider]:
    """Return the providers of these owners; None is the whole space."""
    rows = Provider.objects.select_related("proposed_by").order_by("name", "pk")
    return [one for one in rows if one.company_id in company_ids]


def open_provider(number: int) -> Provider | None:
    """Return a provider of this space while it lets people in."""
    return Provider.objects.exclude(mode=Provider.Mode.OFF).filter(pk=number).first()


def only_open_provider() -> Provider | None:
    """Return the provider that lets people in, if there is only one."""
    found = list(Provider.objects.exclude(mode=Provider.Mode.OFF)[:2])
    return found[0] if len(found) == 1 else None


def company_names() -> dict[int, str]:
    """Return the companies of this space by number."""
    return dict(OwnCompany.objects.order_by("name").values_list("pk", "name"))


def is_park() -> bool:
    """Return True if this space belongs to several companies."""
    return OwnTenant.objects.filter(kind=Tenant.Kind.PARK).exists()


def domains_to_cover(company_id: int | None) -> list[str]:
    """Return the proven mail domains that a provider may cover.

    In a park only domains of its owner: the operator of the park must not identify a company's
    employees, nor a company those of another.
    """
    rows = OwnEmailDomain.objects.order_by("domain")
    rows = rows.filter(company_id=company_id) if is_park() else rows
    return list(rows.values_list("domain", flat=True))


def covered(found: Provider) -> frozenset[str]:
    """Return a provider's domains that are still proven."""
    return frozenset(found.domains.split()) & frozenset(domains_to_cover(found.company_id))


def company_ways() -> list[CompanyWay]:
    """Return the companies' own ways in, for the page of signing in."""
    opened = list(Provider.objects.exclude(mode=Provider.Mode.OFF).order_by("name", "pk"))
    if not opened:
        return []
    owned = domains_by_owner()
    return [_way(one, owned) for one in opened]


def domains_by_owner() -> dict[str, int | None]:
    """Return the owner of each proven mail domain: a company of a park, or None."""
    rows = dict(OwnEmailDomain.objects.values_list("domain", "company_id"))
    return rows if is_park() else dict.fromkeys(rows)


def _way(found: Provider, owned: Mapping[str, int | None]) -> CompanyWay:
    proven = {domain for domain, owner in owned.items() if owner == found.company_id}
    named = ", ".join(f"@{shown(domain)}" for domain in sorted(proven & {*found.domains.split()}))
    is_required = found.mode == Provider.Mode.REQUIRED
    return CompanyWay(found.name, reverse("sso:start_at", args=[found.pk]), named, is_required)


def why_shut(email: str, person: Any) -> str:
    """Return the reason why passwords and links are refused for an address; empty if allowed."""
    required = list(Provider.objects.filter(mode=Provider.Mode.REQUIRED).order_by("name", "pk"))
    if not required:
        return ""
    address, owned = normal_email(email), domains_by_owner()
    duties = hooks.duties_of(person) if person is not None else ()
    domain, in_park = address.rpartition("@")[2], is_park()
    for found in required:
        covers = domain in found.domains.split() and owned.get(domain, 0) == found.company_id
        domains = {domain} if covers else set()
        owner = found.company_id
        if rules.is_shut(
            address, domains=domains, duties=duties, company_id=owner, is_park=in_park
        ):
            return wording.only_way(address, found.name)
    return ""


def health_of(found: Provider) -> Health:
    """Return a provider's recent health, with the failure as a sentence."""
    failed, worked = found.failed_at, found.worked_at
    return Health(
        worked,
        failed,
        str(wording.FAILURES.get(found.failure, "")),
        failed is not None and (worked is None or worked < failed),
    )


def person_at(email: str) -> User | None:
    """Return the user with this address, even if their account is closed."""
    return User.objects.filter(email=normal_email(email)).first()


def identity_of(found: Provider, subject: str) -> Identity | None:
    """Return the identity with a provider's subject, if any."""
    rows = Identity.objects.filter(company_id=found.company_id, issuer=found.issuer)
    return rows.filter(subject=subject).select_related("user").first()


def identity_at(found: Provider, person: User) -> Identity | None:
    """Return a member's identity at a provider, if any."""
    rows = Identity.objects.filter(user=person, company_id=found.company_id)
    return rows.filter(issuer=found.issuer).first()


def personal_data(person: User) -> list[PersonalTable]:
    """Return the data of this room about a person, for the copy of their data."""
    return [
        table(
            "identities",
            _("Compte chez le fournisseur d’identité de l’entreprise"),
            Identity.objects.filter(user=person),
            *("issuer", "subject", "bound_at", "used_at", "acr", "proved_at"),
        )
    ]


def known_description(found: Provider) -> rules.Description | None:
    """Return the cached discovery document, if it has not expired.

    Raises rules.BrokenError.
    """
    claims = cache.stored_value(_description_name(found), None)
    if claims is None:
        return None
    return rules.described(claims, found.issuer, local=settings.OIDC_LOCAL_PROVIDERS)


def store_description(found: Provider, claims: Mapping[str, Any]) -> None:
    """Cache a provider's discovery document for a while."""
    cache.store_value(_description_name(found), claims, seconds=DESCRIBED_SECONDS)


def store_way(kind: str, state: str, value: Mapping[str, Any]) -> None:
    """Cache an attempt's question to the provider, or its answer, encrypted."""
    text = sealed.seal(rules.PURPOSE, json.dumps(value))
    cache.store_value(_way_name(kind, state), text, seconds=WAY_SECONDS)


def way_of(kind: str, state: str) -> dict[str, Any] | None:
    """Return the cached question or answer of an attempt."""
    text = cache.stored_value(_way_name(kind, state), None)
    if text is not None:
        with contextlib.suppress(sealed.UnopenedError):
            return dict(json.loads(sealed.unseal(rules.PURPOSE, text)))
    return None


def forget_way(state: str) -> None:
    """Delete the cached start, question and answer of an attempt."""
    for kind in ("begun", "asked", "answer"):
        cache.forget(_way_name(kind, state))


def _description_name(found: Provider) -> str:
    return f"sso:description:{tokens.hashed(found.issuer)}"


def _way_name(kind: str, state: str) -> str:
    return f"sso:{kind}:{tokens.hashed(state)}"
