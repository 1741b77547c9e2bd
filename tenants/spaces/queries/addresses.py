"""Names of a space, present and former, those that it claims, and its changes."""

import datetime as dt
from itertools import islice
from typing import NamedTuple

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from tenants.spaces.models import Change, Domain, DomainClaim, Founding, Site, Tenant
from tenants.spaces.queries.foundings import Verdict, former_slugs, objection_to
from tenants.spaces.rules import addresses as rules
from tenants.spaces.rules import slugs
from tenants.spaces.wording import addresses as wording

MOST_CHANGES = 20
MOST_CHECKS = 50


class Claim(NamedTuple):
    """A company's own domain as its page shows it, with the required DNS record."""

    row: DomainClaim
    shown: str
    record_name: str
    record_value: str
    why: str
    spelt_otherwise: bool


def tenant_called(schema_name: str) -> Tenant:
    """Return the space of a schema."""
    return Tenant.objects.get(schema_name=schema_name)


def open_schema(tenant_id: int) -> str | None:
    """Return the schema of an open space by its id."""
    found = Tenant.objects.filter(pk=tenant_id, state=Tenant.State.ACTIVE)
    return found.values_list("schema_name", flat=True).first()


def names_of_others(tenant: Tenant) -> set[str]:
    """Return every present, former or reserved subdomain of other spaces."""
    spaces = Tenant.objects.exclude(pk=tenant.pk).values_list("slug", flat=True)
    begun = Founding.objects.exclude(slug="").exclude(tenant=tenant)
    return {*spaces, *begun.values_list("slug", flat=True), *former_slugs(but_of=tenant)}


def verdict_for(tenant: Tenant, slug: str) -> Verdict:
    """Judge a subdomain for a space that moves, and propose three others when it is refused."""
    wanted, taken = slugs.normal_slug(slug), names_of_others(tenant)
    reason = objection_to(wanted, taken)
    return Verdict(wanted, reason, _free(tenant, wanted, taken) if reason else [])


def _free(tenant: Tenant, wanted: str, taken: set[str]) -> list[str]:
    site = Site.objects.filter(tenant=tenant).first() or Site()
    misleads = slugs.is_misleading(wanted, taken=taken)
    near = slugs.proposals(
        "" if misleads else wanted, name=tenant.name, city=site.city, postcode=site.postcode
    )
    free = (slug for slug in near if slug != tenant.slug and not objection_to(slug, taken))
    return list(islice(dict.fromkeys(islice(free, 6)), 3))


def moves_since(tenant: Tenant, since: dt.datetime) -> int:
    """Return how often a space has changed its address of late."""
    moved = Change.objects.filter(tenant=tenant, what=Change.What.ADDRESS, at__gt=since)
    return moved.count()


def hosts_of(tenant: Tenant) -> list[Domain]:
    """Return the hosts of a space, the primary host first."""
    return list(Domain.objects.filter(tenant=tenant).order_by("-is_primary", "domain"))


def hosts_left_since(schema_name: str, moment: dt.datetime) -> list[str]:
    """Return the former hosts that a space left after a moment."""
    found = Domain.objects.filter(tenant__schema_name=schema_name, kind=Domain.Kind.FORMER)
    return list(found.filter(since__gt=moment).values_list("domain", flat=True))


def claims_of(tenant: Tenant) -> list[Claim]:
    """Return the domains claimed by a space."""
    return [
        Claim(
            row=row,
            shown=rules.shown(row.domain),
            record_name=rules.record_name(row.domain),
            record_value=rules.record_value(row),
            why=wording.why_unproven(row.failure),
            spelt_otherwise=rules.is_spelt_otherwise(row.domain),
        )
        for row in DomainClaim.objects.filter(tenant=tenant)
    ]


def claim_of(schema_name: str, domain: str) -> DomainClaim:
    """Return a space's own claim of a name, or find nothing."""
    return get_object_or_404(DomainClaim, tenant__schema_name=schema_name, domain=domain)


def claim(claim_id: int) -> DomainClaim | None:
    """Return a claim, unless it was withdrawn."""
    return DomainClaim.objects.select_related("tenant").filter(pk=claim_id).first()


def is_anothers(domain: str, tenant: Tenant) -> bool:
    """Return True if another space has proven the domain."""
    proven = DomainClaim.objects.filter(domain=domain, state=DomainClaim.State.PROVEN)
    return proven.exclude(tenant=tenant).exists()


def due_claims(at: dt.datetime) -> list[int]:
    """Return the names that are to be looked at now, those that waited longest first."""
    rows = DomainClaim.objects.exclude(tenant__state=Tenant.State.DELETED).order_by("checked_at")
    due = (row.pk for row in rows.iterator() if rules.is_due(row, at=at))
    return list(islice(due, MOST_CHECKS))


def lost_claims() -> QuerySet[DomainClaim]:
    """List the claims removed after their proof was missing for too long."""
    return DomainClaim.objects.filter(state=DomainClaim.State.LOST)


def missing_claims() -> QuerySet[DomainClaim]:
    """List the proven claims with a missing proof that are still served."""
    proven = DomainClaim.objects.filter(state=DomainClaim.State.PROVEN)
    return proven.exclude(missing_since=None)


def unmailed(claims: QuerySet[DomainClaim]) -> list[tuple[str, str]]:
    """Return which of these names an open space has not been told of, with its schema."""
    waiting = claims.filter(mailed_at=None, tenant__state=Tenant.State.ACTIVE).order_by("pk")
    return list(waiting.values_list("domain", "tenant__schema_name")[:MOST_CHECKS])


def changes_of(tenant: Tenant) -> list[Change]:
    """Return the latest changes of a space, with their authors."""
    return list(Change.objects.filter(tenant=tenant)[:MOST_CHANGES])


def module_changes(schema_name: str) -> list[Change]:
    """Return when modules of a space were switched off and on again, the last first."""
    switches = [Change.What.MODULE_OFF, Change.What.MODULE_ON]
    rows = Change.objects.filter(tenant__schema_name=schema_name, what__in=switches)
    return list(rows[:MOST_CHANGES])
