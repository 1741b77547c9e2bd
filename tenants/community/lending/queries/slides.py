"""Things that their lenders let onto the screens of the space."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from saas.kernel import hooks
from saas.kernel.private_pictures import file_for
from saas.kernel.web import touching
from tenants.community.lending.models import Thing
from tenants.community.lending.queries import things
from tenants.spaces.audiences import Audience

MOST_SLIDES = 8
WIDTH = 960
A_LONG_TIME = dt.timedelta(days=365)


def slides(at: dt.datetime) -> list[hooks.Slide]:
    """List the slides of things for screens, newest first."""
    return [_slide(row, at=at) for row in _shown()[:MOST_SLIDES]]


def on_wall(wall: touching.OnWall, at: dt.datetime) -> list[hooks.Slide]:
    """List the slides requested on a touch screen."""
    return [_slide(row, at=at) for row in touching.narrowed(_shown(), wall)]


def _shown() -> QuerySet[Any]:
    here = Q(owner__is_active=True) | Q(of_council=True)
    rows = Thing.objects.filter(here, on_screens=True, hidden_at=None, withdrawn_at=None)
    shown = rows.exclude(audience=Audience.COMPANY).select_related("owner")
    return things.with_cover(shown).order_by("-created_at", "-pk")


def _slide(row: Any, *, at: dt.datetime) -> hooks.Slide:
    cover = things.cover_of(row)
    return hooks.Slide(
        kind="thing",
        reference=row.reference,
        title=row.title,
        label=_("À emprunter"),
        note=row.place,
        url=row.get_absolute_url(),
        starts_at=row.created_at,
        ends_at=at + A_LONG_TIME,
        symbol="hand-helping",
        picture=file_for(cover, WIDTH) if cover else "",
        author=row.owner.short_name if row.owner else _("CSE"),
    )
