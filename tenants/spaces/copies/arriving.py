"""The parts of a full copy that become rows in public beside the space's own description."""

import datetime as dt
from typing import Any

from tenants.spaces.archives import OWNER
from tenants.spaces.copies import left_behind
from tenants.spaces.models import Change, Company, Domain, DomainClaim, Tenant

VERSION = 1


def described(tenant: Tenant) -> dict[str, Any]:
    """Return the manifest's part that only a full copy has."""
    hosts = tenant.domains.filter(kind=Domain.Kind.CUSTOM).order_by("domain")
    changes = Change.objects.filter(tenant=tenant).select_related("company").order_by("pk")
    return {
        "version": VERSION,
        "hosts": list(hosts.values_list("domain", flat=True)),
        "left_behind": left_behind.sentences(),
        "changes": [
            {
                "what": change.what,
                "company": change.company.name if change.company else "",
                "before": change.before,
                "after": change.after,
                "by": change.by,
                "at": change.at.isoformat(),
            }
            for change in changes
        ],
    }


def apply(copy: dict[str, Any], *, tenant: Tenant, at: dt.datetime) -> None:
    """Create the history of the space, and its own hosts as claims that wait for their proof."""
    companies = dict(Company.objects.using(OWNER).filter(tenant=tenant).values_list("name", "pk"))
    Change.objects.using(OWNER).bulk_create(
        Change(
            tenant=tenant,
            what=change["what"],
            company_id=companies.get(change["company"]),
            before=change["before"],
            after=change["after"],
            by=change["by"],
            at=dt.datetime.fromisoformat(change["at"]),
            mailed_at=at,
        )
        for change in copy["changes"]
    )
    DomainClaim.objects.using(OWNER).bulk_create(
        DomainClaim(tenant=tenant, domain=host, asked_by=tenant.name, asked_at=at)
        for host in copy["hosts"]
    )
