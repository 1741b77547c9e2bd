"""Rules of copies: how long they are kept, how often they are made."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused

KEPT = dt.timedelta(days=7)
LOG_KEPT = dt.timedelta(days=365)
PREPARED_WITHIN = dt.timedelta(minutes=10)
MOST_A_DAY = 3
ONE_LOOK = dt.timedelta(hours=1)


def check_may_ask(*, waiting: bool, asked_today: int) -> None:
    """Refuse another copy while one is made, or too many in a day."""
    if waiting:
        raise Refused(_("Une copie se prépare déjà : elle apparaît ici."))
    if asked_today >= MOST_A_DAY:
        raise Refused(
            _("%(count)d copies par jour suffisent : revenez demain.") % {"count": MOST_A_DAY}
        )
