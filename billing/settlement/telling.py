"""Spaces are told that what a month brought their councils has changed."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable

from saas.kernel import hooks, rows
from saas.kernel.tasks import call_after_commit

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


def tell(sale_id: int, moment: dt.datetime) -> None:
    """Tell each space of a sale that something changed in the month of a moment."""
    tell_spaces(rows.tuples(_OF_SALE, [sale_id]), moment)


def tell_council(council_id: int, moment: dt.datetime) -> None:
    """Tell the space of a council that something changed in the month of a moment."""
    tell_spaces(rows.tuples(_OF_COUNCIL, [council_id]), moment)


def tell_spaces(spaces: Iterable[tuple[str, ...]], moment: dt.datetime) -> None:
    """Tell spaces, each a schema and its time zone, once what changed is committed."""
    for schema_name, zone in sorted(spaces):
        month = moment.astimezone(zoneinfo.ZoneInfo(zone)).date().replace(day=1)
        call_after_commit(lambda name=schema_name, day=month: _ask(name, day))  # type: ignore[misc]


def _ask(schema_name: str, month: dt.date) -> None:
    hooks.settled.ask(schema_name, month)
