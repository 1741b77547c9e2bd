"""Files on their way: sent to each place, made ready as a worker does, and looked at again."""

import concurrent.futures
import dataclasses
import io
import re
import time
from collections import Counter
from http import HTTPStatus
from typing import Any, cast

from django.core.files.storage import default_storage
from PIL import Image

from infra.drills.inside.access import limits, meter
from infra.drills.inside.access.people import HOME, World
from infra.drills.inside.access.touring import Answer, Try
from infra.drills.inside.access.uploads.bodies import Body, form
from infra.drills.inside.access.uploads.places import TYPED, Place
from infra.drills.inside.access.uploads.samples import CANARY, RED, Sample, greatest
from infra.drills.inside.access.web_client import WebClient
from saas.accounts.access import PUBLIC
from saas.catalogue.merchants import tasks as shops
from saas.catalogue.merchants.models import SentPicture
from saas.kernel import private_pictures, schema
from saas.kernel.private_pictures import PrivatePicture
from tenants.community.mediastore import tasks as shelf
from tenants.community.mediastore.models import Medium

MOST_SECONDS = 20.0
# The memory limit of a process at any moment, with all loaded modules.
MOST_MEGABYTES = 400
AT_ONCE = 4
# The required fields of a shop's page.
OPEN = {"description": "Du pain.", "opens_0": "08:00", "closes_0": "12:00"}
PATIENCE = 30
_REFUSED = (400, 413, 415, 422)
_SENTENCE = re.compile(r'role="alert"|class="[^"]*\berror|"detail":|"errors":|<h1')
_UNGUESSED = re.compile(r"[A-Za-z0-9_-]{20,}\Z")
_PUBLIC_PICTURE = re.compile(r"/desk/pictures/[\w/.-]+\.webp")
SHOWN_AS = {"content-type": "image/webp", "x-content-type-options": "nosniff"}
_CLOSED = (HTTPStatus.FOUND, HTTPStatus.NOT_FOUND)


