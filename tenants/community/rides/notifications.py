"""Mails to the two of a booking: its author's answer, a change of mind, the day before."""

import zoneinfo

from django.utils import timezone

from saas.kernel import mail
from tenants.community.rides import queries, rules, wording
from tenants.community.rides.models import RideNotice
from tenants.spaces import hosts
from tenants.spaces.queries import own_space


def mail_notice(notice: RideNotice) -> None:
    """Tell one of the two what became of a request, or that the ride is tomorrow."""
    booking, reader, space = notice.booking, notice.person, own_space()
    departure, ride = booking.departure, booking.departure.ride
    other = booking.person if reader.pk == ride.author_id else ride.author
    with timezone.override(zoneinfo.ZoneInfo(space.time_zone)):
        mail.send(
            to=reader.email,
            template=f"ride_{notice.kind}",
            language=reader.language,
            context={
                "first_name": reader.first_name,
                "other": other.short_name,
                "drives": (ride.role == rules.Role.DRIVER) == (reader.pk == ride.author_id),
                "way": wording.title_of(ride, queries.site_names()[ride.site_id]),
                "booking": booking,
                "departure": departure,
                "url": hosts.space_url(space.slug, ride.get_absolute_url()),
            },
        )
