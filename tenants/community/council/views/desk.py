"""Pages of the council's desk: receipts line by line, and the path of a euro."""

import datetime as dt

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from billing.councils.queries.own import own_share
from billing.models import OwnEntry, OwnShare
from saas.kernel.http import page
from saas.kernel.values.months import first_of, months_later
from tenants.community.council import rules
from tenants.community.council.queries import account as account_queries
from tenants.community.council.queries import banks
from tenants.community.council.queries import figures as figure_queries
from tenants.community.council.queries import flows as flow_queries
from tenants.community.council.queries import ledger as ledger_queries
from tenants.community.council.queries import mandates as mandate_queries
from tenants.community.council.queries import trail as trail_queries
from tenants.community.council.views import scope
from tenants.community.council.wording.trail import first_steps
from tenants.spaces.requests import MemberRequest


@require_GET
def overview(request: MemberRequest) -> HttpResponse:
    """Show every member the revenue of a month and its present state."""
    now, duties = timezone.now(), scope.duties_of(request)
    today = timezone.localdate(now)
    month = rules.month_of(request.GET.get("month", ""), today=today)
    seen = scope.seen_desks(request, duties)
    desks = seen.shown
    councils = [desk.council.reference for desk in desks]
    counted, waiting = figure_queries.sums(councils), figure_queries.held(councils)
    figures = figure_queries.figures_of(month, counted, waiting)
    read = councils if seen.reads_lines else []
    shares = flow_queries.shares_of_month(month, read)
    share = trail_queries.followed_share(shares)
    lines, entries = ledger_queries.last_lines(read, also=share.reference if share else "")
    context = {
        "nav": "overview" if rules.reads_money(duties) else "council",
        "layout": scope.layout_of(duties),
        "reads_money": rules.reads_money(duties),
        "month": month,
        "earlier": months_later(month, -1) if _is_before(figures.since, month) else None,
        "later": months_later(month) if month < first_of(today) else None,
        "seen": seen,
        "desks": desks,
        "rows": figure_queries.by_council([desk.council for desk in desks], counted, waiting),
        "to_do": account_queries.to_do(
            desk for desk in seen.desks if scope.is_treasurer(duties, desk)
        ),
        "mandates": mandate_queries.standings(desks, at=now),
        "figures": figures,
        "stats": figure_queries.stats_of(figures),
        "flow": flow_queries.flow_of(
            shares, share_cents=figures.share_cents, are_others=seen.are_others
        ),
        "trail": _trail_of(share, entries, desks, at=now) if share else None,
        "lines": lines,
        "first_steps": first_steps(_rate_of(desks), seen.part),
        "bars": figure_queries.month_bars(month, counted),
    }
    return page(request, "council/overview.html", context)


def _is_before(since: dt.date | None, month: dt.date) -> bool:
    return since is not None and since < month


def _rate_of(desks: list[account_queries.CouncilDesk]) -> int:
    return next((desk.in_force.rate_bp for desk in desks if desk.in_force), 0)


def _trail_of(
    share: OwnShare,
    entries: list[OwnEntry],
    desks: list[account_queries.CouncilDesk],
    *,
    at: dt.datetime,
) -> trail_queries.Trail:
    return trail_queries.trail_of(share, entries, desk=_desk_of(share, desks), at=at)


def _desk_of(
    share: OwnShare, desks: list[account_queries.CouncilDesk]
) -> account_queries.CouncilDesk | None:
    return next((one for one in desks if one.council.reference == share.council_reference), None)


@require_GET
def ledger(request: MemberRequest) -> HttpResponse:
    """Show the council and its treasurer the ledger, line by line."""
    councils = scope.read_references(scope.duties_of(request))
    known = ledger_queries.ledger_choices(councils, today=timezone.localdate())
    filters = ledger_queries.filters_of(request.GET, known)
    lines, shown = ledger_queries.ledger_page(
        filters, request.GET.get("page", "1"), councils=known.councils
    )
    context = {
        "nav": "ledger",
        "filters": filters,
        "choices": known,
        "lines": lines,
        "page": shown,
    }
    return page(request, "council/ledger.html", context)


@require_GET
def trail(request: MemberRequest, reference: str) -> HttpResponse:
    """Show the path of a share from the merchant to the council, and back."""
    desks = scope.read_desks(scope.duties_of(request))
    share = own_share(reference)
    if share is None or _desk_of(share, desks) is None:
        raise Http404
    entries = trail_queries.lines_of_share(reference)
    context = {
        "nav": "ledger",
        "share": share,
        "trail": _trail_of(share, entries, desks, at=timezone.now()),
        "way": banks.way_of(share),
        "lines": ledger_queries.lines_in_words(entries),
    }
    return page(request, "council/trail.html", context)


@require_GET
def bank(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a payout to a council's bank with the merchants in it."""
    councils = scope.read_references(scope.duties_of(request))
    found = banks.bank_way(reference, councils)
    if found is None:
        raise Http404
    return page(request, "council/bank.html", {"nav": "ledger", "way": found})
