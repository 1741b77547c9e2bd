"""Untrusted files and feeds: accepted, extracted, and refused content, with the reasons."""

import datetime as dt
import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from saas.accounts.models import User
from saas.kernel import cache
from saas.kernel.errors import Refused
from saas.kernel.sandbox import locks, runner
from saas.kernel.sandbox.openers import books, papers
from saas.kernel.sandbox.verdicts import TooHeavyError, UnfitError
from saas.kernel.web import outgoing
from tenants.community.mediastore import tasks, wording
from tenants.community.mediastore.actions import shelving
from tenants.community.mediastore.gateway import feeds
from tenants.community.mediastore.models import Medium
from tenants.community.mediastore.rules import files
from tests.tenants.community.mediastore.making import epub, make_keeper, make_medium, pdf, send

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MP3 = b"ID3\x03" + b"\0" * 64
FEED = b"""<rss><channel><title>R</title>
<item><guid>b</guid><title>Deux</title>
<enclosure url="https://p.example/2" type="audio/mpeg"/></item>
<item><guid>a</guid><title>Un</title>
<enclosure url="https://p.example/1" type="audio/mpeg"/></item>
</channel></rss>"""


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "content", "allowed"),
    [
        ("guide", b"%PDF-1.7 x", True),
        ("guide", b"MZ\x90 program.pdf", False),
        ("book", epub("<p>x</p>"), True),
        ("book", b"PK\x03\x04 a plain archive", False),
        ("video", b"\0\0\0\x18ftypmp42", True),
        ("video", b"RIFF....AVI ", False),
        ("video", b"%PDF-1.7", False),
    ],
)
def test_file_is_recognised_by_its_content(kind: str, content: bytes, *, allowed: bool) -> None:
    if allowed:
        files.check_upload(kind, content[:1024], 10)
    else:
        with pytest.raises(Refused) as refusal:
            files.check_upload(kind, content[:1024], 10)
        assert refusal.value.field == "file"
    with pytest.raises(Refused, match="80"):
        files.check_upload(kind, content[:1024], files.MOST_UPLOAD + 1)


def test_pdf_becomes_pages_and_its_file_goes(owner: User) -> None:
    medium = send(make_keeper(owner), pdf(2))
    assert (medium.state, medium.upload) == ("ready", "")
    first, second = medium.parts.order_by("number")
    assert (first.kind, first.width, second.number) == ("page", 1200, 2)
    assert default_storage.exists(first.file)
    tasks.prepare.run(medium.pk)
    assert medium.parts.count() == 2


def test_chapters_are_cleaned_and_pictures_become_ours(owner: User) -> None:
    chapter = (
        '<h1 onclick="x()">Le vent</h1><script>steal()</script><p style="color:red">Un mot'
        ' <a href="https://out.example">ailleurs</a></p><img src="../i/a.png" alt="Une aile">'
        '<img src="https://track.example/p.gif"><iframe src="x"></iframe><svg><script/></svg>'
    )
    book = epub(chapter, "", "<p>Fin</p>", extra={"i/a.png": picture()})
    medium = send(make_keeper(owner), book, kind="book", name="x.epub")
    first, last = medium.parts.order_by("number")
    assert (first.title, last.number) == ("Le vent", 2)
    for banned in ("script", "onclick", "style", "href", "track.example", "iframe", "<h1"):
        assert banned not in first.text
    assert f'src="/media/{medium.reference}/picture/1/"' in first.text
    assert "ailleurs" in first.text
    assert medium.illustrations.count() == 1


def archive(files: dict[str, bytes]) -> bytes:
    """Return a ZIP archive of files, the first of which names an EPUB's type unless one does."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as book:
        if "mimetype" not in files:
            book.writestr("mimetype", "application/epub+zip")
        for name, content in files.items():
            book.writestr(name, content)
    return buffer.getvalue()


def encrypted(algorithm: str) -> bytes:
    """Return a book with some files encrypted by this algorithm."""
    locks = f'<e><EncryptionMethod Algorithm="{algorithm}"/></e>'.encode()
    return epub("<p>x</p>", extra={"META-INF/encryption.xml": locks})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7 nothing that is one", "unreadable"),
        (archive({"META-INF/container.xml": b"no XML"}), "unreadable"),
        (epub(), "empty"),
        (encrypted("urn:lock"), "locked"),
        (b"%PDF-1.7 " + EICAR, "virus"),
    ],
)
def test_file_that_cannot_stand_there_is_refused_with_its_reason(
    owner: User, content: bytes, reason: str
) -> None:
    medium = send(make_keeper(owner), content, kind="book")
    assert (medium.state, medium.failure, medium.parts.count()) == ("failed", reason, 0)
    assert wording.failure(reason)


def test_book_whose_type_is_no_first_entry_is_taken(owner: User) -> None:
    """As packers of Debian's write them; readers open such a book."""
    with zipfile.ZipFile(io.BytesIO(epub("<p>Un mot.</p>"))) as book:
        entries = {name: book.read(name) for name in book.namelist() if name != "mimetype"}
    content = archive({**entries, "mimetype": b"application/epub+zip"})
    assert not content[30:].startswith(b"mimetype")
    medium = send(make_keeper(owner), content, kind="book")
    assert (medium.state, medium.failure) == ("ready", "")


SCRAMBLED = "http://www.idpf.org/2008/embedding"


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        pytest.param(encrypted(SCRAMBLED), 1, id="fonts that are only scrambled lock no book"),
        # A few kilobytes could list a long chapter four hundred times, and fill a worker.
        pytest.param(epub("<p>Il était une fois.</p>", spine=400), 1, id="a chapter is read once"),
    ],
)
def test_book_that_can_be_read_is_opened(owner: User, content: bytes, parts: int) -> None:
    medium = send(make_keeper(owner), content, kind="book")
    assert (medium.state, medium.parts.count()) == ("ready", parts)


