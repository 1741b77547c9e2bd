"""Pages of the council's desk: what came in, line by line, under which terms, to which account."""

import datetime as dt

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from billing import queries as billing
from billing import tasks
from billing.models import Council
from saas.kernel import hooks, schema
from saas.kernel.hooks import Duty
from saas.kernel.http import page, see_other
from saas.kernel.tasks import after_commit
from tenants.community.council import queries, rules
from tenants.community.council.forms import AcceptForm, LinkForm, OpenAccountForm
from tenants.spaces import hosts
from tenants.spaces.requests import MemberRequest


def _duties(request: MemberRequest) -> frozenset[Duty]:
    return frozenset().union(*hooks.duties.ask(request.user))


@require_GET
def overview(request: MemberRequest) -> HttpResponse:
    """Show every member what placements brought in a month, and where it is."""
    now, duties = timezone.now(), _duties(request)
    today = timezone.localdate(now)
    month = rules.month_of(request.GET.get("month", ""), today=today)
    desks, counted, waiting = queries.desks(at=now), queries.sums(), queries.held()
    figures = queries.figures_of(month, counted, waiting)
    shares = queries.shares_of_month(month)
    share = queries.followed_share(shares)
    lines, entries = queries.last_lines(also=share.reference if share else "")
    context = {
        "nav": "overview" if rules.reads_money(duties) else "council",
        "layout": _layout(duties),
        "reads_money": rules.reads_money(duties),
        "month": month,
        "earlier": rules.month_after(month, -1) if _is_before(figures.since, month) else None,
        "later": rules.month_after(month) if month < today.replace(day=1) else None,
        "desks": desks,
        "rows": queries.by_council([desk.council for desk in desks], counted, waiting),
        "to_do": queries.to_do(desk for desk in desks if _keeps(duties, desk)),
        "figures": figures,
        "stats": queries.stats_of(figures),
        "flow": queries.flow_of(shares, share_cents=figures.share_cents),
        "trail": queries.trail_of(share, entries, at=now) if share else None,
        "lines": lines,
        "first_steps": queries.first_steps(_rate_of(desks)),
        "bars": queries.month_bars(month, counted),
    }
    return page(request, "council/overview.html", context)


def _keeps(duties: frozenset[Duty], desk: queries.CouncilDesk) -> bool:
    return rules.keeps_money(duties, company_id=desk.council.company_id)


def _layout(duties: frozenset[Duty]) -> str:
    return "layouts/council.html" if rules.reads_money(duties) else "layouts/space.html"


def _is_before(since: dt.date | None, month: dt.date) -> bool:
    return since is not None and since < month


def _rate_of(desks: list[queries.CouncilDesk]) -> int:
    return next((desk.in_force.rate_bp for desk in desks if desk.in_force), 0)


