"""Pictures: accepted files, stored data, and access."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from infra.drills.inside.access.uploads import telephone
from saas.accounts.models import User
from saas.kernel import private_pictures
from saas.kernel.errors import Refused
from saas.kernel.uploads import pictures
from tenants.community.classifieds import actions, tasks
from tenants.community.classifieds.models import Picture
from tenants.community.classifieds.queries import pictures as queries
from tests.fixtures.people import AT, DAY, Browse
from tests.tenants.community.classifieds.making import (
    make_classified,
    make_picture,
    picture_bytes,
    run,
    upload,
)

TELLTALE = b"Secret-Canary-4711"


def with_everything() -> bytes:
    """Return a JPEG turned on its side, with metadata on its photographer, place and camera."""
    image = Image.new("RGB", (640, 480), "teal")
    exif = Image.Exif()
    exif[0x010F] = TELLTALE.decode()  # the maker of the camera
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825).update({1: "N", 2: (45.0, 46.0, 1.0), 3: "E", 4: (4.0, 50.0, 2.0)})
    out = io.BytesIO()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + TELLTALE + b"</x:xmpmeta>"
    image.save(out, "JPEG", exif=exif, xmp=xmp, comment=TELLTALE)
    return out.getvalue()


def receive(person: User, content: bytes | None = None) -> Picture:
    return actions.receive_picture(upload=upload(content), by=person, at=AT)


def prepared(person: User, content: bytes | None = None) -> Picture:
    """A draft that the job has prepared."""
    picture = receive(person, content)
    run(tasks.prepare_picture, picture.pk)
    picture.refresh_from_db()
    return picture


def test_each_width_is_stored_upright_and_holds_nothing_but_pixels(owner: User) -> None:
    content = with_everything()
    assert TELLTALE in content
    picture = prepared(owner, content)
    assert (picture.state, picture.width, picture.height) == ("ready", 480, 640)
    for width in pictures.WIDTHS:
        with default_storage.open(private_pictures.file_of(picture.name, width)) as file:
            stored = file.read()
        assert TELLTALE not in stored
        with Image.open(io.BytesIO(stored)) as image:
            assert image.format == "WEBP"
            assert image.width == min(width, 480)
            assert not image.getexif()
            assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)


def test_the_original_is_not_kept_and_a_second_job_changes_nothing(owner: User) -> None:
    picture = receive(owner)
    assert default_storage.exists(private_pictures.original_of(picture.name))
    for _twice in range(2):
        run(tasks.prepare_picture, picture.pk)
        picture.refresh_from_db()
        assert picture.state == "ready"
        assert not default_storage.exists(private_pictures.original_of(picture.name))


def test_half_a_picture_is_marked_as_unreadable(owner: User) -> None:
    whole = picture_bytes("PNG", (800, 600))
    picture = prepared(owner, whole[: len(whole) // 2])
    assert picture.state == "failed"
    assert not default_storage.exists(private_pictures.original_of(picture.name))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x00\x00\x00\x18ftypqt  " + bytes(64), "ou HEIC"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "illisible"),
        (b"GIF89a" + bytes(64), "illisible"),
        (b"", "illisible"),
        (bytes(pictures.MOST_BYTES + 1), "dépasse 12"),
    ],
)
def test_unfit_picture_is_refused_in_words(owner: User, content: bytes, sentence: str) -> None:
    file = upload(b"x")
    file.file = io.BytesIO(content)
    file.size = len(content)
    with pytest.raises(Refused, match=sentence):
        actions.receive_picture(upload=file, by=owner, at=AT)
    assert not Picture.objects.exists()


def test_picture_of_too_many_pixels_is_refused_by_the_job_that_opens_it(owner: User) -> None:
    out = io.BytesIO()
    Image.new("1", (8_000, 5_001)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    assert prepared(owner, out.getvalue()).state == "failed"


def test_heic_of_a_telephone_is_taken_without_its_notes(owner: User) -> None:
    picture = prepared(owner, telephone.lying())
    assert (picture.state, picture.width, picture.height) == ("ready", 400, 200)


def test_files_lie_under_their_space_at_names_that_nobody_guesses(owner: User) -> None:
    one, two = receive(owner), receive(owner)
    assert one.name.startswith("north/classifieds/")
    assert len(one.token) >= 24
    assert one.token != two.token


def test_smaller_pictures_offer_the_widths_that_they_have(owner: User) -> None:
    assert private_pictures.widths_of(Picture(width=1200)) == [
        (160, 160),
        (480, 480),
        (960, 960),
        (1600, 1200),
    ]
    assert private_pictures.widths_of(Picture(width=300)) == [(160, 160), (480, 300)]
    assert private_pictures.widths_of(Picture(width=2400))[-1] == (1600, 1600)


def test_the_members_of_the_space_alone_see_it_and_may_keep_it(
    browse: Browse, owner: User, teammate: User, stranger: User
) -> None:
    picture = prepared(owner)
    Picture.objects.filter(pk=picture.pk).update(classified=make_classified(owner))
    url = f"/classifieds/pictures/{picture.token}/480.webp"
    response = browse(teammate).get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert response.getvalue()[8:12] == b"WEBP"
    assert browse(stranger, space="south").get(url).status_code == 404
    assert browse(None).get(url)["Location"].startswith("/signin/")


def test_a_draft_is_seen_by_its_uploader_alone_in_the_widths_that_there_are(
    browse: Browse, owner: User, teammate: User
) -> None:
    url = f"/classifieds/pictures/{prepared(owner).token}/{{}}.webp"
    assert browse(owner).get(url.format(160)).status_code == 200
    assert browse(teammate).get(url.format(160)).status_code == 404
    for width in (0, 1, 161, 99_999_999_999_999_999_999):
        assert browse(owner).get(url.format(width)).status_code == 404


def test_drafts_are_forgotten_after_two_days_with_their_files(owner: User) -> None:
    old, stored = prepared(owner), make_picture(owner, make_classified(owner))
    assert actions.forget_drafts(at=AT + DAY) == 0
    assert actions.forget_drafts(at=AT + 3 * DAY) == 1
    assert list(Picture.objects.all()) == [stored]
    run(tasks.delete_files, old.name)
    assert not any(
        default_storage.exists(private_pictures.file_of(old.name, width))
        for width in pictures.WIDTHS
    )


def test_pictures_to_post_are_ones_own_drafts(owner: User, teammate: User) -> None:
    theirs, mine = make_picture(owner), make_picture(teammate)
    shown = make_picture(teammate, make_classified(teammate))
    assert queries.own_pictures([theirs.pk, mine.pk, shown.pk], by=teammate) == [mine]
