"""A person's gatherings of today, for the home page."""

import datetime as dt
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject
from django.urls import reverse

from saas.kernel.offers.home_hooks import Agenda
from tenants.community.gatherings import rules
from tenants.community.gatherings.models import Gathering, Participation

MOST_TODAY = 6


def columns(viewer: Any, at: Any, until: Any) -> dict[str, Combinable]:
    """Return the gatherings that a person participates in until the given time."""
    coming = Participation.objects.filter(
        Q(gathering__hidden_at=None) | Q(gathering__organiser=viewer),
        person=viewer,
        state=Participation.State.COMING,
        gathering__cancelled_at=None,
        gathering__starts_at__lt=until,
        gathering__ends_at__gt=at,
    )
    lines = coming.order_by("gathering__starts_at").values(
        line=JSONObject(
            reference="gathering__reference",
            title="gathering__title",
            kind="gathering__kind",
            place="gathering__place",
            starts="gathering__starts_at",
        )
    )
    return {"gatherings_today": ArraySubquery(lines[:MOST_TODAY])}


def agenda(found: dict[str, Any], _at: dt.datetime) -> list[Agenda]:
    """Return the agenda entries of a person's gatherings today."""
    return [
        Agenda(
            dt.datetime.fromisoformat(one["starts"]),
            one["place"],
            one["title"],
            reverse("gatherings:detail", args=[one["reference"]]),
            rules.SYMBOLS[one["kind"]],
        )
        for one in found["gatherings_today"]
    ]


def begun_columns() -> dict[str, Combinable]:
    """Return the setup columns of a new space: whether this room has any row."""
    return {"gathering": Exists(Gathering.objects.all())}
