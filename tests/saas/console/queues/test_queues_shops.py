"""The queues of shops, requests to join, ads and offers, as an operator works them."""

import datetime as dt
from typing import Any

from django.utils import timezone

from billing.models import Refund
from saas.accounts.sessions.rules import PROOF_LASTS
from saas.catalogue.merchants.actions import people
from saas.catalogue.merchants.models import JoinRequest, Membership, Merchant
from saas.catalogue.offers.models import Offer
from saas.catalogue.placements.models import Campaign
from saas.console.mailings import mailing_of
from saas.console.models import QueueReminder
from saas.console.queues.reminders import record_reminders
from saas.kernel import schema
from tests.billing.adjustments.settlement.test_reviews import sold
from tests.fixtures.billing import Till
from tests.fixtures.people import MINUTE, SpaceClient
from tests.saas.catalogue.making import make_merchant
from tests.saas.catalogue.merchants.test_identity import second
from tests.saas.catalogue.offers.making import make_offer

WHY = {"verdict": "refuse", "reason": "Ce n’est pas l’adresse du registre."}
YES = {"verdict": "approve"}


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_new_shop_is_seen_then_trusted(console: SpaceClient, db: None) -> None:
    shop = make_merchant(trusted=False)
    assert "1 commerce attend d’être vu" in text_of(console.get("/"))
    assert shop.reference in text_of(console.get("/queues/shops/"))
    address = f"/queues/shops/{shop.reference}/"
    assert "732829320" in text_of(console.get(address))
    assert console.post(address, {**YES, "trusts": "on"}).status_code == 303
    found = Merchant.objects.get(pk=shop.pk)
    assert found.state == Merchant.State.PUBLISHED
    assert found.trusted_at is not None
    again = console.post(address, YES)
    assert again.status_code == 422


def test_refused_shop_needs_a_reason(console: SpaceClient, db: None) -> None:
    shop = make_merchant(trusted=False)
    address = f"/queues/shops/{shop.reference}/"
    assert console.post(address, {"verdict": "refuse", "reason": ""}).status_code == 422
    assert console.post(address, WHY).status_code == 303
    assert Merchant.objects.get(pk=shop.pk).review_reason == WHY["reason"]


def test_changed_shop_shows_what_changes(console: SpaceClient, db: None) -> None:
    shop = make_merchant()
    Merchant.objects.filter(pk=shop.pk).update(
        proposed={"name": "Chez le voisin", "picture": ""},
        seen_at=None,
        review_due_at=timezone.now(),
        trusted_at=None,
    )
    shown = text_of(console.get(f"/queues/shops/{shop.reference}/"))
    assert "Chez le voisin" in shown
    assert "<del>Maison Cazal</del>" in shown


def test_request_to_join_by_post(console: SpaceClient, db: None) -> None:
    shop = make_merchant()
    person = second()
    request = JoinRequest.objects.get()
    address = f"/queues/joins/{request.reference}/"
    assert "Préparer un code" in text_of(console.get(address))
    assert console.get(f"/joins/{request.reference}/letter/").status_code == 404
    assert console.post(f"/joins/{request.reference}/code/", {}).status_code == 303
    drawn = console.get(f"/joins/{request.reference}/letter/")
    assert drawn.status_code == 200
    assert b"".join(drawn).startswith(b"%PDF-")
    assert mailing_of(JoinRequest.objects.select_related("merchant").get()).startswith(b"%PDF-")
    assert console.post(address, YES).status_code == 303
    member = Membership.objects.get()
    assert (member.merchant_id, member.person_id, member.role) == (shop.pk, person.pk, "owner")


def test_paper_of_a_request_is_read_by_operators(console: SpaceClient, db: None) -> None:
    make_merchant()
    person = second()
    with schema.in_public():
        people.explain_join(note="Le bail", paper=b"%PDF-1.7 x", by=person, at=timezone.now())
    request = JoinRequest.objects.get()
    shown = console.get(f"/joins/{request.reference}/paper/")
    assert b"".join(shown) == b"%PDF-1.7 x"


def prove(console: SpaceClient, *, ago: dt.timedelta) -> None:
    """Set the moment at which the operator gave the second factor."""
    session = console.session
    session["factor_at"] = session["proved_at"] = (timezone.now() - ago).timestamp()
    session.save()


def test_ad_is_approved_or_refused_and_the_next_one_follows(
    console: SpaceClient, till: Till
) -> None:
    first = sold(till)
    address = f"/queues/ads/{first.campaign.reference}/"
    assert "1 annonce payée attend d’être relue" in text_of(console.get("/"))
    assert first.campaign.headline in text_of(console.get(address))
    prove(console, ago=PROOF_LASTS)
    assert "C’est bien vous" in text_of(console.post(address, WHY))
    prove(console, ago=PROOF_LASTS - MINUTE)
    assert console.post(address, WHY).status_code == 303
    assert Campaign.objects.get(pk=first.campaign_id).review == Campaign.Review.REFUSED
    assert Refund.objects.get().amount_cents == first.gross_cents
    assert "a reçu sa réponse" in text_of(console.get(address))
    assert WHY["reason"] in text_of(console.get("/queues/ads/"))


def test_offer_is_shown_once_approved(console: SpaceClient, db: None) -> None:
    merchant = make_merchant()
    Merchant.objects.filter(pk=merchant.pk).update(trusted_at=None)
    offer = make_offer(merchant)
    assert offer.review == Offer.Review.WAITING
    address = f"/queues/offers/{offer.reference}/"
    assert offer.title in text_of(console.get(address))
    assert "passe déjà" not in text_of(console.get("/queues/offers/"))
    assert console.post(address, YES).status_code == 303
    assert Offer.objects.get(pk=offer.pk).review == Offer.Review.APPROVED


def test_list_says_which_offers_are_shown_already(console: SpaceClient, db: None) -> None:
    make_offer(make_merchant())
    assert "passe déjà" in text_of(console.get("/queues/offers/"))


def test_operators_are_reminded_before_the_deadline_of_a_shop(db: None) -> None:
    shop = make_merchant(trusted=False, at=timezone.now())
    with schema.in_public():
        assert record_reminders(at=timezone.now()) == 1
        assert QueueReminder.objects.get().reference == shop.reference
        assert shop.owner_id
