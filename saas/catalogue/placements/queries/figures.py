"""A campaign's figures as its merchant reads them: on its page the newest, in a file all."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.catalogue.placements.models import Campaign, Flight, FlightDay, Slot
from saas.catalogue.placements.queries.places import PlayRow, PlaySums, plays_of
from saas.catalogue.placements.rules import prices as price_rules
from saas.kernel.display.writing import shortdate, shown_count
from saas.kernel.values import cells

MOST_LISTED = 400


class ReportRow(NamedTuple):
    """How often a flight was seen and clicked on a day, as the merchant may read it."""

    day: dt.date
    slot: str
    views: str
    clicks: str
    space: str = ""
    opens: str = ""
    loans: str = ""

    @property
    def place(self) -> str:
        """Its space and its slot."""
        return f"{self.space} · {self.slot}"


class Report(NamedTuple):
    """Newest figures of a campaign; `listed` is the number of rows shown if there are more."""

    rows: list[ReportRow]
    plays: PlaySums
    listed: int


def report(campaign: Campaign) -> Report:
    """Return the figures that a campaign's page shows."""
    rows = report_of(campaign, most=MOST_LISTED + 1)
    plays = plays_of(campaign, most=MOST_LISTED + 1)
    is_cut = max(len(rows), len(plays.rows)) > MOST_LISTED
    shown = plays._replace(rows=plays.rows[:MOST_LISTED])
    return Report(rows[:MOST_LISTED], shown, MOST_LISTED if is_cut else 0)


def report_of(campaign: Campaign, *, most: int | None = None) -> list[ReportRow]:
    """Return how often a campaign was seen and clicked, by day and space, newest first."""
    flights = {flight.pk: flight for flight in campaign.flights.all()}
    days = FlightDay.objects.filter(flight__in=flights).order_by("-day", "flight_id")
    return [_report_row(flights[row.flight_id], row) for row in days[:most]]


def _report_row(flight: Flight, row: FlightDay) -> ReportRow:
    is_on_shelf = flight.slot == Slot.SHELF
    return ReportRow(
        day=row.day,
        slot=price_rules.slot_in_words(flight.slot),
        views=shown_count(row.views),
        clicks=shown_count(row.clicks),
        space=flight.tenant.name,
        opens=shown_count(row.opens) if is_on_shelf else "",
        loans=shown_count(row.loans) if is_on_shelf else "",
    )


def sheet_of(campaign: Campaign) -> Iterator[list[str]]:
    """Write all figures for a spreadsheet; a row has views and clicks, or plays, never both."""
    yield [
        _("Jour"),
        _("Espace"),
        _("Emplacement"),
        _("Écran"),
        _("Vues"),
        _("Clics"),
        _("Ouvertures"),
        _("Emprunts"),
        _("Passages"),
        _("Secondes"),
    ]
    for row in report_of(campaign):
        seen = [row.views, row.clicks, row.opens, row.loans]
        yield [shortdate(row.day), cells.text(row.space), row.slot, "", *seen, "", ""]
    yield from (_play_cells(row) for row in plays_of(campaign, most=None).rows)


def _play_cells(row: PlayRow) -> list[str]:
    where = [cells.text(row.space), price_rules.slot_in_words(Slot.KIOSK), cells.text(row.screen)]
    return [shortdate(row.day), *where, "", "", "", "", str(row.plays), str(row.seconds)]
