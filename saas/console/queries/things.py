"""Queries for a single object: an order, a document, a refund, a row to retry."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from billing.models import Order, Share, StateChange, StripeCall, StripeEvent
from billing.orders.queries.operators import OrderView, PostingRow
from billing.papers.queries.invoices import InvoicePage, invoice_by_number, invoice_page
from billing.wording import books
from saas.accounts.models import User
from saas.console.models import Operator
from saas.console.queries.councils import Moment, in_order
from saas.kernel.hooks import Addressee
from tenants.spaces.models import Founding


class Posting(NamedTuple):
    """Entry of the books, the short label of its subject, and the name of its account."""

    words: str
    account_words: str
    entry: PostingRow


def operators_to_mail() -> list[Addressee]:
    """Return every active operator, each with the language of their mails."""
    active = Operator.objects.filter(user__is_active=True).select_related("user").order_by("pk")
    return [Addressee(one.user.email, one.user.first_name, one.user.language) for one in active]


def is_operator(user: User) -> bool:
    """Return True if a user is an active operator."""
    return Operator.objects.filter(user_id=user.pk, user__is_active=True).exists()


def paper_page(number: str) -> InvoicePage | None:
    """Return an invoice or credit note as its merchant sees it."""
    paper = invoice_by_number(number)
    return invoice_page(paper) if paper else None


def council_of_share(reference: str) -> int | None:
    """Return the council that a share is due to."""
    shares = Share.objects.filter(reference=reference)
    return shares.values_list("council_id", flat=True).first()


def retried(kind: str, key: str) -> StripeCall | StripeEvent | Founding | None:
    """Return the row to retry, or None."""
    if kind == "founding":
        return Founding.objects.filter(reference=key).first()
    if not key.isdecimal():
        return None
    if kind in {"call", "let_go"}:
        return StripeCall.objects.filter(pk=key).first()
    return StripeEvent.objects.defer("body").filter(pk=key).first()


def postings(view: OrderView) -> list[Posting]:
    """Return the entries of the books about an order, each event in a word."""
    return [
        Posting(books.event_in_words(entry.kind), books.account_in_words(entry.account), entry)
        for entry in view.postings
    ]


def timeline(view: OrderView) -> list[Moment]:
    """Return the events of an order, oldest first, each with a short label."""
    changes = {state.value: str(state.label) for state in Order.State}
    moments = [Moment(view.order.placed_at, _("Commande passée"), "", "")]
    moments += [
        Moment(
            row.at,
            f"{changes.get(row.before, row.before)} → {changes.get(row.after, row.after)}",
            row.by,
            row.why,
        )
        for row in view.changes
    ]
    moments += [
        Moment(
            refund.requested_at,
            _("Remboursement %(reference)s demandé") % {"reference": refund.reference},
            refund.requested_by or refund.origin_words,
            refund.reason,
        )
        for refund in view.refunds
    ]
    moments += _of_shares(view)
    return in_order(moments)


def _of_shares(view: OrderView) -> Iterable[Moment]:
    """Return the events of an order's shares."""
    words = {state.value: str(state.label) for state in Share.State}
    shares = dict(Share.objects.filter(sale__order=view.order).values_list("pk", "council__name"))
    changes = StateChange.objects.filter(machine="share", subject_id__in=shares)
    return [
        Moment(
            row.at,
            _("%(council)s\u00a0: %(state)s")
            % {"council": shares[row.subject_id], "state": words.get(row.after, row.after)},
            row.by,
            row.why,
        )
        for row in changes
    ]
