"""Actions on weekly mails: prepare them, stop or take them again, delete old rows."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries import team
from saas.catalogue.merchants.rules import joining
from saas.catalogue.placements.models.weekly import WeeklyReport
from saas.catalogue.placements.queries import weekly as queries
from saas.catalogue.placements.rules import weekly as rules
from saas.kernel.errors import Refused


@transaction.atomic
def prepare_weekly(*, at: dt.datetime) -> None:
    """Create last week's mails, one for each shop. Idempotent. Called by the scheduled task."""
    week = rules.week_before(at)
    WeeklyReport.objects.bulk_create(
        (WeeklyReport(merchant=shop, week=week) for shop in queries.shops_to_report(week)),
        ignore_conflicts=True,
    )


@transaction.atomic
def switch_weekly(*, is_wanted: bool, by: User, at: dt.datetime) -> Merchant:
    """Stop the weekly mails of a shop, or take them again; only its owners may."""
    shop = Merchant.objects.select_for_update().filter(pk__in=team.current_of(by)).first()
    if shop is None:
        raise Refused(_("Décrivez d’abord votre commerce."))
    joining.check_may_decide(decides=team.decides_for(shop.pk, by))
    shop.weekly_stopped_at = None if is_wanted else shop.weekly_stopped_at or at
    shop.save(update_fields=["weekly_stopped_at"])
    return shop


@transaction.atomic
def forget_weekly(*, at: dt.datetime) -> None:
    """Delete rows past their retention period. Called by the scheduled task."""
    queries.old(at=at).delete()
