"""Refusals of this space's council, their authors, and the items that it may refuse."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.adjustments.queries.refusals import refused_cents
from billing.models import OwnCouncil
from saas.accounts.models import User
from saas.catalogue.merchants.models import Category, PublishedMerchant
from saas.catalogue.placements.actions.refusals import Target
from saas.catalogue.placements.models import OwnRefusal, RunningFlight
from saas.kernel import schema
from saas.kernel.people.personal import PersonalTable, table
from tenants.community.council.models import RefusalAct

MOST_SHOWN, MOST_SHOPS = 100, 50
type Choices = list[tuple[str, list[tuple[str, str]]]]


class RefusalRow(NamedTuple):
    """A refusal on the council's page, with the authors of the refusal and of its lifting."""

    refusal: OwnRefusal
    kind: str
    title: str
    by: User | None
    back_by: User | None
    council: str


class RefusalsPage(NamedTuple):
    """The refusals that hold now, and those that were lifted."""

    now: list[RefusalRow]
    before: list[RefusalRow]
    are_several: bool


def refusals_page(companies: Collection[int | None]) -> RefusalsPage:
    """Return the current and past refusals here of some companies' councils, the newest first."""
    own = Q(company_id__in=[one for one in companies if one is not None])
    if None in companies:
        own |= Q(company_id=None)
    rows = list(OwnRefusal.objects.filter(own)[:MOST_SHOWN])
    going_on = OwnCouncil.objects.filter(ended_at=None)
    councils = dict(going_on.values_list("company_id", "name"))
    acts = RefusalAct.objects.filter(refusal_reference__in=[row.reference for row in rows])
    by = {(act.refusal_reference, act.what): act.by for act in acts.select_related("by")}
    shown = [
        RefusalRow(
            refusal=row,
            kind=_kind_of(row),
            title=_title_of(row),
            by=by.get((row.reference, RefusalAct.What.REFUSED)),
            back_by=by.get((row.reference, RefusalAct.What.TAKEN_BACK)),
            council=councils.get(row.company_id, "") if len(councils) > 1 else "",
        )
        for row in rows
    ]
    return RefusalsPage(
        [row for row in shown if row.refusal.until is None],
        [row for row in shown if row.refusal.until is not None],
        are_several=len(councils) > 1,
    )


def _kind_of(row: OwnRefusal) -> str:
    if row.category:
        return _("Catégorie")
    return _("Annonce") if row.headline else _("Commerce")


def _title_of(row: OwnRefusal) -> str:
    if row.category:
        return row.get_category_display()
    return f"{row.headline} · {row.merchant_name}" if row.headline else row.merchant_name


def refusable(words: str, at: dt.datetime) -> Choices:
    """Return the refusable items: shops by name, current ads in this space, the categories."""
    shops = PublishedMerchant.objects.filter(name__icontains=words).order_by("name")
    return [
        (
            _("Commerces"),
            [(f"merchant:{shop.reference}", shop.name) for shop in shops[:MOST_SHOPS]],
        ),
        (_("Annonces qui passent ici"), _ads(at)),
        (_("Catégories"), [(f"category:{one.value}", str(one.label)) for one in Category]),
    ]


def _ads(at: dt.datetime) -> list[tuple[str, str]]:
    rows: QuerySet[RunningFlight] = RunningFlight.objects.filter(
        ends_on__gte=timezone.localdate(at)
    )
    found = {
        f"campaign:{row.campaign_reference}": f"{row.headline} · {row.merchant_name}"
        for row in rows.order_by("starts_on", "id")
    }
    return list(found.items())


def personal_data(person: User) -> list[PersonalTable]:
    """Return a person's decisions for the council about refusals."""
    return [
        table(
            "refusals",
            _("Refus décidés pour le CSE"),
            RefusalAct.objects.filter(by=person),
            *("refusal_reference", "what", "at"),
        )
    ]


def refusal_cents(target: Target, *, schema_name: str, at: dt.datetime) -> int:
    """Return the cents that a refusal in this space sends back to merchants."""
    with schema.in_public():
        return refused_cents(**target._asdict(), schema_name=schema_name, at=at)
