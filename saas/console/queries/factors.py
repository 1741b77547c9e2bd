"""Second factors removed by operators after their loss."""

from saas.accounts.models import User, normal_email
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries import shops
from saas.catalogue.merchants.queries import team as merchants
from saas.console.models import FactorReset
from tenants.spaces.models import Tenant

MOST_SHOWN = 20


def shop_at(reference: str) -> Merchant | None:
    """Return a shop by its reference."""
    return shops.by_reference(reference)


def open_space(slug: str) -> Tenant | None:
    """Return an open space by its slug."""
    return Tenant.objects.filter(slug=slug, state=Tenant.State.ACTIVE).first()


def person_of_shop(shop: Merchant, email: str) -> User | None:
    """Return a shop's member by address, the first owner or another member, or None."""
    people = {membership.person_id for membership in merchants.people_of(shop)} | {shop.owner_id}
    return User.objects.filter(pk__in=people, email=normal_email(email)).first()


def resets_in(place: str, *, shop: Merchant | None = None) -> list[FactorReset]:
    """Return the last resets of a space, or of a shop, the newest first."""
    found = FactorReset.objects.filter(place=place, shop=shop).select_related("by")
    return list(found[:MOST_SHOWN])
