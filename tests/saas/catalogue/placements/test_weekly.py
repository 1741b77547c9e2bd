"""The figures of a week reach each merchant once, on Monday, unless they stopped the mail."""

import datetime as dt
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from saas.catalogue.merchants.actions import team
from saas.catalogue.merchants.models import Membership, Merchant
from saas.catalogue.placements import clock, tasks
from saas.catalogue.placements.models import Flight, FlightDay, WeeklyReport
from saas.catalogue.placements.queries import weekly
from saas.kernel import schema
from tests.fixtures.people import AT, Browse, make_user
from tests.saas.catalogue.making import make_merchant, owner_of, run_campaign

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)
WEEK = dt.date(2026, 11, 23)


@pytest.fixture
def shop() -> Merchant:
    merchant = make_merchant()
    campaign = run_campaign(merchant, at=AT)
    flight = Flight.objects.filter(campaign=campaign).order_by("pk")[0]
    for day, views, clicks in ((25, 30, 4), (29, 12, 3), (30, 99, 99)):
        FlightDay.objects.create(
            flight=flight,
            day=dt.date(2026, 11, day),
            views=views,
            clicks=clicks,
            gathered_at=AT,
        )
    return merchant


def send_at(at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Run the scheduled task at a moment; return the mails of all runs so far."""
    monkeypatch.setattr(timezone, "now", lambda: at)
    monkeypatch.setattr(clock, "send", lambda task, *given: task(*given))
    clock.send_weekly()
    return list(mail.outbox)


def test_figures_of_the_week_are_mailed_once(
    shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for early in (MONDAY - dt.timedelta(hours=2), MONDAY - dt.timedelta(days=2)):
        assert send_at(early, monkeypatch) == []
    [letter] = send_at(MONDAY, monkeypatch)
    assert send_at(MONDAY + dt.timedelta(hours=5), monkeypatch) == [letter]
    assert letter.to == [owner_of(shop).email]
    assert "La semaine de Maison Cazal en chiffres" in letter.subject
    assert "vues\u00a0: 42 · clics\u00a0: 7" in letter.body
    assert "Du 23/11/2026 au 29/11/2026" in letter.body
    assert "la semaine d’avant" not in letter.body

    [_first, second] = send_at(MONDAY + dt.timedelta(days=7), monkeypatch)
    assert "vues\u00a0: 99" in second.body
    assert "la semaine d’avant\u00a0: vues\u00a0: 42" in second.body


def test_small_counts_are_held_back(shop: Merchant) -> None:
    FlightDay.objects.filter(day__lte=WEEK + dt.timedelta(days=6)).update(views=2, clicks=1)
    [row] = weekly.figures_of(shop, WEEK)
    assert row.figures == "vues\u00a0: moins de 5 · clics\u00a0: moins de 5"


def test_mail_is_in_the_owners_language(shop: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.filter(pk=shop.owner_id).update(language="en")
    [letter] = send_at(MONDAY, monkeypatch)
    assert "views: 42 · clicks: 7" in letter.body


def test_killed_job_loses_no_mail(shop: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)
    monkeypatch.setattr(clock, "send", mock.Mock())  # a broker that loses the job
    clock.send_weekly()
    assert WeeklyReport.objects.get().mailed_at is None
    assert len(send_at(MONDAY + dt.timedelta(hours=1), monkeypatch)) == 1
    tasks.mail_week(WeeklyReport.objects.get().pk)
    assert len(mail.outbox) == 1
    send_at(MONDAY, monkeypatch)
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + dt.timedelta(days=120))
    clock.forget()
    assert not WeeklyReport.objects.exists()


@pytest.mark.usefixtures("going_on_from_at")
def test_owner_stops_the_mail_and_takes_it_again(
    shop: Merchant, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with schema.in_public():
        editor = make_user("Nina")
        team.admit(merchant=shop, person=editor, role=Membership.Role.EDITOR, at=AT)
    path = "/desk/campaigns/weekly/"
    browse(editor, space="").post(path, {"wanted": ""})
    shop.refresh_from_db()
    assert shop.weekly_stopped_at is None
    assert "Ne plus les recevoir" not in browse(editor, space="").get("/desk/campaigns/").text

    desk = browse(owner_of(shop), space="")
    assert "Ne plus les recevoir" in desk.get("/desk/campaigns/").text
    assert "plus d’e-mail du lundi" in desk.post(path, {"wanted": ""}, follow=True).text
    assert send_at(MONDAY, monkeypatch) == []
    desk.post(path, {"wanted": "yes"})
    assert len(send_at(MONDAY, monkeypatch)) == 1
