"""Actions about paid places on the shelf: their number, their media, their use."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.offers import shelf_hooks
from tenants.community.mediastore.models import Medium, Sponsoring, Sponsorship
from tenants.community.mediastore.queries import shelf as queries
from tenants.community.mediastore.queries import sponsors
from tenants.community.mediastore.rules import shelf as rules
from tenants.community.mediastore.rules import sponsors as places_rules

OPENED, BORROWED = "open", "loan"


@transaction.atomic
def set_places(*, places: int, by: User, at: dt.datetime) -> None:
    """Set the number of places that merchants may book; sold places stay until their last day."""
    rules.check_provides_any(queries.providers_of(by))
    places_rules.check_places(places)
    values = {"places": places, "changed_at": at}
    Sponsoring.objects.update_or_create(pk=1, defaults=values)


@transaction.atomic
def carry(*, flight_reference: str, medium: Medium | None, by: User, at: dt.datetime) -> None:
    """Choose the medium for a booked place; without a medium the newest shows it again.

    The choice also applies to later months, and to the same ad if it is booked again.
    """
    rules.check_provides_any(queries.providers_of(by))
    if medium is None:
        place = sponsors.booked(flight_reference, at)
        names = [flight_reference, *(place.former if place else ())]
        Sponsorship.objects.filter(flight_reference__in=names).delete()
        return
    today = timezone.localdate(at)
    places_rules.check_carries(is_on_shelf=rules.is_on_shelf(medium, today=today))
    Sponsorship.objects.update_or_create(
        flight_reference=flight_reference, defaults={"medium": medium, "chosen_at": at}
    )


@transaction.atomic
def count(*, medium: Medium, kind: str, by: User, at: dt.datetime) -> None:
    """Report to each merchant sponsoring the medium today that a member opened or borrowed it."""
    for sponsor in sponsors.by_medium(at).get(medium.pk, ()):
        shelf_hooks.sponsor_served.ask(shelf_hooks.Served(sponsor.reference, kind), by, at)
