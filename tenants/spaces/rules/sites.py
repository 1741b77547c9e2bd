"""The places where a space works: how many sites, how they are told apart, where they may lie."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from tenants.spaces.models import Site
from tenants.spaces.rules import walks

MOST_SITES, MOST_GATES = 30, 3
# How many people work there is priced elsewhere, and is not changed beside a street.
COLUMNS = (
    *("name", "street", "postcode", "city", "latitude", "longitude"),
    *("break_starts", "break_ends", "more_breaks"),
)


def check_count(count: int) -> None:
    """Raise Refused above the maximum number of sites of a form or a map."""
    if count >= MOST_SITES:
        raise Refused(
            _("Un espace compte %(most)d sites au plus\u00a0: écrivez-nous.") % {"most": MOST_SITES}
        )


def check_name(name: str, beside: Collection[str]) -> None:
    """Refuse a name that another site of the space has."""
    if name.casefold() in {other.casefold() for other in beside}:
        raise Refused(_("Un autre site d’ici porte déjà ce nom."), field="name")


def check_places(described: dict[str, Any]) -> None:
    """Raise Refused for invalid coordinates, or for two gates with the same name."""
    for place in (described, *described["gates"]):
        walks.check_place(place["latitude"], place["longitude"])
    names = [gate["name"].casefold() for gate in described["gates"]]
    for number, name in enumerate(names, 1):
        if name in names[: number - 1]:
            raise Refused(
                _("Deux entrées portent le même nom\u00a0: distinguez-les."),
                field=f"gate{number}_name",
            )


def site_as_typed(site: Site | None) -> dict[str, Any]:
    """Return the initial values of a site's form: the stored values, else the defaults."""
    if site is None:
        return {"break_starts": "12:00", "break_ends": "13:30"}
    typed: dict[str, Any] = {column: getattr(site, column) for column in COLUMNS}
    typed |= {name: f"{typed[name]:%H:%M}" for name in ("break_starts", "break_ends")}
    for number, gate in enumerate(site.gates.all(), 1):
        prefix = "gate" if number == 1 else f"gate{number}"
        typed[f"{prefix}_name"] = gate.name
        place = "" if number == 1 else f"{prefix}_"
        typed |= {f"{place}{part}": getattr(gate, part) for part in ("latitude", "longitude")}
    return typed
