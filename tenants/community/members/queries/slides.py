"""Slides about the members: the number of their thanks, without names."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from saas.kernel import hooks
from tenants.community.members.models import Thanks
from tenants.community.members.wording import thanks as wording

FEWEST_SHOWN = 5
WITHIN = dt.timedelta(days=7)
SHOWN_FOR = dt.timedelta(days=2)


def slides(at: dt.datetime) -> list[hooks.Slide]:
    """Return a slide with the week's thanks, if there are enough to stay anonymous."""
    count = Thanks.objects.filter(given_at__gt=at - WITHIN).count()
    if count < FEWEST_SHOWN:
        return []
    title, note = wording.of_the_week(count)
    return [
        hooks.Slide(
            kind="thanks",
            reference="thanks",
            title=title,
            label=_("Merci"),
            note=note,
            url=reverse("members:home"),
            starts_at=at - WITHIN,
            ends_at=at + SHOWN_FOR,
            symbol="heart",
        )
    ]
