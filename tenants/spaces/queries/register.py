"""Queries on the register of companies, for a founding."""

from typing import NamedTuple

from saas.geocoding.queries import resolve
from saas.geocoding.rules import Found, label_of
from tenants.spaces.models import RegisteredCompany, RegisteredSite
from tenants.spaces.rules import register as rules

MOST_SITES = 9


class Known(NamedTuple):
    """A company as the register knows it, with its seat's address."""

    name: str
    band: rules.Band | None
    seat: str


class PlacedSite(NamedTuple):
    """An establishment of the register with the coordinates of its address."""

    siret: str
    name: str
    found: Found
    band: rules.Band | None
    is_seat: bool

    def described(self) -> dict[str, object]:
        """Return its columns as a founding stores them."""
        place = self.found
        return {
            "street": place.street,
            "postcode": place.postcode,
            "city": place.city,
            "latitude": place.latitude,
            "longitude": place.longitude,
            **({} if self.is_seat else {"name": self.name}),
        }


def is_loaded() -> bool:
    """Return True if the register was loaded here."""
    return RegisteredCompany.objects.exists()


def company_of(siren: str) -> Known | None:
    """Return the company with a SIREN, if the register was loaded and lists it as open."""
    row = RegisteredCompany.objects.filter(siren=siren).first()
    if row is None:
        return None
    seat = RegisteredSite.objects.filter(siren=siren, is_seat=True).first()
    address = label_of(seat.street, seat.postcode, seat.city) if seat else ""
    return Known(row.name, rules.band_of(row.band), address)


def placed_sites(siren: str) -> list[PlacedSite]:
    """Return a company's establishments with a known place, its seat first."""
    listed = RegisteredSite.objects.filter(siren=siren)[:MOST_SITES] if siren else ()
    placed = []
    for site in listed:
        found = resolve(label_of(site.street, site.postcode, site.city))
        if len(found) == 1 and found[0].numbered and found[0].postcode == site.postcode:
            name = site.name or site.city
            placed.append(
                PlacedSite(site.siret, name, found[0], rules.band_of(site.band), site.is_seat)
            )
    return placed
