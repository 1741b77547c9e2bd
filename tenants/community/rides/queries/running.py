"""Rides and seats of a member that are to come, for the page of all that runs."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.kernel.offers.home_hooks import Running
from tenants.community.rides import rules
from tenants.community.rides.models import Booking
from tenants.community.rides.queries import single

ENDED = (Booking.State.DECLINED, Booking.State.CANCELLED)


def running(person: Any, at: dt.datetime) -> list[Running]:
    """List a member's own rides with who asks for a seat, and the seats that they asked for."""
    found = single.mine(person, at=at)
    rides = [
        Running(
            ride.starts_at or at,
            ngettext("%(count)d demande à traiter", "%(count)d demandes à traiter", ride.waiting)
            % {"count": ride.waiting}
            if ride.waiting
            else ride.role,
            ride.title,
            ride.url,
            ride.symbol,
            due=ride.waiting > 0,
        )
        for ride in found.rides
    ]
    seats = [
        Running(
            seat.starts_at,
            _("%(state)s · avec %(name)s")
            % {"state": seat.booking.get_state_display(), "name": seat.other},
            seat.title,
            seat.url,
            rules.SYMBOLS[rules.Role.DRIVER],
        )
        for seat in found.seats
        if seat.booking.state not in ENDED
    ]
    return [*rides, *seats]
