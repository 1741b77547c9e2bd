"""Members' reports as operators read them: subject, reason and spaces, never the author."""

import datetime as dt
from typing import Any, NamedTuple

from django.conf import settings
from django.core.paginator import Page
from django.urls import reverse

from billing.adjustments.queries.refunds import WhatHasNotRun, what_has_not_run
from billing.models import Order
from billing.orders.queries.operators import order_that_shows
from saas.catalogue.placements.models import Campaign, CatalogueReport, ReportAnswer
from saas.catalogue.placements.queries import reports as catalogue
from saas.catalogue.placements.rules.campaigns import Creative, tile_words
from saas.kernel.uploads import pictures
from tenants.spaces.hosts import public_url

PICTURE_WIDTH = 960


class ReportsPage(NamedTuple):
    """List of reports: the pending subjects, and the last answers."""

    waiting: list[catalogue.ReportedThing]
    page: Page[Any]
    answered: list[ReportAnswer]


class ReportView(NamedTuple):
    """Merchant's page or ad with its reports, and the consequences of taking it down."""

    thing: catalogue.Thing
    reports: list[CatalogueReport]
    answers: list[ReportAnswer]
    tile: dict[str, Any]
    picture_url: str
    order: Order | None
    unrun: WhatHasNotRun | None
    running: list[Campaign]


def reports_page(number: str) -> ReportsPage:
    """Return a page of the pending subjects, and the last answers."""
    waiting, page = catalogue.reported_things(number)
    return ReportsPage(waiting, page, catalogue.last_answers())


def report_view(thing: catalogue.Thing, *, at: dt.datetime) -> ReportView:
    """Return a thing with its reports and answers; of an ad also the money that goes back."""
    order = order_that_shows(thing.campaign.pk) if thing.campaign else None
    return ReportView(
        thing=thing,
        reports=catalogue.reports_of(thing),
        answers=catalogue.answers_of(thing),
        tile=_tile(thing.campaign) if thing.campaign else {},
        picture_url=_picture_url(thing),
        order=order,
        unrun=what_has_not_run(order, at=at) if order else None,
        running=[] if thing.campaign else catalogue.campaigns_that_run(thing.merchant, at),
    )


def _tile(campaign: Campaign) -> dict[str, Any]:
    """Return the words of an ad; its picture is on another host, and this page only links to it."""
    creative = Creative(campaign.headline, campaign.text, campaign.offer)
    return {**tile_words(creative), "payer": campaign.merchant.name}


def _picture_url(thing: catalogue.Thing) -> str:
    return picture_url((thing.campaign.picture if thing.campaign else "") or thing.merchant.picture)


def picture_url(name: str) -> str:
    """Return the URL of a catalogue picture on the public host; empty without a picture."""
    if not name:
        return ""
    _public, room, file = pictures.name_at(name, PICTURE_WIDTH).split("/")
    path = reverse("merchants:picture", urlconf=settings.PUBLIC_SCHEMA_URLCONF, args=[room, file])
    return public_url(path)