@dataclasses.dataclass
class Sender:
    """A sender of files to every permitted place, with a check of the outcome."""

    client: WebClient
    world: World
    keys: dict[str, str]
    found: list[str] = dataclasses.field(default_factory=list)
    tried: Counter[str] = dataclasses.field(default_factory=Counter)
    peaks: Counter[str] = dataclasses.field(default_factory=Counter)
    slowest: float = 0.0
    slowest_page: float = 0.0
    most_tries: int = 0
    is_long: bool = False  # judged by the product's own bar, however busy the machine is

    def find(self, what: str) -> None:
        """Note something once."""
        if what not in self.found:
            self.found.append(what)

    def send(self, place: Place, sample: Sample) -> None:
        """Send a file, and check the page that shows it or the sentence that refuses it."""
        limits.forget()
        before = _rows(place)
        name = f"{sample.what} as {place.what}"
        answer = self.post(place, Body(name, form(place, [sample])))
        self.tried["files"] += 1
        taken = _rows(place) > before if place.table else None
        refused = answer.status in _REFUSED
        if sample.name and (taken is False or (sample.taken is False and not taken)):
            self._check_refusal(place, name, answer)
        if place.table and sample.taken and not taken:
            self.find(f"{name}: refused ({answer.status})")
        if place.takes_books and sample.taken is False and taken:
            self.find(f"{name}: taken ({answer.status})")
        if refused and not place.is_program and CANARY in answer.text.replace(sample.name, ""):
            self.find(f"{name}: the page tells what stands in the file")
        if taken:
            self.tried["taken"] += 1
            self._follow(place, name, sample)

    def send_odd(self, place: Place, body: Body) -> None:
        """Send a body that no browser would send: any of our own responses is accepted."""
        limits.forget()
        answer = self.post(place, body)
        self.tried["odd bodies"] += 1
        if answer.status in _REFUSED and not _SENTENCE.search(answer.text):
            self.find(f"{body.what} to {place.what}: refused without a sentence ({answer.status})")
        self._make_ready(place, body.what)

    def send_at_once(self, place: Place) -> None:
        """Have each thread of the web process read the largest picture at the same time."""
        limits.forget()
        body = Body("the largest pictures at once", form(place, [greatest()]))
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda _n: self.post(place, body), range(AT_ONCE)))
        self.tried["at once"] += AT_ONCE

    def show_shop(self, place: Place, sample: Sample) -> None:
        """Put a picture on a shop's page as its merchant does, and look at it as anybody."""
        from lxml import html  # type: ignore[import-untyped]  # noqa: PLC0415 - one step needs it

        page = self.client.call(Try(place.host, place.who, "GET", place.path), key=self._key(place))
        shown = html.fromstring(page.text).xpath("//form[@enctype]")[0]
        typed = {name: value for name, value in shown.form_values() if isinstance(value, str)}
        typed |= OPEN
        body = Body("a shop's picture", form(place._replace(typed=typed), [sample]))
        self.post(place, body)
        with schema.in_public():
            for sent in SentPicture.objects.filter(failure=""):
                cast("Any", shops.draw_picture).run(sent.pk)
        page = self.client.call(Try(place.host, place.who, "GET", place.path), key=self._key(place))
        addresses = _PUBLIC_PICTURE.findall(page.text)
        if not addresses:
            self.find("a shop's picture is not shown")
        for address in set(addresses):
            answer = self.client.call(Try(PUBLIC, "nobody", "GET", address))
            self._check_shown("a shop's picture", address, answer=answer, sample=sample)

    def post(self, place: Place, body: Body) -> Answer:
        """Post a body to a place, and measure the time and memory."""
        began = time.perf_counter()
        answer = self.client.call(
            Try(place.host, place.who, "POST", place.path),
            key=self._key(place),
            body=body.content,
            Content_Type=body.content_type,
            **{meter.ASK: "1"},
        )
        seconds = time.perf_counter() - began
        self.slowest = max(self.slowest, seconds)
        name = f"{body.what} to {place.what}"
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.find(f"{name}: {answer.status}")
        elif answer.status not in {*_REFUSED, 200, 201, 303}:
            self.find(f"{name}: {answer.status}, which is no answer to a file")
        if seconds > MOST_SECONDS:
            self.find(f"{name}: answered after {seconds:.0f} s")
        self.weigh("web", name, int(dict(answer.headers).get(meter.PEAK, 0)))
        return answer

    def _key(self, place: Place) -> str:
        return self.keys[place.who]

    def weigh(self, process: str, name: str, megabytes: int) -> None:
        """Note how much a process held at most."""
        self.peaks[process] = max(self.peaks[process], megabytes)
        if megabytes > MOST_MEGABYTES:
            self.find(f"{name}: {process} held {megabytes} MB")

    def _check_refusal(self, place: Place, name: str, answer: Answer) -> None:
        if answer.status not in _REFUSED:
            self.find(f"{name}: not taken, and answered by {answer.status}")
        elif not _SENTENCE.search(answer.text):
            self.find(f"{name}: refused without a sentence")
        elif not place.is_program and answer.status == 422 and TYPED not in answer.text:  # noqa: PLR2004 - the form again
            self.find(f"{name}: what was typed is gone")

    def _follow(self, place: Place, name: str, sample: Sample) -> None:
        row = self._make_ready(place, name)
        if isinstance(row, Medium):
            self._read_book(name, row)
        if isinstance(row, Medium) or row is None:
            return
        # The form looks at its first bytes alone; the job that opens it refuses the rest.
        is_ready = row.state == PrivatePicture.State.READY
        if sample.taken is not None and is_ready != sample.taken:
            self.find(f"{name}: {'taken' if is_ready else 'taken, and then unreadable'}")
        if is_ready:
            self._check_served(name, row, sample)
        if not place.typed:  # a thing has six pictures at most
            with schema.inside(HOME):
                row.delete()

    def _read_book(self, name: str, medium: Medium) -> None:
        """Read the first chapter or page as a member does: nothing of it acts."""
        if medium.state != Medium.State.READY:
            return
        attempt = Try("space", "other", "GET", f"/media/{medium.reference}/read/1/")
        answer = self.client.call(attempt, key=self.keys["other"])
        self.tried["read"] += 1
        if answer.status != HTTPStatus.OK:
            self.find(f"{name}: on the shelf, and not to be read ({answer.status})")
        if CANARY in answer.text:
            self.find(f"{name}: a script of its stands in our page")

    def _make_ready(self, place: Place, name: str) -> Any:
        """Do the job of the newest row, as a worker does; return the row afterwards."""
        if place.table is None:
            return None
        with schema.inside(HOME):
            row: Any = place.table._default_manager.order_by("pk").last()  # noqa: SLF001 - Django's way
            if row is None:
                return None
            meter.begin_peak()
            try:
                _prepare(row)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
                self.find(f"{name}: the job broke: {error!r}")
            self.weigh("worker", name, meter.peak_megabytes())
            row.refresh_from_db()
        return row

    def _check_served(self, name: str, row: PrivatePicture, sample: Sample) -> None:
        if not _UNGUESSED.match(row.token) or CANARY in row.name:
            self.find(f"{name}: kept under a name that can be guessed: {row.name}")
        with schema.inside(HOME):
            if default_storage.exists(private_pictures.original_of(row.name)):
                self.find(f"{name}: the original is kept")
            uploader = next(
                who
                for who, (_home, person) in self.world.people.items()
                if person.pk == row.uploader_id and _home == HOME
            )
            address = private_pictures.url_of(row, 1_600)
        answer = self.client.call(Try("space", uploader, "GET", address), key=self.keys[uploader])
        self._check_shown(name, address, answer=answer, sample=sample)
        for who in ("nobody", "gone"):
            attempt = Try("space", who, "GET", address)
            if self.client.call(attempt, key=self.keys.get(who, "")).status not in _CLOSED:
                self.find(f"{name}: shown to {who}")

    def _check_shown(self, name: str, address: str, *, answer: Answer, sample: Sample) -> None:
        if answer.status != HTTPStatus.OK:
            self.find(f"{name}: {answer.status} for {address}")
            return
        self.tried["shown"] += 1
        headers = dict(answer.headers)
        for header, wanted in SHOWN_AS.items():
            if headers.get(header) != wanted:
                self.find(f"{name}: served with {header} {headers.get(header)}")
        if CANARY.encode() in answer.content:
            self.find(f"{name}: tells what stood in the file")
        self._check_pixels(name, answer.content, sample)

    def _check_pixels(self, name: str, content: bytes, sample: Sample) -> None:
        with Image.open(io.BytesIO(content)) as shown:
            notes = {"exif", "xmp", "icc_profile", "comment"} & set(shown.info)
            if notes or shown.getexif() or shown.format != "WEBP":
                self.find(f"{name}: {shown.format} that tells {sorted(notes)}")
            if sample.upright and not _is_upright(shown.convert("RGB")):
                self.find(f"{name}: not upright")


def _rows(place: Place) -> int:
    if place.table is None:
        return 0
    with schema.inside(HOME):
        return place.table._default_manager.count()  # noqa: SLF001 - Django's way


def _prepare(row: Any) -> None:
    if isinstance(row, Medium):
        cast("Any", shelf.prepare).run(row.pk)
    else:
        private_pictures.prepare(type(row), row.pk)


def _is_upright(image: Image.Image) -> bool:
    places = [(x * image.width // 4, y * image.height // 4) for x in (1, 3) for y in (1, 3)]
    red = [_is_near(image.getpixel(place)) for place in places]
    return red == [True, False, False, False]


def _is_near(pixel: Any) -> bool:
    return all(abs(one - other) < PATIENCE for one, other in zip(pixel, RED, strict=True))
