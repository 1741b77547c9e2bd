"""An operator merges a shop that was signed up twice into the shop that stays."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from billing.models import Order
from saas.catalogue.merchants import notifications
from saas.catalogue.merchants.models import Membership, Merchant
from saas.catalogue.merchants.tasks import corrections_to_mail
from saas.catalogue.offers.models import Offer
from saas.kernel import schema
from tenants.community.neighbourhood import clock
from tenants.community.neighbourhood.models import ShopMark
from tests.factories.billing import make_council, make_merchant_user, make_shop
from tests.fixtures.billing import Till
from tests.fixtures.people import SpaceClient, make_user
from tests.saas.accounts.jobs import run_in
from tests.saas.console.conftest import sold
from tests.tenants.community.council.reading import text_in

REASON = "Inscrit deux fois"


@pytest.fixture
def pair(console: SpaceClient) -> tuple[Merchant, Merchant]:
    """A double and the shop that stays, of two people."""
    stays, double = make_shop(name="Maison Cazal"), make_shop(name="maison cazal")
    Merchant.objects.filter(pk=double.pk).update(owner=make_merchant_user("Lucie"))
    double.refresh_from_db()
    return double, stays


def fields(stays: Merchant, **typed: str) -> dict[str, str]:
    return {"into": stays.reference.lower(), "reason": REASON, **typed}


def make_offer(shop: Merchant) -> Offer:
    today = timezone.now()
    return Offer.objects.create(
        merchant=shop,
        title="Un café offert",
        starts_on=today.date(),
        ends_on=today.date() + dt.timedelta(days=9),
        created_at=today,
        review=Offer.Review.APPROVED,
        reviewed_at=today,
    )


def test_double_leaves_the_spaces_and_its_offers_pass_on(
    console: SpaceClient, pair: tuple[Merchant, Merchant]
) -> None:
    double, stays = pair
    offer = make_offer(double)
    url = f"/merchants/{double.reference}/merge/"
    assert stays.reference in text_in(console.get(url).content)
    assert console.post(url, fields(stays, admits="on")).status_code == 303
    double.refresh_from_db()
    offer.refresh_from_db()
    assert (double.state, double.merged_into_id) == (Merchant.State.BLOCKED, stays.pk)
    assert double.identity.startswith("draft:")
    assert offer.merchant_id == stays.pk
    joined = Membership.objects.get(merchant=stays, person=double.owner_id)
    assert joined.role == Membership.Role.EDITOR

    (waiting,) = corrections_to_mail().filter(mailed_at=None)
    notifications.mail_correction(waiting)
    assert stays.reference in mail.outbox[-1].body
    assert REASON in mail.outbox[-1].body
    page = console.get(f"/merchants/{double.reference}/").content.decode()
    assert "C’est un double" not in page
    assert "Rétablir" not in page
    blocked = console.post(f"/merchants/{double.reference}/block/", {"reason": REASON})
    assert "ne revient pas" in text_in(blocked.content)


def test_people_of_a_double_join_only_if_the_operator_says_so(
    console: SpaceClient, pair: tuple[Merchant, Merchant]
) -> None:
    double, stays = pair
    console.post(f"/merchants/{double.reference}/merge/", fields(stays))
    assert not Membership.objects.filter(merchant=stays).exists()


def test_wrong_pair_is_refused(console: SpaceClient, pair: tuple[Merchant, Merchant]) -> None:
    double, stays = pair
    url = f"/merchants/{double.reference}/merge/"
    for typed, words in (
        ({"into": "CO-NONE"}, "Aucun commerce"),
        ({"into": double.reference}, "l’autre commerce"),
        ({"into": ""}, "référence"),
        ({"reason": ""}, "pourquoi"),
    ):
        answer = console.post(url, {**fields(stays), **typed})
        assert answer.status_code == 422
        assert words in text_in(answer.content)
    Merchant.objects.filter(pk=stays.pk).update(state="waiting", review_due_at=timezone.now())
    assert "doit être publié" in text_in(console.post(url, fields(stays)).content)


def test_double_with_a_running_campaign_waits(console: SpaceClient, till: Till) -> None:
    make_council("north")
    order = Order.objects.select_related("campaign", "merchant").get(pk=sold(till).pk)
    url = f"/merchants/{order.merchant.reference}/merge/"
    assert order.campaign.headline in text_in(console.get(url).content)
    answer = console.post(url, fields(make_shop(name="Autre")))
    assert answer.status_code == 422
    assert order.campaign.headline in text_in(answer.content)


def test_marks_of_members_pass_on_once(pair: tuple[Merchant, Merchant]) -> None:
    double, stays = pair
    with schema.inside("north"):
        first, second = make_user("Nadia"), make_user("Karim")
        for person, shop in ((first, double), (second, double), (second, stays)):
            ShopMark.objects.create(
                person=person,
                merchant_reference=shop.reference,
                recommends=True,
                marked_at=timezone.now(),
            )
    for _each in range(2):
        run_in("north", clock.move_marks, double.reference, stays.reference)
    with schema.inside("north"):
        references = ShopMark.objects.values_list("merchant_reference", flat=True)
        assert list(references) == [stays.reference] * 2
