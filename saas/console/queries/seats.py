"""How many people hold each council of a space, as operators see it: without names."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from saas.accounts.models import User
from saas.console.models import FactorReset
from saas.kernel import schema
from tenants.community.members.queries import council
from tenants.spaces.models import Company, Tenant


class SeatRow(NamedTuple):
    """A council, of a company or of all the space, and how many hold it."""

    company: Company | None
    people: int


class SpaceSeats(NamedTuple):
    """The councils of a space, and since when closings of their people's accounts wait."""

    tenant: Tenant
    rows: list[SeatRow]
    waiting_since: list[dt.datetime]


def has_vouched(tenant: Tenant, people: Collection[str], by: User) -> bool:
    """Return True if an operator gave people of a space a council's role, or reset their factor."""
    reset = FactorReset.objects.filter(place=tenant.slug, person__in=people, by=by)
    if reset.exists():
        return True
    with schema.crossing(tenant.schema_name):
        return council.were_written_by(people, by.display_name)


def seats_of_space(slug: str) -> SpaceSeats | None:
    """Return the number of holders of an open space's councils, and the pending requests."""
    tenant = Tenant.objects.filter(slug=slug, state=Tenant.State.ACTIVE).first()
    if tenant is None:
        return None
    with schema.crossing(tenant.schema_name):
        counts, waiting = council.counts(), council.waiting_since()
    rows = [SeatRow(None, counts.get(None, 0))]
    rows += [
        SeatRow(company, counts.get(company.pk, 0))
        for company in Company.objects.filter(tenant=tenant)
    ]
    return SpaceSeats(tenant, rows, waiting)
