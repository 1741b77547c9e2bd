"""The sites, gates and companies of the present space, cached by the process like the hosts.

They are written at the founding or restore of a space, when a company gets its badge, and when an
administrator changes a site; each page reads them. `hosts.forget()` invalidates the cache of every
process.
"""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from saas.kernel import schema
from saas.kernel.values.points import Point
from tenants.spaces import hosts
from tenants.spaces.models import OwnCompany, OwnGate, OwnSite, OwnTenant, Tenant
from tenants.spaces.rules.breaks import Break, parse


class Site(NamedTuple):
    """A site, its name, the hours of its lunch break, and all breaks of a day in their order."""

    id: int
    name: str
    break_starts: dt.time
    break_ends: dt.time
    breaks: tuple[Break, ...]

    def break_at(self, now: dt.time) -> Break:
        """Return the break that goes on, else the next of the day, else the last."""
        return next((one for one in self.breaks if now < one[1]), self.breaks[-1])


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
    """The sites, gates and companies of a space, the largest site first."""

    sites: Mapping[int, Site]
    gates: tuple[Gate, ...]
    companies: Mapping[int, Company]

    def site_or_largest(self, site_id: int | None) -> Site | None:
        """Return a site of this space; an unknown id falls back to the largest site."""
        return self.sites.get(site_id or 0) or next(iter(self.sites.values()), None)


def here() -> Places:
    """Return the places of the present space; only in parks its companies are distinguished."""
    return hosts.remembered(("places", schema.current()), _read)


def breaks_of(site: OwnSite) -> list[Break]:
    """Return all breaks of a site's day, in their order."""
    return sorted([(site.break_starts, site.break_ends), *parse(site.more_breaks)])


def _read() -> Places:
    is_park = OwnTenant.objects.filter(kind=Tenant.Kind.PARK).exists()
    return Places(
        sites={
            site.pk: Site(
                site.pk, site.name, site.break_starts, site.break_ends, tuple(breaks_of(site))
            )
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
