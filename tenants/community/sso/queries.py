"""The provider and its identities, for pages and sign-ins."""

import contextlib
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from saas.accounts.models import User, normal_email
from saas.kernel import cache, hooks
from saas.kernel.people.personal import PersonalTable, table
from saas.kernel.people.ways_in import CompanyWay
from saas.kernel.secrets import sealed, tokens
from tenants.community.sso import rules, wording
from tenants.community.sso.models import Identity, Provider
from tenants.spaces.models import OwnEmailDomain, OwnTenant, Tenant
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


def provider(*, lock: bool = False) -> Provider | None:
    """Return the provider of this space, open or not."""
    rows = Provider.objects.select_related("proposed_by")
    return (rows.select_for_update(of=("self",)) if lock else rows).first()


def open_provider() -> Provider | None:
    """Return the provider of this space while it lets people in."""
    return Provider.objects.exclude(mode=Provider.Mode.OFF).first()


def is_park() -> bool:
    """Return True if this space belongs to several companies."""
    return OwnTenant.objects.filter(kind=Tenant.Kind.PARK).exists()


def domains_to_cover() -> list[str]:
    """Return the proven mail domains that a provider may cover.

    In a park only domains without a company: the operator of the park must not identify a company's
    employees.
    """
    rows = OwnEmailDomain.objects.order_by("domain")
    rows = rows.filter(company_id=None) if is_park() else rows
    return list(rows.values_list("domain", flat=True))


def covered(found: Provider) -> frozenset[str]:
    """Return a provider's domains that are still proven."""
    return frozenset(found.domains.split()) & frozenset(domains_to_cover())


def company_way() -> CompanyWay | None:
    """Return the company's own way in, for the page of signing in."""
    found = open_provider()
    if found is None:
        return None
    named = ", ".join(f"@{shown(domain)}" for domain in sorted(covered(found)))
    is_required = found.mode == Provider.Mode.REQUIRED
    return CompanyWay(found.name, reverse("sso:start"), named, is_required)


def why_shut(email: str, person: Any) -> str:
    """Return the reason why passwords and links are refused for an address; empty if allowed."""
    found = Provider.objects.filter(mode=Provider.Mode.REQUIRED).first()
    if found is None:
        return ""
    address = normal_email(email)
    duties = hooks.duties_of(person) if person is not None else ()
    shut = rules.is_shut(address, domains=covered(found), duties=duties, is_park=is_park())
    return wording.only_way(address, found.name) if shut else ""


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


def identity_of(issuer: str, subject: str) -> Identity | None:
    """Return the identity with a provider's subject, if any."""
    found = Identity.objects.filter(issuer=issuer, subject=subject)
    return found.select_related("user").first()


def identity_at(person: User, issuer: str) -> Identity | None:
    """Return a provider's word for a member."""
    return Identity.objects.filter(user=person, issuer=issuer).first()


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