@require_GET
def ledger(request: MemberRequest) -> HttpResponse:
    """Show the council and its treasurer the ledger, line by line."""
    rules.check_reads_money(_duties(request))
    known = queries.ledger_choices(today=timezone.localdate())
    filters = queries.filters_of(request.GET, known)
    lines, shown = queries.ledger_page(
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
    """Follow one share from the merchant to the council, and back."""
    rules.check_reads_money(_duties(request))
    share = billing.share_here(reference)
    if share is None:
        raise Http404
    entries = queries.lines_of_share(reference)
    context = {
        "nav": "ledger",
        "share": share,
        "trail": queries.trail_of(share, entries, at=timezone.now()),
        "lines": queries.lines_in_words(entries),
    }
    return page(request, "council/trail.html", context)


@require_GET
def terms(request: MemberRequest) -> HttpResponse:
    """Show the versions of the terms, and let the treasurer accept what is offered."""
    return _terms_page(request)


@require_POST
def accept(request: MemberRequest, reference: str) -> HttpResponse:
    """Accept the terms that a council was offered."""
    council = _kept_council(request, reference)
    form = AcceptForm(request.POST, auto_id=f"id_{reference}_%s")
    if form.submit(council=council, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est signé. La part due peut partir."))
        return see_other("council:terms")
    return _terms_page(request, reference, form)


def _terms_page(
    request: MemberRequest, reference: str = "", form: AcceptForm | None = None
) -> HttpResponse:
    duties = _duties(request)
    rules.check_reads_money(duties)
    context = {
        "nav": "terms",
        "signer": request.user.display_name,
        "desks": [
            (
                desk,
                _form_of(AcceptForm, desk, sent=form, to=reference)
                if desk.offered and _keeps(duties, desk)
                else None,
            )
            for desk in queries.desks(at=timezone.now())
        ],
        "form": form,
    }
    return page(request, "council/terms.html", context)


def _form_of(
    kind: type[forms.Form], desk: queries.CouncilDesk, *, sent: forms.Form | None, to: str
) -> forms.Form:
    """Return the form that was sent, on the card that it was sent from; else an empty one."""
    if sent is not None and desk.council.reference == to:
        return sent
    return kind(auto_id=f"id_{desk.council.reference}_%s")


@require_GET
def account(request: MemberRequest) -> HttpResponse:
    """Show how each council's account stands, and what comes next."""
    return _account_page(request)


@require_POST
def open_account(request: MemberRequest, reference: str) -> HttpResponse:
    """Open a council's account at Stripe."""
    council = _kept_council(request, reference)
    form = OpenAccountForm(request.POST, auto_id=f"id_{reference}_%s")
    opened = form.submit(council=council, by=request.user, at=timezone.now())
    if opened is None:
        return _account_page(request, reference, form)
    if not opened.stripe_account:
        messages.warning(request, _("Stripe n’a pas encore répondu. La demande est gardée."))
    return see_other("council:account")


def _account_page(
    request: MemberRequest, reference: str = "", form: OpenAccountForm | LinkForm | None = None
) -> HttpResponse:
    duties = _duties(request)
    rules.check_reads_money(duties)
    context = {
        "nav": "account",
        "expired": request.GET.get("from") == "expired",
        "desks": [
            (
                desk,
                _keeps(duties, desk),
                _form_of(OpenAccountForm, desk, sent=form, to=reference),
            )
            for desk in queries.desks(at=timezone.now())
        ],
        "form": form,
    }
    return page(request, "council/account.html", context)


@require_POST
def link(request: MemberRequest, reference: str) -> HttpResponse:
    """Make an address of Stripe where the account is completed, and lead to it by a link."""
    council = _kept_council(request, reference)
    if not council.stripe_account:
        raise Http404
    form = LinkForm(request.POST)
    url = form.submit(
        council=council,
        return_url=_url_of(request, "council:back", reference),
        refresh_url=f"{_url_of(request, 'council:account')}?from=expired",
    )
    if url is None:
        return _account_page(request, reference, form)
    context = {"nav": "account", "council": council, "url": url}
    return page(request, "council/link.html", context)


@require_GET
def back(request: MemberRequest, reference: str) -> HttpResponse:
    """Welcome somebody back from Stripe: the state is asked for again, never believed."""
    desk = queries.desk_of(reference, at=timezone.now())
    if desk is None:
        raise Http404
    council = _kept_council(request, reference)
    if "state" not in request.GET:
        after_commit(tasks.converge_account, council.pk)
    return page(request, "council/back.html", {"nav": "account", "desk": desk}, partial="state")


def _url_of(request: MemberRequest, name: str, *args: str) -> str:
    return hosts.space_url(request.space.slug, reverse(name, args=args))


def _kept_council(request: MemberRequest, reference: str) -> Council:
    """Return a council of the space whose money the person keeps. Raises NotAllowed."""
    with schema.in_public():
        council = billing.council_of_space(reference, schema_name=request.space.schema_name)
    if council is None:
        raise Http404
    rules.check_keeps_money(_duties(request), company_id=council.company_id)
    return council
