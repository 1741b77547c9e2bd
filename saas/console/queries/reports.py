"""Reports of members as operators read them: of what, why, from which spaces, never by whom."""

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
    """The list of reports: what waits, and what was answered last."""

    waiting: list[catalogue.ReportedThing]
    page: Page[Any]
    answered: list[ReportAnswer]


class ReportView(NamedTuple):
    """A merchant's page or an ad with its reports, and what taking it down does."""

    thing: catalogue.Thing
    reports: list[CatalogueReport]
    answers: list[ReportAnswer]
    tile: dict[str, Any]
    picture_url: str
    order: Order | None
    unrun: WhatHasNotRun | None
    running: list[Campaign]


def reports_page(number: str) -> ReportsPage:
    """Return a page of what waits, and the last answers."""
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
    """Return what an ad says; its picture is on another host, which this page only links to."""
    creative = Creative(campaign.headline, campaign.text, campaign.offer)
    return {**tile_words(creative), "payer": campaign.merchant.name}


def _picture_url(thing: catalogue.Thing) -> str:
    return picture_url((thing.campaign.picture if thing.campaign else "") or thing.merchant.picture)


def picture_url(name: str) -> str:
    """Return the address of a picture of the catalogue, on the public host; empty without one."""
    if not name:
        return ""
    _public, room, file = pictures.name_at(name, PICTURE_WIDTH).split("/")
    path = reverse("merchants:picture", urlconf=settings.PUBLIC_SCHEMA_URLCONF, args=[room, file])
    return public_url(path)
