"""No file breaks a page, fills a process, is tried thrice, or tells more than its pixels."""

from infra.drills import web_services
from infra.drills.harness import Bar, DrillOptions, Report

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
    """Send every file to every place, and `rounds` broken ones of each good picture.

    The long form throws bombs alone, ten at once, again and again.
    """
    words = ["--minutes", str(options.minutes)] if options.minutes else []
    rounds = options.rounds or FULL
    return web_services.run("uploads", *words, options=options, rounds=rounds, bar=bar)
