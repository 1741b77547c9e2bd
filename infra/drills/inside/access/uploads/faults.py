"""Ways to take files badly, built in on purpose so that a drill shows that it sees them.

Files are opened by children of their own: a fault there is a prelude of the process that they are
forked from.
"""

import itertools

from infra.drills.inside.access.patches import replace
from infra.drills.inside.access.uploads.samples import CANARY, DESCRIPTION
from saas.kernel import private_pictures, schema
from saas.kernel.sandbox import runner
from saas.kernel.uploads import files
from tenants.community.mediastore import tasks as shelf
from tenants.community.members import tasks as staff

_WITH_NOTES = f"""
from saas.kernel.sandbox.openers import images
def telling(image, width):
    exif, out = images.Image.Exif(), images.io.BytesIO()
    exif[{DESCRIPTION}] = {CANARY!r}
    image.save(out, "WEBP", exif=exif)
    return out.getvalue()
images._webp = telling
"""
_PIXELS_UNLIMITED = """
from saas.kernel.sandbox.openers import images
images.MOST_PIXELS *= 5
images.Image.MAX_IMAGE_PIXELS = images.MOST_PIXELS
"""
_LIMITS_RAISED = """
import zipfile
from saas.kernel.sandbox import jobs
from saas.kernel.sandbox.openers import archives
archives._METHODS = (*archives._METHODS, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
archives.Archive.check_unpacks = lambda self, forbidden: None
archives.Archive.read = lambda self, name, most: zipfile.ZipFile(
    archives.io.BytesIO(self._content)
).read(name)
for name, job in jobs.JOBS.items():
    jobs.JOBS[name] = job._replace(megabytes=800)
"""
_NAMES_OPENED = """
from saas.kernel.sandbox import locks
from saas.kernel.sandbox.openers import feeds
close_all, locks._filter_calls = locks.close_all, lambda: None
locks.close_all = lambda **limits: close_all(**{**limits, "descriptors": 64})
parse = feeds.feedparser.parse
feeds.feedparser.parse = lambda stream: parse(stream.read())
"""


def notes_kept() -> None:
    """Keep a file's metadata in each picture."""
    _begin_children_by(_WITH_NOTES)


def pixels_unlimited() -> None:
    """Take pictures of five times as many pixels."""
    _begin_children_by(_PIXELS_UNLIMITED)


def name_guessable() -> None:
    """Give files names by number."""
    numbers = itertools.count()
    replace(
        files,
        "private_name",
        lambda room, extension: (
            f"{schema.current()}/{room}/{id(numbers):x}-{next(numbers)}.{extension}"
        ),
    )


def limits_raised() -> None:
    """Double the children's memory limit, and trust the archives' declared sizes."""
    _begin_children_by(_LIMITS_RAISED)


def names_opened() -> None:
    """Hand the parser of feeds bytes, which it takes for the name of a file first."""
    _begin_children_by(_NAMES_OPENED)


def unreadable_breaks() -> None:
    """Expect no broken file."""
    replace(private_pictures, "UnfitError", KeyError)


def tried_for_ever() -> None:
    """Forget that a file was tried."""
    replace(shelf, "MOST_ATTEMPTS", 1_000)
    replace(staff, "MOST_ATTEMPTS", 1_000)


def _begin_children_by(prelude: str) -> None:
    replace(runner, "PRELUDE", runner.PRELUDE + prelude)


UPLOADS = (
    notes_kept,
    pixels_unlimited,
    name_guessable,
    limits_raised,
    names_opened,
    unreadable_breaks,
    tried_for_ever,
)
