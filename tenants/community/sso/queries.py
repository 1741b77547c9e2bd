"""The provider and whom it knows, as pages and sign-ins read them."""

import datetime as dt
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from saas.accounts.models import User, normal_email
from saas.kernel import hooks
from saas.kernel.people.personal import PersonalTable, table
from saas.kernel.people.ways_in import CompanyWay
from tenants.community.sso import rules, wording
from tenants.community.sso.models import Identity, Provider
from tenants.spaces.models import OwnEmailDomain, OwnTenant, Tenant
from tenants.spaces.rules.addresses import shown


class Health(NamedTuple):
    """How a provider has done lately: when it last let somebody in, when and why it did not."""

    worked_at: dt.datetime | None
    failed_at: dt.datetime | None
    failure: str
    is_broken: bool


def provider(*, lock: bool = False) -> Provider | None:
    """Return the provider of this space, open or not."""
    rows = Provider.objects.all()
    return (rows.select_for_update() if lock else rows).first()


def open_provider() -> Provider | None:
    """Return the provider of this space while it lets people in."""
    return Provider.objects.exclude(mode=Provider.Mode.OFF).first()


def is_park() -> bool:
    """Say whether this space is several companies'."""
    return OwnTenant.objects.filter(kind=Tenant.Kind.PARK).exists()


def domains_to_cover() -> list[str]:
    """List the proven mail domains for which a provider may vouch.

    In a park those of all of it: a company's people are not vouched for by whoever runs the park.
    """
    rows = OwnEmailDomain.objects.order_by("domain")
    rows = rows.filter(company_id=None) if is_park() else rows
    return list(rows.values_list("domain", flat=True))


def covered(found: Provider) -> frozenset[str]:
    """Return the domains for which a provider vouches and that are still proven."""
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
    """Say why passwords and links do not let somebody in; nothing where they do."""
    found = Provider.objects.filter(mode=Provider.Mode.REQUIRED).first()
    if found is None:
        return ""
    address = normal_email(email)
    duties = hooks.duties_of(person) if person is not None else ()
    shut = rules.is_shut(address, domains=covered(found), duties=duties, is_park=is_park())
    return wording.only_way(address, found.name) if shut else ""


def health_of(found: Provider) -> Health:
    """Say how a provider has done lately, in words."""
    failed, worked = found.failed_at, found.worked_at
    return Health(
        worked,
        failed,
        str(wording.FAILURES.get(found.failure, "")),
        failed is not None and (worked is None or worked < failed),
    )


def person_at(email: str) -> User | None:
    """Return whoever has an address here, also one whose account is closed."""
    return User.objects.filter(email=normal_email(email)).first()


def identity_of(issuer: str, subject: str) -> Identity | None:
    """Return whom a provider's word for a person is bound to."""
    found = Identity.objects.filter(issuer=issuer, subject=subject)
    return found.select_related("user").first()


def identity_at(person: User, issuer: str) -> Identity | None:
    """Return a provider's word for a member."""
    return Identity.objects.filter(user=person, issuer=issuer).first()


def personal_data(person: User) -> list[PersonalTable]:
    """Return what this room keeps of somebody, for the copy of their data."""
    return [
        table(
            "identities",
            _("Compte chez le fournisseur d’identité de l’entreprise"),
            Identity.objects.filter(user=person),
            *("issuer", "subject", "bound_at", "used_at"),
        )
    ]
