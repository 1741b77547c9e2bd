"""Months that brought a council another sum: its space counts again."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable

from saas.kernel import hooks
from saas.kernel.database import rows
from saas.kernel.tasks import call_after_commit
from saas.kernel.values.months import first_of

_OF_COUNCIL = """
    SELECT schema_name, time_zone FROM spaces_tenant
    WHERE id = (SELECT tenant_id FROM billing_council WHERE id = %s)
"""
_OF_SALE = """
    SELECT schema_name, time_zone FROM spaces_tenant WHERE id IN (
        SELECT tenant_id FROM billing_council
        JOIN billing_share ON billing_share.council_id = billing_council.id
        WHERE billing_share.sale_id = %s
    )
"""


def refresh_of_sale(sale_id: int, moment: dt.datetime) -> None:
    """Have each space of a sale count the month of a moment again."""
    refresh_spaces(rows.tuples(_OF_SALE, [sale_id]), moment)


def refresh_of_council(council_id: int, moment: dt.datetime) -> None:
    """Have the space of a council count the month of a moment again."""
    refresh_spaces(rows.tuples(_OF_COUNCIL, [council_id]), moment)


def refresh_spaces(spaces: Iterable[tuple[str, ...]], moment: dt.datetime) -> None:
    """Have spaces, each a schema and its time zone, count once the change is committed."""
    for schema_name, zone in sorted(spaces):
        month = first_of(moment.astimezone(zoneinfo.ZoneInfo(zone)).date())
        call_after_commit(lambda name=schema_name, day=month: _ask(name, day))  # type: ignore[misc]


def _ask(schema_name: str, month: dt.date) -> None:
    hooks.settlement_changed.ask(schema_name, month)
