"""The console's lists of spaces and merchants: counted, never the people in them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.models import Council, Sale
from saas.catalogue.merchants.models import Membership, Merchant, VatCheck
from saas.catalogue.merchants.queries import shops as merchants
from saas.catalogue.merchants.queries.shops import VatView
from saas.catalogue.merchants.rules import vat
from saas.catalogue.merchants.rules.shops import COUNTRIES
from saas.catalogue.placements.models import Campaign
from saas.console import wording
from saas.console.queries.councils import TONES
from saas.console.queries.spaces import STATE_TONES
from saas.kernel.search.sorting import SortKey
from tenants.spaces.models import Company, Tenant
from tenants.spaces.queries.reach import Reach, reach_of

ON_A_PAGE = 50


class CouncilCell(NamedTuple):
    """A council in the list of spaces."""

    reference: str
    name: str
    account_words: str
    tone: str


class SpaceRow(NamedTuple):
    """Space with its key facts and the state of its councils."""

    name: str
    slug: str
    kind_words: str
    state: str
    state_words: str
    tone: str
    founded_at: dt.datetime
    members: int
    head_count: int
    is_proven: bool
    companies: int
    councils: list[CouncilCell]


class MerchantRow(NamedTuple):
    """Merchant with their purchases."""

    reference: str
    name: str
    legal_name: str
    siren: str
    vat_number: str
    category_words: str
    city: str
    state: str
    state_words: str
    campaigns: int
    paid_cents: int
    published_at: dt.datetime | None
    vat: VatView


class MerchantView(NamedTuple):
    """Merchant with its billing data, its VAT status, and the VIES answers."""

    merchant: Merchant
    row: MerchantRow
    country_words: str
    place_words: str
    checks: list[VatCheck]


def spaces_page(
    words: str, number: str, *, state: str = "", order_by: Sequence[Any] = ()
) -> tuple[list[SpaceRow], Page[Any]]:
    """Return a page of spaces, the newest first."""
    found = Tenant.objects.annotate(sort_name=SortKey("name")).order_by(
        *(order_by or ["-created_at"]), "-pk"
    )
    if state:
        found = found.filter(state=state)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(slug__icontains=words))
    here = Company.objects.filter(tenant=OuterRef("pk"), left_at=None)
    companies = here.order_by().values("tenant")
    counted = found.annotate(
        company_count=_number(companies.annotate(value=Count("pk"))),
    )
    shown = Paginator(counted, ON_A_PAGE).get_page(number)
    tenants = list(shown.object_list)
    ids = [tenant.pk for tenant in tenants]
    councils, reaches = _councils_of(ids), reach_of(ids)
    return [
        _space_row(tenant, councils.get(tenant.pk, []), reaches[tenant.pk]) for tenant in tenants
    ], shown


def _number(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows.values("value"), output_field=IntegerField()), 0)


def _councils_of(tenant_ids: Iterable[int]) -> dict[int, list[CouncilCell]]:
    cells: dict[int, list[CouncilCell]] = {}
    for council in Council.objects.filter(tenant__in=list(tenant_ids)):
        cell = CouncilCell(
            council.reference,
            council.name,
            council.get_account_state_display(),
            TONES.get(council.account_state, "warn"),
        )
        cells.setdefault(council.tenant_id, []).append(cell)
    return cells


def _space_row(tenant: Tenant, councils: list[CouncilCell], reach: Reach) -> SpaceRow:
    return SpaceRow(
        name=tenant.name,
        slug=tenant.slug,
        kind_words=tenant.get_kind_display(),
        state=tenant.state,
        state_words=tenant.get_state_display(),
        tone=STATE_TONES[tenant.state],
        founded_at=tenant.created_at,
        members=reach.members,
        head_count=reach.heads,
        is_proven=reach.is_proven,
        companies=getattr(tenant, "company_count", 0),
        councils=councils,
    )


def merchants_page(
    words: str, number: str, *, at: dt.datetime, state: str = "", order_by: Sequence[Any] = ()
) -> tuple[list[MerchantRow], Page[Any]]:
    """Return a page of merchants by name."""
    found = Merchant.objects.order_by(SortKey("name"), "pk")
    if state:
        found = found.filter(state=state)
    if words:
        found = found.filter(
            Q(name__icontains=words)
            | Q(reference__iexact=words)
            | Q(siren=words.replace(" ", ""))
            | Q(vat_number__iexact=words.replace(" ", ""))
            | Q(owner__email__iexact=words)
            | Q(billing_email__iexact=words)
            | Q(pk__in=Membership.objects.filter(person__email__iexact=words).values("merchant"))
        )
    own = {"merchant": OuterRef("pk")}
    campaigns = (
        Campaign.objects.filter(**own)
        .exclude(state=Campaign.State.DRAFT)
        .order_by()
        .values("merchant")
    )
    sales = Sale.objects.filter(**own).order_by().values("merchant")
    counted = found.annotate(
        campaign_count=_number(campaigns.annotate(value=Count("pk"))),
        paid=_number(
            sales.annotate(value=Sum(F("gross_cents") - F("refunded_cents") - F("disputed_cents")))
        ),
    )
    if order_by:
        counted = counted.order_by(*order_by, "pk")
    shown = Paginator(counted, ON_A_PAGE).get_page(number)
    vats = merchants.vats_of(list(shown.object_list), at=at)
    return [_merchant_row(merchant, vats[merchant.pk]) for merchant in shown.object_list], shown


def merchant_view(reference: str, *, at: dt.datetime) -> MerchantView | None:
    """Return a merchant with the answers of VIES about its numbers, the newest first."""
    found = merchants.by_reference(reference)
    if found is None:
        return None
    countries = dict(COUNTRIES)
    return MerchantView(
        merchant=found,
        row=_merchant_row(found, merchants.vat_of(found, at=at)),
        country_words=str(countries.get(found.country, found.country)),
        place_words=wording.territory(
            vat.country_at(float(found.latitude), float(found.longitude))
        ),
        checks=merchants.vat_checks_of(found),
    )


def _merchant_row(merchant: Merchant, vat_view: VatView) -> MerchantRow:
    return MerchantRow(
        reference=merchant.reference,
        name=merchant.name,
        legal_name=merchant.legal_name,
        siren=merchant.siren,
        vat_number=merchant.vat_number,
        category_words=merchant.get_category_display(),
        city=merchant.city,
        state=merchant.state,
        state_words=merchant.get_state_display(),
        campaigns=getattr(merchant, "campaign_count", 0),
        paid_cents=getattr(merchant, "paid", 0),
        published_at=merchant.published_at,
        vat=vat_view,
    )
