"""An operator sees all of a merchant on one page, blocks it with its refunds, and corrects it."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from billing.models import Order, Refund
from saas.catalogue.merchants import notifications
from saas.catalogue.merchants.models import Correction, Membership, Merchant
from saas.catalogue.merchants.tasks import corrections_to_mail
from saas.catalogue.placements.models import Campaign, ReportAnswer
from tests.factories.billing import make_council, make_merchant_user, make_shop
from tests.fixtures.billing import Till
from tests.fixtures.people import SpaceClient
from tests.saas.console.conftest import sold
from tests.tenants.community.council.reading import text_in

REASON = "Adresse fausse, plaintes répétées"


@pytest.fixture
def order(console: SpaceClient, till: Till) -> Order:
    """A paid order of a shop with a campaign that runs."""
    make_council("north")
    return Order.objects.select_related("campaign", "merchant").get(pk=sold(till).pk)


def fields(shop: Merchant, **typed: str) -> dict[str, str]:
    names = (
        *("name", "category", "description", "phone", "website", "street", "postcode", "city"),
        *("legal_name", "siren", "billing_email"),
    )
    return {**{name: str(getattr(shop, name)) for name in names}, "reason": REASON, **typed}


def test_operator_reads_people_orders_papers_and_sums_of_a_merchant(
    console: SpaceClient, order: Order
) -> None:
    shop = order.merchant
    since = timezone.now() - dt.timedelta(days=3)
    helper = make_merchant_user("Lucie")
    Membership.objects.create(merchant=shop, person=helper, role="editor", since=since)
    other = make_shop(name="Cazal sur la place")
    words = text_in(console.get(f"/merchants/{shop.reference}/").content)
    for one in (helper.email, "Collaborateur", order.reference, "Cazal sur la place", "120,00"):
        assert one in words, one
    assert (
        f"/orders/{order.reference}/refund/"
        in console.get(f"/merchants/{shop.reference}/").content.decode()
    )
    assert "n’a encore rien commandé" in text_in(
        console.get(f"/merchants/{other.reference}/").content
    )
    assert shop.reference in console.get(f"/merchants/?q={helper.email}").content.decode()
    assert (
        f"/merchants/{shop.reference}/"
        in console.get(f"/orders/{order.reference}/").content.decode()
    )


def test_blocking_stops_and_refunds_all_that_runs_as_shown_before(
    console: SpaceClient, order: Order
) -> None:
    shop, url = order.merchant, f"/merchants/{order.merchant.reference}/block/"
    shown = text_in(console.get(url).content)
    assert "1 campagne s’arrête" in shown
    assert order.campaign.headline in shown
    for lacking in ({"reason": "", "seen_cents": order.gross_cents}, {"reason": REASON}):
        assert console.post(url, lacking).status_code == 422
    assert not Refund.objects.exists()
    typed = {"reason": REASON, "seen_cents": order.gross_cents}
    assert console.post(url, typed)["Location"] == f"/merchants/{shop.reference}/"
    assert Campaign.objects.get(pk=order.campaign_id).state == Campaign.State.STOPPED
    assert Refund.objects.get().amount_cents == order.gross_cents
    assert Merchant.objects.get(pk=shop.pk).state == Merchant.State.BLOCKED
    assert ReportAnswer.objects.get().words == REASON
    assert REASON in text_in(console.get(f"/merchants/{shop.reference}/").content)
    assert "reviennent dans" not in shown
    assert console.post(url, {"reason": "Réglé avec le commerçant"}).status_code == 303
    assert Merchant.objects.get(pk=shop.pk).state == Merchant.State.PUBLISHED


def test_page_that_no_space_shows_has_nothing_to_block(console: SpaceClient) -> None:
    shop = make_shop()
    Merchant.objects.update(state="draft")
    url = f"/merchants/{shop.reference}/block/"
    assert "rien à bloquer" in text_in(console.get(url).content)
    assert console.post(url, {"reason": REASON, "seen_cents": 0}).status_code == 422


def test_correction_names_each_changed_column_in_a_single_mail(console: SpaceClient) -> None:
    shop = make_shop()
    Merchant.objects.filter(pk=shop.pk).update(proposed={"name": "Cazal & Co", "city": "Tours"})
    shop.refresh_from_db()
    url = f"/merchants/{shop.reference}/correct/"
    assert "Motif" in text_in(console.get(url).content)
    typed = fields(shop, name="Maison Cazal & filles", phone="02 47 00 00 00")
    assert console.post(url, typed).status_code == 303
    shop.refresh_from_db()
    assert (shop.name, shop.phone) == ("Maison Cazal & filles", "02 47 00 00 00")
    assert shop.proposed == {"city": "Tours"}
    columns = set(Correction.objects.values_list("column", flat=True))
    assert columns == {"name", "phone"}
    (waiting,) = corrections_to_mail().filter(mailed_at=None)
    notifications.mail_correction(waiting)
    sent = mail.outbox[-1]
    assert sent.subject == "Votre page est corrigée"
    for words in ("Maison Cazal & filles", "02 47 00 00 00", REASON):
        assert words in sent.body
    page = text_in(console.get(f"/merchants/{shop.reference}/").content)
    assert "Téléphone" in page
    assert REASON in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Rien n’a changé"),
        ({"siren": "123456789"}, "SIREN"),
        ({"name": ""}, "Nom du commerce"),
        ({"phone": "0", "reason": ""}, "Dites pourquoi"),
        ({"category": "casino"}, "Catégorie"),
        ({"seat_city": "Tours"}, "adresse entière du siège"),
    ],
)
def test_wrong_or_empty_correction_is_refused(
    console: SpaceClient, typed: dict[str, str], words: str
) -> None:
    shop = make_shop()
    answer = console.post(f"/merchants/{shop.reference}/correct/", fields(shop, **typed))
    assert answer.status_code == 422
    assert words in text_in(answer.content)
    assert not Correction.objects.exists()
