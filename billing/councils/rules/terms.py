"""Which version of a council's terms counts."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable

from django.utils.translation import gettext as _

from billing.models import OwnTerms, ShareTerms
from saas.kernel.errors import Refused
from saas.kernel.money import BASIS


def check_rate(rate_bp: object) -> None:
    """Raise Refused if a rate is not between 0 and 100 %."""
    if type(rate_bp) is not int or not 0 <= rate_bp <= BASIS:
        raise Refused(_("Le taux va de 0 à 100\u00a0%."), field="rate_bp")


def check_valid_from(valid_from: dt.datetime, *, at: dt.datetime) -> None:
    """Raise Refused if terms would begin in the past and change existing sales."""
    if valid_from < at:
        raise Refused(
            _("De nouvelles conditions commencent au plus tôt maintenant."), field="valid_from"
        )


def in_force[T: ShareTerms | OwnTerms](versions: Iterable[T], *, at: dt.datetime) -> T | None:
    """Return the terms in force for sales, out of a council's versions, newest first.

    The first version applies as soon as it is offered; a later version must also be accepted.
    """
    begun = (terms for terms in versions if terms.valid_from <= at)
    return next((terms for terms in begun if terms.version == 1 or _accepted(terms, at)), None)


def begins_at(day: dt.date, *, zone: str, at: dt.datetime) -> dt.datetime:
    """Return when terms of a day begin: with its first minute, or at once where it is today."""
    midnight = dt.datetime.combine(day, dt.time.min, tzinfo=zoneinfo.ZoneInfo(zone))
    return at if midnight <= at < midnight + dt.timedelta(days=1) else midnight


def _accepted(terms: ShareTerms | OwnTerms, at: dt.datetime) -> bool:
    return terms.accepted_at is not None and terms.accepted_at <= at
