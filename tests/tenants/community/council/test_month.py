"""The month's report to a council: its own sums, once."""

import datetime as dt

from django.core import mail

from billing.models import Council
from tenants.community.council import actions
from tests.tenants.community.council.conftest import Desk
from tests.tenants.community.notifications.making import deliver, events_of

SECOND = dt.datetime(2026, 12, 2, 6, tzinfo=dt.UTC)


def test_council_reads_what_the_last_month_brought_once(desk: Desk, active: Council) -> None:
    desk.sell(7_000)
    assert actions.report_month(at=SECOND) == 1
    actions.report_month(at=SECOND + dt.timedelta(days=1))
    [(key, _reader)] = events_of("council-month:")
    assert key == f"council-month:2026-11:{active.reference}"
    deliver()
    message = next(one for one in mail.outbox if "novembre 2026" in one.subject)
    assert "28,00" in message.subject
    assert "encore à venir" in str(message.body)


def test_month_without_sums_or_past_its_first_days_is_not_reported(
    desk: Desk, active: Council
) -> None:
    assert actions.report_month(at=SECOND) == 0
    desk.sell(7_000)
    assert actions.report_month(at=SECOND + dt.timedelta(days=5)) == 0
    assert events_of("council-month:") == []
