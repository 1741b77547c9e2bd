"""Screens that hang, and ads that are paid for on them: before screens are switched off."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.kernel.display.writing import shortdate
from tenants.community.kiosk.models import Screen
from tenants.community.kiosk.queries.sold import sold


def underway(at: dt.datetime) -> list[str]:
    """Return the number of paired screens, and the paying merchants with their last day."""
    count = Screen.objects.count()
    words = ngettext("%(count)d écran est branché", "%(count)d écrans sont branchés", count)
    paid = _("%(merchant)s a payé une annonce jusqu’au %(day)s")
    return [
        *([words % {"count": count}] if count else []),
        *(paid % {"merchant": one.payer, "day": shortdate(one.ends_on)} for one in sold(at)),
    ]
