"""Spaces are told that what a month brought their councils has changed."""

import datetime as dt
import zoneinfo

from billing.models import Sale, Share
from saas.kernel import hooks
from saas.kernel.tasks import call_after_commit


def councils_earned(sale: Sale) -> None:
    """Tell each space of a sale once the books are committed."""
    tell(sale, sale.collected_at)


def tell(sale: Sale, moment: dt.datetime) -> None:
    """Tell each space of a sale that something changed in the month of a moment."""
    shares = Share.objects.filter(sale=sale).select_related("council__tenant")
    spaces = {
        (share.council.tenant.schema_name, share.council.tenant.time_zone) for share in shares
    }
    for schema_name, zone in sorted(spaces):
        month = moment.astimezone(zoneinfo.ZoneInfo(zone)).date().replace(day=1)
        call_after_commit(lambda name=schema_name, day=month: _ask(name, day))  # type: ignore[misc]


def _ask(schema_name: str, month: dt.date) -> None:
    hooks.settled.ask(schema_name, month)
