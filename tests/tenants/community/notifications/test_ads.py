"""The single ad at the end of a digest: marked, counted when sent, never a reason for a mail."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.models import Campaign, FlightDay
from saas.catalogue.placements.queries import figures
from saas.catalogue.placements.queries import prices as price_queries
from saas.kernel import schema
from saas.kernel.notifying import Kind, Words
from saas.kernel.offers import digest_hooks
from saas.kernel.offers.digest_hooks import DigestAd
from tenants.community.neighbourhood import rules
from tenants.community.neighbourhood.clock import hand_over
from tenants.community.neighbourhood.models import PlacementEvent
from tenants.community.notifications import notifications, tasks, wording
from tenants.spaces.models import SpaceStanding
from tests.fixtures.broker import fail
from tests.fixtures.people import AT, DAY, Browse, make_user
from tests.saas.catalogue.making import make_merchant, owner_of, run_campaign
from tests.tenants.community.classifieds.making import html_of, run
from tests.tenants.community.notifications.making import make_notification

SLOTS = ["home_feed", "digest"]


@pytest.fixture
def merchant(owner: User, teammate: User, monkeypatch: Any) -> Merchant:
    """Return a bakery near a space of two members without news in its rooms."""
    User.objects.exclude(pk__in=[owner.pk, teammate.pk]).update(is_active=False)
    monkeypatch.setattr(digest_hooks.novelties, "_answers", {})
    return make_merchant(at=AT)


@pytest.fixture
def campaign(merchant: Merchant) -> Campaign:
    """Create a booking of the bakery for the feed and the digest."""
    return run_campaign(merchant, slots=SLOTS, at=AT)


@pytest.fixture
def morning(monkeypatch: pytest.MonkeyPatch) -> dt.datetime:
    """The next morning at which digests leave."""
    morning = AT.replace(hour=8) + DAY
    monkeypatch.setattr(timezone, "now", lambda: morning)
    return morning


def notify_of_thanks(*people: User, at: dt.datetime, key: str = "event:1") -> None:
    make_notification(
        *people, at=at, key=key, kind=Kind.THANKS, words=lambda: Words("On vous remercie")
    )


def views() -> int:
    return PlacementEvent.objects.filter(kind=PlacementEvent.Kind.VIEW).count()


@pytest.mark.parametrize(
    ("cents", "council", "sentence"),
    [
        (0, "", "Payé par Cazal. Une part revient à votre CSE."),
        (250, "", "ce mois-ci aux CSE de cet espace, ensemble."),
        (250, "CSE du Nord", "2,50 € à votre CSE (CSE du Nord) ce mois-ci."),
    ],
)
def test_ad_says_who_pays_and_what_the_council_has(cents: int, council: str, sentence: str) -> None:
    line = wording.paid_by(DigestAd("FL-1", "Menu", "Cazal", "/", "/", cents, council))
    assert sentence in line.replace("\xa0", " ").replace("\u202f", " ")
    assert line.startswith("Payé par Cazal.")


def test_each_ad_has_its_turn_among_members_and_days() -> None:
    day = dt.date(2026, 11, 25)
    assert sorted(rules.turn_of(person, day, 3) for person in range(6)) == [0, 0, 1, 1, 2, 2]
    assert {rules.turn_of(7, day + number * DAY, 3) for number in range(3)} == {0, 1, 2}


def test_digest_ends_with_one_marked_ad_that_is_counted_when_it_leaves(
    browse: Browse, owner: User, teammate: User, campaign: Campaign, morning: Any
) -> None:
    client: Any = browse(owner)
    run(tasks.send_digests)
    assert (mail.outbox, views()) == ([], 0)  # no digest leaves for an ad alone
    notify_of_thanks(owner, teammate, at=AT)
    run(tasks.send_digests)
    run(tasks.send_digests)
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        for text in (str(message.body), html_of(message)):
            assert text.count("Formule du midi") == 1
            assert text.index("On vous remercie") < text.index("Formule du midi")
            assert "Payé par Maison Cazal. Une part revient à votre CSE." in text
            assert text.upper().count("SPONSORISÉ") == 1
        assert "<img" not in html_of(message)
        assert message.subject.startswith("On vous remercie")
    assert views() == 2
    message = next(one for one in mail.outbox if one.to == [owner.email])
    after = str(message.body).split("Formule du midi")[1].split()
    link, why = [urlsplit(word).path for word in after if word.startswith("http")][:2]
    assert "Pourquoi je vois" in client.get(client.get(why).url).text
    assert "à la fin du résumé" in client.get(client.get(why).url).text
    answer = client.get(client.get(link).url)
    assert urlsplit(answer.url).path.endswith("/maison-cazal/")
    assert PlacementEvent.objects.filter(kind=PlacementEvent.Kind.CLICK).count() == 1


def test_stopped_or_blocked_ad_is_in_no_digest(
    owner: User, teammate: User, merchant: Merchant, campaign: Campaign, morning: dt.datetime
) -> None:
    with schema.in_public():
        Merchant.objects.filter(pk=merchant.pk).update(state=Merchant.State.BLOCKED)
    notify_of_thanks(owner, at=AT)
    run(tasks.send_digests)
    with schema.in_public():
        Merchant.objects.filter(pk=merchant.pk).update(state=Merchant.State.PUBLISHED)
        placements.stop(campaign_id=campaign.pk, at=AT)
    notify_of_thanks(teammate, at=AT, key="event:2")
    run(tasks.send_digests)
    assert len(mail.outbox) == 2
    assert not any("Formule du midi" in str(message.body) for message in mail.outbox)
    assert views() == 0


def test_mail_that_was_not_sent_is_not_counted(
    owner: User, campaign: Campaign, morning: Any, monkeypatch: Any
) -> None:
    notify_of_thanks(owner, at=AT)
    with monkeypatch.context() as patch:
        patch.setattr(notifications, "mail_digest", fail)
        with pytest.raises(ConnectionError):
            run(tasks.send_digests)
    assert views() == 0
    run(tasks.send_digests)
    assert views() == 1


def statements_of_ads() -> int:
    """Send due digests; return the number of statements about placements and counts."""
    with CaptureQueriesContext(connection) as captured:
        run(tasks.send_digests)
    tables = ("placements_running", "neighbourhood_", "billing_own_council")
    return sum(any(table in one["sql"] for table in tables) for one in captured.captured_queries)


def test_more_members_and_ads_cost_no_more_statements(
    owner: User, merchant: Merchant, campaign: Campaign, morning: Any
) -> None:
    notify_of_thanks(owner, at=AT)
    few = statements_of_ads()
    people = [make_user(f"Ami{number}") for number in range(6)]
    for _number in range(2):
        run_campaign(merchant, slots=["digest"], at=AT)
    notify_of_thanks(*people, at=AT, key="event:2")
    assert few > 3
    assert statements_of_ads() <= few
    assert views() == 7
    assert PlacementEvent.objects.values("flight_reference").distinct().count() == 3


def test_merchant_sees_the_line_before_paying_and_what_it_brought_after(
    browse: Browse, owner: User, merchant: Merchant, campaign: Campaign, morning: dt.datetime
) -> None:
    notify_of_thanks(owner, at=AT)
    run(tasks.send_digests)
    hand_over(morning)
    with schema.in_public():
        SpaceStanding.objects.update(active_members=430)
        client: Any = browse(owner_of(merchant), space=None)
        shown = client.post("/desk/campaigns/price/", {"slots": ["digest"], "headline": "Pause"})
        assert "Au résumé par e-mail" in shown.text
        assert "Pause" in shown.text
        assert list(FlightDay.objects.values_list("flight__slot", "views")) == [("digest", 1)]
        [row] = figures.report_of(price_queries.for_billing(campaign.pk))
        assert row.place.endswith("résumé par e-mail")
