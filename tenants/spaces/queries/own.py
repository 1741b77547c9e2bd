"""Queries of a space about itself, asked from inside it."""

from saas.kernel import modules
from saas.kernel.people import ways_in
from tenants.spaces import hosts
from tenants.spaces.models import OwnCompany, OwnStanding, OwnTenant


def own_space() -> OwnTenant:
    """Return the space that we are in."""
    return OwnTenant.objects.get()


def place_names() -> list[str]:
    """Return the names familiar to all members of this space: its own and its companies'."""
    space = own_space()
    return [space.name, space.slug, *OwnCompany.objects.values_list("name", flat=True)]


def own_standing() -> OwnStanding | None:
    """Return the proof of the present space; a space without a row is new."""
    return OwnStanding.objects.first()


def switched_off() -> modules.Switches:
    """Return the modules that this space has switched off."""
    return frozenset(own_space().modules_off.split())


def own_url(path: str) -> str:
    """Return the full address of a page of this space, for mails."""
    return hosts.space_url(own_space().slug, path)


def own_address() -> ways_in.SpaceAddress:
    """Return the name and the origin of this space, for mails about its people's accounts."""
    space = own_space()
    return ways_in.SpaceAddress(space.name, hosts.space_url(space.slug, ""))