@pytest.mark.parametrize("limit", ["MOST_XML", "MOST_TEXT"])
def test_book_whose_words_are_too_many_is_refused(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(books, limit, 300)
    chapters = ["<p>" + "mot " * 60 + "</p>"] * 2 if limit == "MOST_TEXT" else ["mot " * 100]
    with pytest.raises(UnfitError, match="too_long"):
        list(books.chapters_of(epub(*chapters), {"address": ""}))


def test_pdf_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "MOST_PAGES", 1)
    monkeypatch.setattr(locks, "set_alarm", lambda _seconds: None)
    with pytest.raises(UnfitError, match="too_long"):
        list(papers.pages_of(pdf(2), {}))


def test_file_whose_child_dies_is_tried_twice_and_no_more(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, again = [], []

    def die(*_args: object) -> None:
        tries.append(Medium.objects.get().attempts)  # counted before it is tried
        raise TooHeavyError("paper")

    monkeypatch.setattr(runner, "opened", die)
    monkeypatch.setattr(tasks, "send", lambda *args, **_: again.append(args))
    keeper = make_keeper(owner)
    medium = send(keeper, pdf(1))
    for _time in range(3):
        tasks.prepare.run(medium.pk)
    medium.refresh_from_db()
    assert (tries, again) == ([1, 2], [(tasks.prepare, medium.pk)])
    assert (medium.state, medium.failure) == ("failed", "too_heavy")
    assert "essayé deux fois" in wording.failure(medium.failure)
    with pytest.raises(Refused, match="essayé deux fois"):
        shelving.try_again(medium=medium, by=keeper, at=timezone.now())


def test_file_that_ended_two_workers_is_not_tried_again(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "opened", lambda *_args: pytest.fail("tried"))
    medium = make_medium(owner, kind="guide", pages=0, state="waiting", upload="x", attempts=2)
    tasks.prepare.run(medium.pk)
    medium.refresh_from_db()
    assert (medium.state, medium.failure) == ("failed", "too_heavy")


def test_other_failures_may_be_tried_again_from_the_beginning(owner: User) -> None:
    keeper = make_keeper(owner)
    medium = send(keeper, b"%PDF-1.7 nothing that is one")
    assert (medium.failure, medium.attempts) == ("unreadable", 1)
    shelving.try_again(medium=medium, by=keeper, at=timezone.now())
    medium.refresh_from_db()
    assert (medium.state, medium.attempts) == ("waiting", 0)


def test_space_opens_one_file_at_a_time_so_that_mails_find_a_worker(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    again: list[object] = []
    monkeypatch.setattr(tasks, "send", lambda *args, **_: again.append(args))
    cache.claimed(tasks.TURN, seconds=60)
    keeper = make_keeper(owner)
    medium = send(keeper, pdf(1))
    assert (medium.state, again) == ("waiting", [(tasks.prepare, medium.pk)])
    cache.forget(tasks.TURN)
    tasks.prepare.run(medium.pk)
    assert send(keeper, pdf(2)).state == "ready"  # the turn was given back


def make_podcast(by: User) -> Medium:
    return make_medium(by, kind="podcast", pages=0, feed="https://p.example/f", state="waiting")


def test_new_episodes_are_fetched_once_and_stand_in_their_order(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def fetch(url: str, **_limits: object) -> bytes:
        calls.append(url)
        return FEED if url.endswith("/f") else MP3

    monkeypatch.setattr(outgoing, "fetch", fetch)
    medium = make_podcast(owner)
    for _night in range(2):
        tasks.fetch_feed.run(medium.pk)
    medium.refresh_from_db()
    assert medium.state == "ready"
    assert list(medium.parts.order_by("number").values_list("title", flat=True)) == ["Un", "Deux"]
    fetched = [url for url in calls if not url.endswith("/f")]
    assert fetched == ["https://p.example/1", "https://p.example/2"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (outgoing.AddressRefusedError(), "internal"),
        (outgoing.TooLargeError(), "too_large"),
        (TimeoutError(), "unreachable"),
    ],
)
def test_feed_that_cannot_be_fetched_says_why(
    owner: User, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def fetch(_url: str, **_limits: object) -> bytes:
        raise error

    monkeypatch.setattr(outgoing, "fetch", fetch)
    medium = make_podcast(owner)
    tasks.fetch_feed.run(medium.pk)
    medium.refresh_from_db()
    assert (medium.state, medium.failure) == ("failed", reason)


def test_feed_leads_to_no_internal_address() -> None:
    for url in ("https://127.0.0.1/f", "https://localhost/f", "http://p.example/f", "file:///x"):
        with pytest.raises(files.Unfit, match="internal"):
            feeds.episodes_of(url)


def test_files_of_what_was_taken_away_are_deleted(owner: User) -> None:
    medium = send(make_keeper(owner), pdf(1))
    name = medium.parts.get().file
    Medium.objects.filter(pk=medium.pk).update(withdrawn_at=timezone.now())
    tasks.delete_files_of.run(medium.pk)
    assert not default_storage.exists(name)
    assert medium.parts.count() == 0


def test_file_of_no_row_is_swept_after_a_day(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    medium = send(make_keeper(owner), pdf(1))
    name = medium.parts.get().file
    medium.parts.all().delete()
    tasks.delete_lost_files.run()
    assert default_storage.exists(name)
    monkeypatch.setattr(tasks, "LOST_AFTER", dt.timedelta(days=-1))
    tasks.delete_lost_files.run()
    assert not default_storage.exists(name)
