"""Places where things are handed over: the sites and gates of this space."""

from typing import NamedTuple

from tenants.spaces.models import OwnGate, OwnSite


class Spot(NamedTuple):
    """A place that everybody here knows; `value` is what the form sends."""

    value: str
    label: str
    site_id: int
    place: str


def sites() -> list[OwnSite]:
    """List the sites of this space, the largest first."""
    return list(OwnSite.objects.all())


def site_ids() -> frozenset[int]:
    """Return the keys of this space's sites."""
    return frozenset(OwnSite.objects.values_list("pk", flat=True))


def spots() -> list[Spot]:
    """List each site's gates, then the site itself."""
    here = sites()
    gates = list(OwnGate.objects.all())
    listed: list[Spot] = []
    for site in here:
        tail = f" · {site.name}" if len(here) > 1 else ""
        listed += [
            Spot(f"gate:{gate.pk}", f"{gate.name}{tail}", site.pk, gate.name)
            for gate in gates
            if gate.site_id == site.pk
        ]
        listed.append(Spot(f"site:{site.pk}", site.name, site.pk, site.name))
    return listed
