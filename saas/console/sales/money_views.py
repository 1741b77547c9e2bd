"""Console pages about refunds, disputes and the debts of councils."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.adjustments.queries.contested import (
    DisputeView,
    dispute_of,
    dispute_states,
    disputes_page,
)
from billing.adjustments.queries.refunds import (
    RefundView,
    refund_states,
    refund_view,
    refunds_page,
    what_has_not_run,
)
from billing.councils import tasks
from billing.councils.queries.operators import transfer_states, transfers_page, waiting_shares
from billing.councils.queries.owed import OwedRow, owed_by_councils, owed_claim
from billing.councils.queries.taxes import TaxRow, owed_tax, taxes_page
from billing.models import Claim, Refund, TaxPayment
from billing.orders.queries.operators import order_of
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.console.forms import DecisionForm
from saas.console.queries import asked
from saas.console.queries import things as queries
from saas.console.sales.money_forms import (
    AnswerForm,
    ConfirmationForm,
    GivingUpForm,
    OtherWayForm,
    SettlementForm,
    StopForm,
    WriteOffForm,
)
from saas.kernel.display.writing import eur
from saas.kernel.http import page, see_other
from saas.kernel.tasks import after_commit

# Debts of councils are in two tables: an id is ambiguous without the name of its table.
type Debt = tuple[str, int]
CLAIM, TAX = "claim", "tax"
_OWED: dict[str, Callable[[int], Claim | TaxPayment | None]] = {
    CLAIM: owed_claim,
    TAX: owed_tax,
}


@require_GET
@operators_only
def refunds(request: PersonRequest) -> HttpResponse:
    """List the refunds to merchants, by state, order or merchant."""
    question = asked.asked_of(request.GET, states=refund_states(), sorts=asked.REFUNDS)
    rows, shown = refunds_page(
        state=question.state,
        words=question.words,
        number=question.number,
        order_by=question.columns,
    )
    context = {"nav": "refunds", "rows": rows, "page": shown, "asked": question}
    return page(request, "console/refunds.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def one_refund(request: PersonRequest, reference: str) -> HttpResponse:
    """Show a refund; a second person approves or rejects it here."""
    shown = _refund_or_404(reference)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    done = form.submit(refund=shown.refund, by=request.user, at=timezone.now())
    if done:
        words = {"amount": eur(done.amount_cents), "name": shown.line.merchant_name}
        messages.success(
            request,
            _("Rejeté\u00a0: %(amount)s ne sont pas rendus à %(name)s.") % words
            if done.state == Refund.State.REJECTED
            else _("Approuvé\u00a0: %(amount)s sont rendus à %(name)s.") % words,
        )
        return see_other("ops:order", shown.line.order_reference)
    return _refund_page(request, shown, form=form)


@require_POST
@operators_only
@stepup.second_factor
def pay_otherwise(request: PersonRequest, reference: str) -> HttpResponse:
    """Record another means of paying a refund that came back, or confirm it as a second person."""
    shown = _refund_or_404(reference)
    confirms = "confirm" in request.POST
    form = ConfirmationForm(request.POST) if confirms else OtherWayForm(request.POST)
    done = form.submit(refund=shown.refund, by=request.user, at=timezone.now())
    if not done:
        return _refund_page(request, shown, form=form)
    paid = done.paid_otherwise_at is not None
    messages.success(
        request,
        (
            _("%(amount)s payés, écrits dans les livres\u00a0: le commerçant en reçoit un message.")
            if paid
            else _("%(amount)s payés\u00a0: c’est noté. Une autre personne le confirme.")
        )
        % {"amount": eur(done.amount_cents)},
    )
    return see_other("ops:decide", reference)


def _refund_page(
    request: PersonRequest,
    shown: RefundView,
    *,
    form: DecisionForm | OtherWayForm | ConfirmationForm,
) -> HttpResponse:
    context = {
        "nav": "refunds",
        "shown": shown,
        "form": form,
        "other_way": form if isinstance(form, OtherWayForm) else OtherWayForm(),
    }
    return page(request, "console/refund_story.html", context)


def _refund_or_404(reference: str) -> RefundView:
    shown = refund_view(reference)
    if shown is None:
        raise Http404
    return shown


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def stop(request: PersonRequest, reference: str) -> HttpResponse:
    """Show the undelivered part of a campaign; the button stops the campaign and refunds it."""
    shown = order_of(reference)
    if shown is None:
        raise Http404
    now = timezone.now()
    unrun = what_has_not_run(shown.order, at=now)
    form = StopForm(
        request.POST if request.method == "POST" else None,
    )
    refund = form.submit(order=shown.order, by=request.user, at=now)
    if refund:
        words = {"amount": eur(refund.amount_cents), "name": shown.merchant_name}
        messages.success(
            request,
            _("La campagne est arrêtée, %(amount)s sont demandés pour %(name)s.") % words,
        )
        return see_other("ops:order", reference)
    context = {"nav": "orders", "shown": shown, "unrun": unrun, "form": form}
    return page(request, "console/stop.html", context)


@require_GET
@operators_only
def disputes(request: PersonRequest) -> HttpResponse:
    """List the payments that banks contest, by state, order or merchant."""
    question = asked.asked_of(request.GET, states=dispute_states(), sorts=asked.DISPUTES)
    rows, shown = disputes_page(
        state=question.state,
        words=question.words,
        number=question.number,
        order_by=question.columns,
    )
    context = {"nav": "disputes", "rows": rows, "page": shown, "asked": question}
    return page(request, "console/disputes.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
def dispute(request: PersonRequest, reference: str) -> HttpResponse:
    """Show a dispute with its amounts; the form sends the answer to the bank."""
    shown = _dispute_or_404(reference)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.submit(dispute=shown.dispute, by=request.user, at=timezone.now()):
        messages.success(request, _("La réponse part. La banque l’examine."))
        return see_other("ops:dispute", reference)
    return _dispute_page(request, shown, answer=form)


@require_POST
@operators_only
@stepup.second_factor
def settle(request: PersonRequest, reference: str) -> HttpResponse:
    """Settle the merchant's debt after a lost dispute."""
    shown = _dispute_or_404(reference)
    form = SettlementForm(request.POST)
    if not form.submit(dispute=shown.dispute, by=request.user, at=timezone.now()):
        return _dispute_page(request, shown, settlement=form)
    amount = eur(shown.dispute.amount_cents)
    messages.success(
        request, _("%(amount)s réglés, et écrits dans les livres.") % {"amount": amount}
    )
    return see_other("ops:dispute", reference)


