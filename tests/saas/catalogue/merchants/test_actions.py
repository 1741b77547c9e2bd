"""How a shop is described and shown."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from saas.catalogue.merchants import tasks
from saas.catalogue.merchants.actions import shops as actions
from saas.catalogue.merchants.models import Merchant, PublishedMerchant, SentPicture
from saas.catalogue.merchants.rules.shops import Opening
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.search.sorting import sort_key
from saas.kernel.uploads import pictures
from tests.fixtures.people import AT
from tests.saas.catalogue.making import (
    NOON,
    describe_again,
    make_merchant,
    owner_of,
    photo,
)

pytestmark = pytest.mark.django_db


def test_a_draft_is_seen_by_nobody_until_it_is_published_and_a_blocked_page_stays_so() -> None:
    merchant = make_merchant(published=False)
    assert not PublishedMerchant.objects.exists()
    actions.publish(by=owner_of(merchant), at=AT)
    assert [shop.name for shop in PublishedMerchant.objects.all()] == ["Maison Cazal"]
    Merchant.objects.update(state=Merchant.State.BLOCKED)
    with pytest.raises(Refused, match="bloquée"):
        actions.publish(by=owner_of(merchant), at=AT)


def test_describing_again_changes_the_one_page_and_a_second_shop_has_another() -> None:
    merchant = make_merchant()
    describe_again(merchant, name="Maison Cazal et fils", hours=NOON[:1])
    again = Merchant.objects.prefetch_related("hours").get()
    assert (again.name, again.slug) == ("Maison Cazal et fils", "maison-cazal")
    assert len(again.hours.all()) == 1
    assert make_merchant().slug == "maison-cazal-2"


def test_a_page_without_hours_is_not_published_and_a_published_one_keeps_its_own() -> None:
    merchant = make_merchant(published=False, hours=[])
    with pytest.raises(Refused, match="quand vous êtes ouvert"):
        actions.publish(by=owner_of(merchant), at=AT)
    with pytest.raises(Refused, match="quand vous êtes ouvert"):
        describe_again(make_merchant(), hours=[])


def test_overlapping_hours_are_refused_and_nothing_changes() -> None:
    merchant = make_merchant()
    with pytest.raises(Refused, match="chevauche"):
        describe_again(merchant, name="Autre", hours=[*NOON, Opening(0, dt.time(13), dt.time(15))])

    assert Merchant.objects.get().name == "Maison Cazal"


def test_a_picture_is_kept_in_four_widths_under_a_name_nobody_guesses() -> None:
    merchant = describe_again(make_merchant(), picture=photo().read())
    tasks.draw_picture.run(SentPicture.objects.get().pk)

    assert merchant.picture.startswith("public/merchants/")
    assert len(merchant.picture) > len("public/merchants/.webp") + 20
    for width in pictures.WIDTHS:
        with default_storage.open(pictures.name_at(merchant.picture, width)) as file:
            assert Image.open(io.BytesIO(file.read())).format == "WEBP"


def test_a_picture_stays_until_it_is_taken_away(django_capture_on_commit_callbacks: Any) -> None:
    merchant = describe_again(make_merchant(), picture=photo().read())
    stored = describe_again(merchant)
    with django_capture_on_commit_callbacks(execute=True):
        gone = describe_again(merchant, keeps_picture=False)

    assert stored.picture == merchant.picture
    assert gone.picture == ""
    assert not default_storage.exists(pictures.name_at(merchant.picture, 480))


def test_a_merchant_is_remembered_by_the_payment_service() -> None:
    merchant = make_merchant()
    actions.record_stripe_customer(merchant_id=merchant.pk, customer="cus_1", at=AT)

    assert Merchant.objects.get().stripe_customer == "cus_1"
    assert schema.current() == schema.PUBLIC


def test_shops_are_listed_where_a_reader_looks_for_them() -> None:
    names = ["Zéphyr", "Élan", "eco", "Elsa", "Œuvre", "Atelier"]
    for name in names:
        make_merchant(name)
    listed = [shop.name for shop in Merchant.objects.all()]
    assert listed == ["Atelier", "eco", "Élan", "Elsa", "Zéphyr", "Œuvre"]
    assert listed == sorted(names, key=sort_key)
