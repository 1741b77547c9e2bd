"""Pictures of shops and ads: a request keeps them, a job opens them."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from infra.drills.inside.access.uploads import telephone
from saas.catalogue.merchants import tasks
from saas.catalogue.merchants.models import Merchant, SentPicture
from saas.catalogue.merchants.queries import shops as queries
from saas.catalogue.placements.models import Campaign
from saas.kernel.sandbox import runner
from saas.kernel.sandbox.verdicts import MOST_ATTEMPTS, TooHeavyError
from saas.kernel.uploads import pictures
from tests.fixtures.people import Browse
from tests.saas.catalogue.making import describe_again, draw_up, make_merchant, owner_of, photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("going_on_from_at")]


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant(at=timezone.now())


def draw() -> SentPicture:
    sent = SentPicture.objects.get()
    tasks.draw_picture.run(sent.pk)
    return sent


@pytest.mark.parametrize("file", [photo, lambda: io.BytesIO(telephone.lying())])
def test_request_opens_no_picture_and_shows_it_in_preparation(
    monkeypatch: pytest.MonkeyPatch, browse: Browse, merchant: Merchant, file: Any
) -> None:
    opened = runner.opened
    monkeypatch.setattr(runner, "opened", lambda *_: pytest.fail("a file was opened"))
    desk = browse(owner_of(merchant), space="")
    describe_again(merchant, picture=file().read())
    assert "Nous préparons votre photo" in desk.get("/desk/page/").content.decode()
    name = SentPicture.objects.get().name
    url = f"/desk/{pictures.name_at(name, 480).replace('public', 'pictures', 1)}"
    waiting = desk.get(url)
    assert (waiting.status_code, waiting["Cache-Control"]) == (302, "no-store")
    assert "rings" in waiting["Location"]

    monkeypatch.setattr(runner, "opened", opened)
    draw()
    assert not default_storage.exists(pictures.original_of(name))
    assert not SentPicture.objects.exists()
    assert "Nous préparons" not in desk.get("/desk/page/").content.decode()
    drawn = desk.get(url)
    with Image.open(io.BytesIO(drawn.getvalue())) as image:
        assert image.format == "WEBP"
    drawn.close()


def test_unreadable_picture_is_taken_off_and_its_merchant_reads_why(
    browse: Browse, merchant: Merchant
) -> None:
    desk = browse(owner_of(merchant), space="")
    describe_again(merchant, picture=photo().read()[:300])
    draw()
    merchant.refresh_from_db()
    assert (merchant.picture, merchant.proposed) == ("", {})
    assert "Cette photo est illisible" in desk.get("/desk/page/").content.decode()

    describe_again(merchant, picture=photo().read())
    assert SentPicture.objects.get().failure == ""


def test_heavy_picture_of_an_ad_is_tried_twice(
    monkeypatch: pytest.MonkeyPatch, browse: Browse, merchant: Merchant
) -> None:
    tries = []

    def die(content: bytes) -> pictures.Drawn:
        tries.append(content)
        raise TooHeavyError("picture")

    monkeypatch.setattr(pictures, "draw", die)
    campaign = draw_up(merchant, picture=photo().read())
    for _delivery in range(4):
        draw()
    assert len(tries) == MOST_ATTEMPTS
    campaign.refresh_from_db()
    assert campaign.picture == ""
    desk = browse(owner_of(merchant), space="")
    shown = desk.get(f"/desk/campaigns/{campaign.reference}/").content.decode()
    assert "trop de mémoire" in shown
    assert Campaign.objects.get().picture == ""


def test_picture_whose_job_was_lost_is_queued_again(merchant: Merchant) -> None:
    describe_again(merchant, picture=photo().read())
    sent, at = SentPicture.objects.get(), timezone.now()
    assert queries.late_pictures(at=at) == []
    late = at + dt.timedelta(minutes=2)
    assert queries.late_pictures(at=late) == [sent.pk]
    SentPicture.objects.update(failure="unreadable")
    assert queries.late_pictures(at=late) == []
