"""Today's rides for the home page: the member's car, and the next ride home."""

import datetime as dt
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.kernel.display import writing
from saas.kernel.offers.home_hooks import Agenda, Chance
from tenants.community.rides import rules
from tenants.community.rides.models import Booking, Ride
from tenants.community.rides.queries.board import to_come
from tenants.spaces.audiences import seen_by

MOST_TODAY = 6


def columns(viewer: Any, at: Any, until: Any) -> dict[str, Combinable]:
    """Return the seats accepted until then, and the next rides home with a free seat."""
    booked = Booking.objects.filter(
        Q(person=viewer) | Q(departure__ride__author=viewer),
        state=Booking.State.ACCEPTED,
        departure__cancelled_at=None,
        departure__starts_at__gt=at,
        departure__starts_at__lt=until,
    )
    seats = booked.order_by("departure__starts_at").values(
        line=JSONObject(
            reference="departure__ride__reference",
            place="departure__ride__place",
            way="departure__ride__way",
            starts="departure__starts_at",
        )
    )
    home = to_come(at=at).filter(
        seen_by(viewer, through="ride__"),
        starts_at__lt=until,
        taken__lt=F("seats"),
        ride__way=Ride.Way.FROM_SITE,
        ride__role=Ride.Role.DRIVER,
    )
    ways = (
        home.exclude(ride__author=viewer)
        .order_by("starts_at")
        .values(
            line=JSONObject(
                reference="ride__reference",
                place="ride__place",
                starts="starts_at",
                free=F("seats") - F("taken"),
            )
        )
    )
    return {
        "seats_today": ArraySubquery(seats[:MOST_TODAY]),
        "ways_home": ArraySubquery(ways[:1]),
    }


def agenda(found: dict[str, Any], _at: dt.datetime) -> list[Agenda]:
    """Return today's departures of a member with colleagues."""
    return [
        Agenda(
            dt.datetime.fromisoformat(one["starts"]),
            _("Covoiturage"),
            one["place"],
            reverse("rides:detail", args=[one["reference"]]),
            rules.SYMBOLS[rules.Role.DRIVER],
        )
        for one in found["seats_today"]
    ]


def chances(found: dict[str, Any], _at: dt.datetime) -> list[Chance]:
    """Return the next rides home with a free seat."""
    return [
        Chance(
            rules.SYMBOLS[rules.Role.DRIVER],
            _("Retour %(hour)s") % {"hour": writing.hour(dt.datetime.fromisoformat(one["starts"]))},
            ngettext("%(count)d place, %(place)s", "%(count)d places, %(place)s", one["free"])
            % {"count": one["free"], "place": one["place"]},
            reverse("rides:detail", args=[one["reference"]]),
        )
        for one in found["ways_home"]
    ]


def begun_columns() -> dict[str, Combinable]:
    """Return a column for new spaces: if this room has any content."""
    return {"ride": Exists(Ride.objects.all())}
