"""Gatherings that their organisers let onto the screens of the space, on their day."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.kernel import hooks
from saas.kernel.display.writing import hour, moment
from saas.kernel.web import touching
from tenants.community.gatherings import rules
from tenants.community.gatherings.models import Gathering
from tenants.community.gatherings.queries.board import to_come
from tenants.spaces.audiences import Audience

MOST_SLIDES = 16
AHEAD = dt.timedelta(days=2)


def slides(at: dt.datetime) -> list[hooks.Slide]:
    """List the gatherings of the next days that may hang; each from its morning to its start."""
    soon = _shown(at=at).filter(starts_at__lt=at + AHEAD)
    return [_slide(row) for row in soon[:MOST_SLIDES]]


def on_wall(wall: touching.OnWall, at: dt.datetime) -> list[hooks.Slide]:
    """List the gatherings to come that are asked for on a screen that people touch."""
    today = timezone.localdate(at)
    found = touching.narrowed(_shown(at=at), wall)
    return [
        _slide(row)
        if timezone.localdate(row.starts_at) == today
        else _slide(row)._replace(label=moment(row.starts_at))
        for row in found
    ]


def _shown(*, at: dt.datetime) -> QuerySet[Gathering]:
    rows = to_come(at=at).filter(on_screens=True, hidden_at=None, organiser__is_active=True)
    shown = rows.exclude(audience=Audience.COMPANY).select_related("organiser")
    return shown.order_by("starts_at", "pk")


def _slide(row: Gathering) -> hooks.Slide:
    starts_at = timezone.localtime(row.starts_at)
    return hooks.Slide(
        kind="gathering",
        reference=row.reference,
        title=row.title,
        label=_("Aujourd’hui, %(time)s") % {"time": hour(starts_at)},
        note=_note(row),
        url=row.get_absolute_url(),
        starts_at=starts_at.replace(hour=0, minute=0, second=0, microsecond=0),
        ends_at=row.starts_at,
        symbol=rules.SYMBOLS[row.kind],
        author=row.organiser.short_name,
    )


def _note(row: Gathering) -> str:
    if row.places is None:
        return row.place
    free = max(0, row.places - row.taken)
    words = ngettext("%(count)d place", "%(count)d places", free) % {"count": free}
    return f"{row.place} · {words if free else _('complet')}"
