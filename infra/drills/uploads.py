"""No file breaks a page, fills a process, is retried twice, or reveals more than its pixels."""

from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.drills.traffic import web_services

FULL = 40
FAULTS = frozenset({
    "notes_kept",
    "pixels_unlimited",
    "name_guessable",
    "limits_raised",
    "names_opened",
    "tried_for_ever",
    "unreadable_breaks",
})  # fmt: skip


def run(options: DrillOptions, bar: Bar) -> Report:
    """Send every file to every place, and `rounds` broken copies of each valid picture.

    The long form sends only bombs, ten in parallel, again and again.
    """
    words = ["--minutes", str(options.minutes)] if options.minutes else []
    rounds = options.rounds or FULL
    return web_services.run("uploads", *words, options=options, rounds=rounds, bar=bar)
