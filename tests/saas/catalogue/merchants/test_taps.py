"""The taps of a baker on a phone: a field filled or a button pressed is a tap."""

import re
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from infra.demo.seed.shops import ADDRESSES
from saas.catalogue.merchants import tasks
from saas.catalogue.merchants.models import Merchant, Signup
from saas.geocoding import actions as addresses
from tests.fixtures.people import Browse, SpaceClient

pytestmark = pytest.mark.django_db
MOST_TAPS, MOST_FIELDS = 12, 9


class Phone:
    """A browser that counts; it sends each form whole, with the values that its page shows."""

    def __init__(self, client: SpaceClient) -> None:
        self.client, self.taps, self.fields = client, 0, 0

    def follow(self, address: str) -> None:
        """Tap a link."""
        self.taps += 1
        assert self.client.get(address).status_code == 200

    def submit(self, page: str, button: str = "", **typed: str) -> Any:
        """Fill the fields and press the button."""
        shown = self.client.get(page)
        form = shown.context["form"]
        values = {name: form[name].value() or "" for name in form.fields}
        self.taps += len(typed) + 1
        self.fields += len(typed)
        assert set(typed) <= set(form.fields)
        return self.client.post(page, {**values, **typed, **({button: "1"} if button else {})})


def test_baker_reaches_the_review_in_twelve_taps_and_nine_fields(browse: Browse) -> None:
    addresses.load(path=ADDRESSES, at=timezone.now())
    phone = Phone(browse(space=""))
    phone.submit(
        "/desk/signup/",
        name="Yves Cazal",
        email="yves@cazal.example",
        password="pain-au-levain-noir",
    )
    tasks.mail_confirmation(Signup.objects.get().pk)
    [link] = re.findall(r"https?://[^/]+(/\S+)", str(mail.outbox[0].body))[:1]
    phone.follow(link)
    phone.submit(link)
    answer = phone.submit(
        "/desk/page/",
        button="publish",
        name="Maison Cazal",
        category="bakery",
        address="4 rue des Bateliers, 37990 Saint-Avel-sur-Loge",
        hours="lun–ven 7 h–12 h 30 et 14 h–19 h, sam 8 h–13 h",
        siren="732 829 320",
    )

    merchant = Merchant.objects.get()
    assert (answer.status_code, merchant.state) == (303, Merchant.State.WAITING)
    assert (merchant.legal_name, merchant.billing_email) == ("Maison Cazal", "yves@cazal.example")
    assert (merchant.postcode, str(merchant.latitude)) == ("37990", "47.390250")
    assert merchant.hours.count() == 11
    assert (phone.taps, phone.fields) == (MOST_TAPS, 8)
    assert phone.fields <= MOST_FIELDS
