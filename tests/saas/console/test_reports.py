"""Operators answer reports of merchants and ads: kept, taken down with its money, brought back."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from billing.models import Order, Refund
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import clock, tasks
from saas.catalogue.placements.actions.campaigns import stop
from saas.catalogue.placements.actions.reports import record_report
from saas.catalogue.placements.models import Campaign, CatalogueReport, ReportAnswer
from saas.catalogue.placements.queries import reports as queries
from saas.kernel.offers import catalogue_hooks
from tests.factories.billing import make_council, make_shop
from tests.fixtures.billing import Till
from tests.fixtures.people import SpaceClient
from tests.saas.console.conftest import sold

WORDS = {"words": "Le prix affiché n’est pas celui du magasin."}


def report(reference: str, *, space: str = "north", **given: Any) -> CatalogueReport:
    thing = queries.thing_of(reference)
    assert thing is not None
    values: dict[str, Any] = {"reason": "misleading", "words": "Ce n’est pas le prix."}
    values |= {"at": timezone.now()} | given
    return record_report(tenant_schema=space, thing=thing, **values)


@pytest.fixture
def order(console: SpaceClient, till: Till) -> Order:
    """Return a paid order with an ad reported from two spaces."""
    make_council("north")
    order = Order.objects.select_related("campaign", "merchant").get(pk=sold(till).pk)
    for space in ("north", "south"):
        report(order.campaign.reference, space=space)
    return order


def test_ad_that_is_taken_down_gives_back_what_has_not_run_and_its_merchant_reads_why(
    console: SpaceClient, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests: list[str] = []
    monkeypatch.setattr(catalogue_hooks.reports_answered, "_answers", {"test": requests.append})
    Campaign.objects.update(picture="public/placements/aaaaaaaaaaaaaaaaaaaaaaaa")
    address = f"/reports/{order.campaign.reference}/"
    listed = console.get("/reports/").content.decode()
    assert address in listed
    assert "2 signalements de commerces ou d’annonces" in console.get("/").content.decode()
    assert "Ce n’est pas le prix." in console.get(address).content.decode()
    changed = console.post(address, {"outcome": "removed", "seen_cents": "1", **WORDS})
    assert "Le montant a changé" in changed.content.decode()
    answer = console.post(
        address, {"outcome": "removed", "seen_cents": str(order.gross_cents), **WORDS}
    )
    assert answer.status_code == 303
    assert Campaign.objects.get(pk=order.campaign_id).state == Campaign.State.STOPPED
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.reason) == (order.gross_cents, WORDS["words"])
    assert sorted(requests) == ["north", "south"]
    assert not queries.reports_waiting().exists()
    answered = ReportAnswer.objects.get()
    tasks.mail_answer(answered.pk)
    tasks.mail_answer(answered.pk)
    (message,) = [one for one in mail.outbox if WORDS["words"] in str(one.body)]
    assert "retirée" in message.subject


def test_kept_report_removes_nothing_and_has_one_answer(console: SpaceClient, order: Order) -> None:
    address = f"/reports/{order.campaign.reference}/"
    assert console.post(address, {"outcome": "kept", **WORDS}).status_code == 303
    assert Campaign.objects.get(pk=order.campaign_id).state == Campaign.State.PAID
    assert not Refund.objects.exists()
    assert not queries.answers_to_mail().exists()
    again = console.post(address, {"outcome": "kept", **WORDS})
    assert again.status_code == 422
    assert "Plus personne n’attend de réponse" in again.content.decode()


def test_page_is_blocked_once_nothing_paid_runs_and_can_come_back(
    console: SpaceClient, order: Order
) -> None:
    address = f"/reports/{order.merchant.reference}/"
    refused = console.post(address, {"outcome": "removed", **WORDS})
    assert "Arrêtez et remboursez d’abord ses campagnes" in refused.content.decode()
    stop(campaign_id=order.campaign_id, at=timezone.now())
    for outcome, state in (("removed", "blocked"), ("restored", "published")):
        assert console.post(address, {"outcome": outcome, **WORDS}).status_code == 303
        assert Merchant.objects.get(pk=order.merchant_id).state == state
    assert queries.answers_to_mail().count() == 2


def test_lost_mail_is_queued_again_and_old_reports_are_forgotten(
    console: SpaceClient, agathe: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, long_ago = make_shop(), timezone.now() - dt.timedelta(days=366)
    report(shop.reference)
    console.post(f"/reports/{shop.reference}/", {"outcome": "removed", **WORDS})
    ReportAnswer.objects.update(answered_at=long_ago)
    sent: list[object] = []
    monkeypatch.setattr(clock, "send", lambda _task, key: sent.append(key))
    clock.requeue_mails()
    assert sent == list(ReportAnswer.objects.values_list("pk", flat=True))
    clock.forget()
    assert not ReportAnswer.objects.exists()
    assert not CatalogueReport.objects.exists()
