"""Meeting places of a space for forms: its sites and their gates."""

from typing import NamedTuple

from tenants.spaces.models import OwnGate, OwnSite


class Spot(NamedTuple):
    """A meeting place of the space; `value` is the value of the form."""

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


def spot_of(site_id: int | None, place: str) -> Spot | None:
    """Return the spot that a stored place was chosen from: by its words, else by its site."""
    listed = spots()
    named = next((spot for spot in listed if spot.place == place), None)
    return named or next((spot for spot in listed if spot.value == f"site:{site_id}"), None)


def place_of(spot: Spot | None, precision: str) -> str:
    """Return the place to store: the spot's name, and the added precision."""
    if spot is None or not precision:
        return precision or (spot.place if spot else "")
    return f"{spot.place}, {precision}" if spot.value.startswith("gate") else precision
