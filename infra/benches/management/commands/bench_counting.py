"""`manage.py bench_counting`: count views of placements, for as long as lines come.

`round N` counts N views by as many members and answers with the seconds; `forever` writes the
number of views counted so far after each page, until the process is killed.
"""

import datetime as dt
import itertools
import os
import sys
import time
from collections.abc import Iterator

from django.core.management.base import BaseCommand
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.neighbourhood import actions
from tenants.community.neighbourhood.models import PlacementEvent
from tenants.community.neighbourhood.queries.flights import running_on

SPACE, ON_A_PAGE = "north", 10
MEMBERS_OF_A_PROCESS = 10_000_000
VIEW = PlacementEvent.Kind.VIEW


class Command(BaseCommand):
    """The inner half of the bench of counting."""

    help = "Counts views of placements for each line on standard input."

    def handle(self, **_options: object) -> None:
        """Count until the input ends, or the process is killed."""
        with schema.inside(SPACE):
            pages = _pages(timezone.now())
            for line in sys.stdin:
                if line.startswith("forever"):
                    self._go_on(pages)
                self.stdout.write(f"{_round(pages, int(line.split()[1])):.6f}")
                self.stdout.flush()

    def _go_on(self, pages: "Iterator[Page]") -> None:
        for number in itertools.count(1):
            next(pages).count()
            self.stdout.write(str(number * ON_A_PAGE))
            self.stdout.flush()


class Page:
    """The placements that a member saw on a page."""

    def __init__(self, references: list[str], member: User, at: dt.datetime) -> None:
        self.references, self.member, self.at = references, member, at

    def count(self) -> None:
        """Count each placement as seen, as the page's address does."""
        actions.count(references=self.references, kind=VIEW, by=self.member, at=self.at)


def _pages(at: dt.datetime) -> Iterator[Page]:
    """Yield pages of members without end; each member is counted once."""
    day = timezone.localdate(at)
    references = list(running_on(day).values_list("reference", flat=True)[:ON_A_PAGE])
    if len(references) < ON_A_PAGE:
        raise RuntimeError("too few placements run in the bench's space")
    for number in itertools.count(os.getpid() * MEMBERS_OF_A_PROCESS):
        yield Page(references, User(pk=number, email=f"m{number}@north.example"), at)


def _round(pages: Iterator[Page], views: int) -> float:
    began = time.perf_counter()
    for page in itertools.islice(pages, views // ON_A_PAGE):
        page.count()
    return time.perf_counter() - began
