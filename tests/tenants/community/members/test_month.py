"""The month's report to administrators: once, with their own people's figures."""

import datetime as dt

import pytest
from django.core import mail

from saas.accounts.models import User
from tenants.community.members.actions import reporting
from tenants.community.members.models import Profile, Role
from tests.fixtures.people import AT, make_user
from tests.tenants.community.members.roster.rosters import company
from tests.tenants.community.notifications.making import deliver, events_of

SECOND = dt.datetime(2026, 12, 2, 6, tzinfo=dt.UTC)


@pytest.fixture
def _people(owner: User) -> None:
    Role.objects.create(user=owner, role="administrator", given_at=AT)
    local = make_user("Ines")
    un = company("North Un")
    Role.objects.create(user=local, role="administrator", company_id=un, given_at=AT)
    Role.objects.create(user=owner, role="administrator", company_id=un, given_at=AT)
    Profile.objects.update(joined_at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC), company_id=un)


@pytest.mark.usefixtures("_people")
def test_administrators_read_the_last_month_once(owner: User) -> None:
    for at in (SECOND, SECOND, SECOND + dt.timedelta(days=2)):
        reporting.report_month(at=at)
    un = company("North Un")
    assert events_of("usage-month:") == [
        ("usage-month:2026-11:0", owner.first_name),
        (f"usage-month:2026-11:{un}", "Ines"),
    ]
    deliver()
    message = next(one for one in mail.outbox if one.to == [owner.email])
    assert "novembre 2026" in message.subject
    assert "Membres à la fin du mois" in str(message.body)


@pytest.mark.usefixtures("_people")
def test_month_is_reported_in_its_first_days_alone() -> None:
    reporting.report_month(at=SECOND + dt.timedelta(days=5))
    assert events_of("usage-month:") == []
