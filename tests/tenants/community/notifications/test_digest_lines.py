"""A digest names five things at most, each with all that its reader decides by."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from saas.accounts.models import User
from saas.kernel.offers import digest_hooks
from tenants.community.members.models import Profile
from tenants.community.notifications import tasks
from tests.fixtures.people import AT, DAY
from tests.tenants.community.classifieds.making import (
    html_of,
    make_classified,
    make_picture,
    picture_bytes,
    run,
)
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.notifications.making import make_notification
from tests.tenants.community.rides.making import make_ride

MONDAY = dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)


def digest_of(person: User, morning: dt.datetime, patch: pytest.MonkeyPatch) -> Any:
    """Send the digests of a morning, and return the mail of a member."""
    with patch.context() as at_hour:
        at_hour.setattr(timezone, "now", lambda: morning)
        run(tasks.send_digests)
    return next(message for message in mail.outbox if message.to == [person.email])


def text_of(message: Any) -> str:
    return str(message.body).replace("\xa0", " ").replace("\u202f", " ")


def test_lines_name_price_place_hour_and_author(
    owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = MONDAY - DAY / 2
    make_classified(teammate, at=since, title="Vélo pliant", price_cents=18_000)
    make_ride(teammate, at=since, price_cents=150)
    make_gathering(teammate, at=since, title="Déjeuner au parc", starts_at=MONDAY + 3 * DAY)
    text = text_of(digest_of(owner, MONDAY, monkeypatch))
    assert f"180 € · Porte Sud · {teammate.short_name}" in text
    assert "1,50 € par place" in text
    # The clock of the space, one hour before that of the process.
    assert "jeudi 3 décembre, 9 h 00" in text


def test_picture_of_a_classified_is_in_the_mail_as_jpeg(
    owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bike = make_classified(teammate, at=MONDAY - DAY / 2, title="Vélo pliant")
    picture = make_picture(teammate, bike)
    content = picture_bytes("WEBP", (160, 120))
    default_storage.save(f"{picture.name}-160.webp", ContentFile(content))
    without = make_classified(teammate, at=MONDAY - DAY / 2, title="Chaise")
    make_picture(teammate, without)  # its file is gone
    broken = make_picture(teammate, make_classified(teammate, at=MONDAY - DAY / 2, title="Lampe"))
    default_storage.save(f"{broken.name}-160.webp", ContentFile(content[:90]))
    message = digest_of(owner, MONDAY, monkeypatch)
    (part,) = [one for one in message.message().walk() if one.get_content_maintype() == "image"]
    assert part.get_content_type() == "image/jpeg"
    assert part.get_filename().endswith(".jpg")
    drawn = Image.open(io.BytesIO(part.get_payload(decode=True)))
    assert (drawn.format, drawn.size) == ("JPEG", (144, 144))
    assert part.get_content_disposition() == "inline"
    assert f'src="cid:{part["Content-ID"].strip("<>")}"' in html_of(message)
    assert html_of(message).count("cid:") == 1


def test_week_ahead_is_named_on_mondays_only(
    owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, title in enumerate(("Course", "Déjeuner", "Échecs")):
        make_gathering(
            teammate, at=AT - 9 * DAY, title=title, starts_at=MONDAY + (number + 2) * DAY
        )
    for title in ("A", "B", "C", "D"):
        make_classified(teammate, at=MONDAY - DAY / 2, title=f"Chose {title}")
    make_notification(owner, at=MONDAY - DAY / 2, kind="thanks")
    text = text_of(digest_of(owner, MONDAY, monkeypatch))
    assert [title for title in ("Course", "Déjeuner", "Échecs") if title in text] == [
        "Course",
        "Déjeuner",
    ]
    assert text.count("/notifications/to/") <= 6
    assert [title for title in "ABCD" if f"Chose {title}" in text] == ["C", "D"]
    mail.outbox.clear()
    make_classified(teammate, at=MONDAY + DAY / 2, title="Chose E")
    text = text_of(digest_of(owner, MONDAY + DAY, monkeypatch))
    assert "Chose E" in text
    assert "Course" not in text


def test_own_site_comes_first(owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch) -> None:
    Profile.objects.filter(user=owner).update(site_id=2)
    new = [
        digest_hooks.Novelty(MONDAY - DAY / 2, "tag", f"Chose {n}", "", "/x/", teammate.pk, None, n)
        for n in (1, 2)
    ]
    monkeypatch.setattr(digest_hooks.novelties, "_answers", {"test": lambda *_: new})
    message = digest_of(owner, MONDAY, monkeypatch)
    assert message.subject.startswith("Chose 2")
