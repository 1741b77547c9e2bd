"""Seats between two members, as their thread shows them."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.urls import reverse

from saas.kernel.display import writing
from saas.kernel.people.dealings import Dealing, Step
from tenants.community.rides import rules, wording
from tenants.community.rides.models import Booking
from tenants.community.rides.queries import single
from tenants.community.rides.queries.places import site_names

MOST_SHOWN = 3
OPEN = (Booking.State.ASKED, Booking.State.ACCEPTED)
TONES = {Booking.State.ASKED.value: "warn", Booking.State.ACCEPTED.value: "ok"}


def between(person: Any, other_id: int, at: dt.datetime) -> list[Dealing]:
    """List the seats that a member asked another for, or the reverse, of departures to come."""
    two = Q(person=person, departure__ride__author=other_id)
    two |= Q(person=other_id, departure__ride__author=person)
    rows = Booking.objects.filter(
        two, state__in=OPEN, departure__cancelled_at=None, departure__starts_at__gt=at
    )
    rows = rows.select_related("departure__ride").order_by("departure__starts_at", "pk")
    found = list(rows[:MOST_SHOWN])
    names = site_names() if found else {}
    return [_dealing(row, person, names) for row in found]


def _dealing(booking: Booking, person: Any, names: dict[int, str]) -> Dealing:
    ride = booking.departure.ride
    return Dealing(
        about=f"{single.KIND}:{ride.reference}",
        title=wording.title_of(ride, names.get(ride.site_id, "")),
        note=writing.moment(booking.departure.starts_at),
        state=booking.get_state_display(),
        tone=TONES[booking.state],
        symbol=rules.SYMBOLS[ride.role],
        url=ride.get_absolute_url(),
        steps=_steps(booking, decides=ride.author_id == person.pk),
    )


def _steps(booking: Booking, *, decides: bool) -> list[Step]:
    def url(name: str) -> str:
        return reverse(f"rides:{name}", args=[booking.reference])

    cancel = Step(wording.button("cancel"), url("cancel_booking"), "x")
    if not decides or booking.state != Booking.State.ASKED:
        return [cancel]
    accept = Step(wording.button("accept"), url("accept"), "circle-check", main=True)
    return [accept, Step(wording.button("decline"), url("decline"), "x")]
