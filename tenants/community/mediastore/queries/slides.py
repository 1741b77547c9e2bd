"""Slide with the code of the day, which opens on-site media."""

import datetime as dt
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.kernel import hooks
from tenants.community.mediastore import wording
from tenants.community.mediastore.models import Medium
from tenants.community.mediastore.queries.shelf import on_shelf
from tenants.community.mediastore.rules import shelf as rules

A_DAY = dt.timedelta(days=1)
# Screens play on without a network for a day and a half.
DAYS_AHEAD = 3


def slides(at: dt.datetime) -> list[hooks.Slide]:
    """Return a slide for each of the next days if any medium is on-site only."""
    today = timezone.localdate(at)
    if not on_shelf(today=today).filter(access=Medium.Access.ON_SITE).exists():
        return []
    return [_slide(today + number * A_DAY) for number in range(DAYS_AHEAD)]


def _slide(day: dt.date) -> hooks.Slide:
    code = rules.gate_code_of(day)
    zone = timezone.get_current_timezone()
    return hooks.Slide(
        kind="media",
        reference=f"{day:%Y%m%d}",
        title=_("Code du jour : %(code)s") % {"code": f"{code[:3]}\u00a0{code[3:]}"},
        label=_("Médiathèque"),
        note=wording.opens_on_site(),
        url=f"{reverse('mediastore:gate')}?{urlencode({'code': code})}",
        starts_at=dt.datetime.combine(day, dt.time(), tzinfo=zone),
        ends_at=dt.datetime.combine(day + A_DAY, dt.time(), tzinfo=zone),
        symbol="book-open",
    )
