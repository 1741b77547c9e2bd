"""Borrowed media, and places on the shelf that are paid for: before the shelf is switched off."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.kernel.display.writing import shortdate
from saas.kernel.offers import shelf_hooks
from tenants.community.mediastore.models import Borrowing


def underway(at: dt.datetime) -> list[str]:
    """Return sentences with the number of media on loan, and each paid place with its end."""
    count = Borrowing.objects.filter(returned_at=None).count()
    words = ngettext("%(count)d média est emprunté", "%(count)d médias sont empruntés", count)
    paid = _("%(merchant)s a payé une place jusqu’au %(day)s")
    return [
        *([words % {"count": count}] if count else []),
        *(
            paid % {"merchant": one.payer, "day": shortdate(one.ends_on)}
            for one in shelf_hooks.shelf_sponsors.collect(at)
        ),
    ]
