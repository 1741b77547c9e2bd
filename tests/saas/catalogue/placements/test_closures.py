"""A merchant is mailed once that a space was closed in which a paid ad has days left."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from saas.catalogue.placements import clock
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries import closures
from tenants.spaces.models import Tenant
from tests.factories.billing import make_campaign, make_shop
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db
SHORTLY = dt.timedelta(minutes=20)


@pytest.fixture
def paid() -> Campaign:
    campaign = make_campaign(make_shop(), {"north": 10_000, "south": 10_000}, at=AT)
    campaign.state, campaign.paid_at = Campaign.State.PAID, AT
    campaign.review, campaign.reviewed_at = Campaign.Review.APPROVED, AT
    campaign.decision_mailed_at = AT
    campaign.save()
    return campaign


def close(name: str) -> None:
    Tenant.objects.filter(schema_name=name).update(state="suspended", closed_at=AT)


def test_merchant_is_mailed_once(paid: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT + SHORTLY)
    monkeypatch.setattr(clock, "send", lambda task, *given: task(*given))
    clock.requeue_mails()
    assert mail.outbox == []
    close("south")
    clock.requeue_mails()
    clock.requeue_mails()
    [letter] = mail.outbox
    assert letter.to == [paid.merchant.owner.email]
    assert "où l’espace est fermé\u00a0: Espace south. Ailleurs" in letter.body
    assert "jours perdus vous sont rendus" in letter.body


def test_space_that_opens_again_at_once_and_a_stopped_ad_are_no_news(paid: Campaign) -> None:
    close("south")
    assert closures.due_closures(AT + dt.timedelta(minutes=10)) == []
    assert closures.due_closures(AT + SHORTLY) == [paid.pk]
    Campaign.objects.update(state=Campaign.State.STOPPED, stopped_at=AT)
    assert closures.due_closures(AT + SHORTLY) == []
