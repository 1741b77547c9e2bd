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
from saas.catalogue.placements.actions import drafts
from saas.catalogue.placements.models import Campaign
from saas.kernel import schema
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


@pytest.mark.parametrize(
    ("size", "crop", "part"),
    [
        ((800, 300), "start", "red"),
        ((800, 300), "end", "blue"),
        ((300, 800), "start", "red"),
        ((300, 800), "end", "blue"),
        ((300, 800), "", None),
    ],
)
def test_picture_of_an_ad_is_cropped_as_its_merchant_chose(
    browse: Browse, merchant: Merchant, size: tuple[int, int], crop: str, part: str | None
) -> None:
    with schema.in_public():
        draft = drafts.begin(goal="known", by=owner_of(merchant), at=timezone.now())
    typed = {"headline": "Brioche", "text": "", "offer": "", "crop": crop}
    path = f"/desk/campaigns/drafts/{draft.reference}/ad/"
    desk = browse(owner_of(merchant), space="")
    assert desk.post(path, {**typed, "picture": halves(size)}).status_code == 303
    name = draw().name

    with default_storage.open(pictures.name_at(name, 480)) as file, Image.open(file) as image:
        if part is None:
            assert image.size == size
            return
        width, height = image.size
        assert width * 3 == pytest.approx(height * 4, abs=8)
        found = image.convert("RGB").getpixel((width // 4, height // 4))
        assert isinstance(found, tuple)
        assert found.index(max(found)) == {"red": 0, "blue": 2}[part]


def halves(size: tuple[int, int]) -> io.BytesIO:
    """Return a picture that is red at its start, and blue from its middle on."""
    image, across = Image.new("RGB", size, "red"), size[0] > size[1]
    middle = (size[0] // 2, 0) if across else (0, size[1] // 2)
    image.paste((0, 0, 255), (*middle, *size))
    out = io.BytesIO()
    image.save(out, "PNG")
    out.name = "photo.png"
    out.seek(0)
    return out


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

    def die(content: bytes, *, crop: str) -> pictures.Drawn:
        assert crop == ""
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
