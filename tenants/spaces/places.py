"""The sites, gates and companies of the space at hand: remembered by the process, as hosts are.

They are written when a space is founded or restored, when a company is given its badge, and when
an administrator changes a site; each page asks for them. `hosts.forget()` makes every process read
them anew.
"""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from saas.kernel import schema
from tenants.spaces import hosts
from tenants.spaces.models import OwnCompany, OwnGate, OwnSite, OwnTenant, Tenant
from tenants.spaces.rules.walks import Point


class Site(NamedTuple):
    """A site, its name, and the hours of its lunch break."""

    id: int
    name: str
    break_starts: dt.time
    break_ends: dt.time


class Gate(NamedTuple):
    """A gate of a site, where walks begin."""

    name: str
    site_id: int
    point: Point


class Company(NamedTuple):
    """A company of a park, as it is told from the others."""

    name: str
    badge: str
    colour: str


class Places(NamedTuple):
    """All of one space; its sites are there with the largest first."""

    sites: Mapping[int, Site]
    gates: tuple[Gate, ...]
    companies: Mapping[int, Company]

    def site_or_largest(self, site_id: int | None) -> Site | None:
        """Return a site of this space; where it is none, the largest that there is."""
        return self.sites.get(site_id or 0) or next(iter(self.sites.values()), None)


def here() -> Places:
    """Return what the space at hand consists of; its companies are told apart in parks only."""
    return hosts.remembered(("places", schema.current()), _read)


def _read() -> Places:
    is_park = OwnTenant.objects.filter(kind=Tenant.Kind.PARK).exists()
    return Places(
        sites={
            site.pk: Site(site.pk, site.name, site.break_starts, site.break_ends)
            for site in OwnSite.objects.all()
        },
        gates=tuple(
            Gate(gate.name, gate.site_id, (float(gate.latitude), float(gate.longitude)))
            for gate in OwnGate.objects.all()
        ),
        companies={
            company.pk: Company(company.name, company.badge, company.colour)
            for company in (OwnCompany.objects.all() if is_park else ())
        },
    )
