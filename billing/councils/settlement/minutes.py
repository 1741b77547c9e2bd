"""A picture of a council's minutes becomes the file that operators read."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F

from billing.councils.queries.mandates import papers_to_draw
from saas.kernel.sandbox.verdicts import UnfitError, tried_twice
from saas.kernel.uploads import papers


def draw_paper(mandate_id: int) -> None:
    """Render the picture of minutes; each attempt is counted before it begins.

    If the child process dies, the clock's next round retries; after the second attempt it fails.
    """
    waiting = papers_to_draw().filter(pk=mandate_id)
    row = waiting.values_list("paper", "paper_attempts").first()
    if row is None:
        return
    original, attempts = row
    name, digest = original, ""

    def draw() -> None:
        nonlocal name, digest
        name, digest = _drawn(original)

    failure = tried_twice(
        attempts, lambda: waiting.update(paper_attempts=F("paper_attempts") + 1), draw
    )
    if failure is None:
        return
    if failure:
        waiting.update(paper_failure=failure)
    else:
        waiting.update(paper=name, paper_sha256=digest)
    default_storage.delete(original)


def _drawn(original: str) -> tuple[str, str]:
    """Return the name and the digest of the file that was drawn."""
    try:
        with default_storage.open(original) as file:
            paper = papers.drawn(file.read())
    except FileNotFoundError as error:
        raise UnfitError("unreadable") from error
    name = f"{original.removesuffix(papers.ORIGINAL)}{paper.extension}"
    default_storage.delete(name)
    default_storage.save(name, ContentFile(paper.content))
    return name, hashlib.sha256(paper.content).hexdigest()