def _dispute_page(
    request: PersonRequest,
    shown: DisputeView,
    *,
    answer: AnswerForm | None = None,
    settlement: SettlementForm | None = None,
) -> HttpResponse:
    unsent = {"text": shown.dispute.evidence_text} if shown.was_refused else None
    context = {
        "nav": "disputes",
        "shown": shown,
        "form": settlement or answer,
        "answer": answer if answer and answer.is_bound else AnswerForm(initial=unsent),
        "settlement": settlement or SettlementForm(),
    }
    return page(request, "console/dispute.html", context)


def _dispute_or_404(reference: str) -> DisputeView:
    shown = dispute_of(reference)
    if shown is None:
        raise Http404
    return shown


@require_GET
@operators_only
def transfers(request: PersonRequest) -> HttpResponse:
    """List the transfers to councils, the pending shares and the debts."""
    return _transfers_page(request)


def _transfers_page(
    request: PersonRequest,
    about: Debt | None = None,
    form: WriteOffForm | GivingUpForm | None = None,
) -> HttpResponse:
    state = request.GET.get("state", "")
    typed = {about: form} if about and isinstance(form, WriteOffForm) else {}
    rows, shown = transfers_page(state=state, number=request.GET.get("page", "1"))
    waiting, waiting_page = waiting_shares(request.GET.get("waiting", "1"))
    context = {
        "nav": "transfers",
        "form": form,
        "rows": rows,
        "page": shown,
        "state": state,
        "states": transfer_states(),
        "waiting": waiting,
        "waiting_page": waiting_page,
        "owed": _with_forms(CLAIM, owed_by_councils(), typed),
        "taxes": _with_forms(TAX, taxes_page(), typed),
    }
    return page(request, "console/transfers.html", context)


def _with_forms[R: OwedRow | TaxRow](
    table: str, rows: Iterable[R], typed: dict[Debt, WriteOffForm]
) -> list[tuple[R, WriteOffForm]]:
    return [(row, typed.get((table, row.id)) or _form_of((table, row.id))) for row in rows]


def _form_of(debt: Debt, posted: QueryDict | None = None) -> WriteOffForm:
    table, number = debt
    return WriteOffForm(posted, auto_id=f"id_{table}_{number}_%s")


@require_POST
@operators_only
@stepup.second_factor
def release(request: PersonRequest, reference: str) -> HttpResponse:
    """Retry the pending transfers to a council; a transfer that was made is not sent twice."""
    council_id = queries.council_of_share(reference)
    if council_id is None:
        raise Http404
    after_commit(tasks.release_council, council_id)
    messages.success(request, _("C’est relancé. Ce qui est déjà parti ne repart pas."))
    return see_other("ops:transfers")


@require_POST
@operators_only
@stepup.second_factor
def write_off(request: PersonRequest, table: str, number: int) -> HttpResponse:
    """Write off a council's debt: the rest of a claim, or VAT."""
    debt = _debt_or_404(table, number)
    form = _form_of((table, number), request.POST)
    done = form.submit(debt=debt, by=request.user, at=timezone.now())
    if not done:
        return _transfers_page(request, (table, number), form)
    _say_given_up(
        request, form.cleaned_data["seen_cents"], given_up=done.state == done.State.WRITTEN_OFF
    )
    return see_other("ops:transfers")


@require_POST
@operators_only
@stepup.second_factor
def decide_write_off(request: PersonRequest, table: str, number: int) -> HttpResponse:
    """Approve or reject another person's request to write off a council's debt."""
    debt = _debt_or_404(table, number)
    form = GivingUpForm(request.POST)
    done = form.submit(debt=debt, by=request.user, at=timezone.now())
    if not done:
        return _transfers_page(request, (table, number), form)
    given_up = done.state == done.State.WRITTEN_OFF
    cents = form.cleaned_data["seen_cents"] if given_up else done.left_cents
    messages.success(
        request,
        (
            _("%(amount)s sont abandonnés\u00a0: le CSE ne les doit plus.")
            if given_up
            else _("%(amount)s ne sont pas abandonnés\u00a0: le CSE les doit toujours.")
        )
        % {"amount": eur(cents)},
    )
    return see_other("ops:transfers")


def _debt_or_404(table: str, number: int) -> Claim | TaxPayment:
    debt = _OWED[table](number)
    if debt is None:
        raise Http404
    return debt


def _say_given_up(request: PersonRequest, cents: int, *, given_up: bool) -> None:
    messages.success(
        request,
        (
            _("%(amount)s sont abandonnés\u00a0: le CSE ne les doit plus.")
            if given_up
            else _(
                "L’abandon de %(amount)s est demandé."
                " Au-dessus de 500\u00a0€, une autre personne l’approuve."
            )
        )
        % {"amount": eur(cents)},
    )
