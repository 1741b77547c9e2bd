"""Actions that settle on paper an amount due to a council that Stripe can't pay.

A council of a company under fifty employees has no legal personality (Code du travail, art.
L2315-23 and L2312-5) and thus no bank account of its own: its share is transferred by hand, given
away by its decision, or left to the merchant. An operator proposes it with a paper (règlement ANC
n° 2014-03, art. 921-3), another operator pays it.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.councils.queries.paper_payments import Payable, payable_of
from billing.councils.settlement import (
    council_months,
    dashboard_reversals,
    deducting,
    netting,
)
from billing.ledger import posting
from billing.ledger.queries.periods import noon_of
from billing.ledger.rules import approvals, postings
from billing.ledger.rules import manual as rules
from billing.ledger.rules.postings import Line
from billing.ledger.settlement import cases, manual_entries
from billing.models import (
    Account,
    Case,
    Claim,
    Council,
    LedgerTransaction,
    ManualEntry,
    Restitution,
    Share,
    TaxPayment,
)
from billing.transitions.transition import transition
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.uploads.papers import Paper

Way = ManualEntry.Way
_SHARE_FIELDS = ["amount_cents", "is_due", "released_at", "netted_cents"]


@transaction.atomic
def propose_payment(
    *,
    council: Council,
    way: str,
    seen_cents: int,
    reason: str,
    paper: Paper,
    by: User,
    at: dt.datetime,
) -> ManualEntry:
    """Propose to settle on paper all that waits for a council's account. Raises Refused.

    `seen_cents` is the amount shown on the page.
    """
    manual_entries.check_pdf(paper)
    council = Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    payable = payable_of(council, at=at)
    cents = _cents_of(payable, way)
    approvals.check_seen(seen_cents, cents=payable.cents)
    if ManualEntry.objects.filter(council=council, state=ManualEntry.State.PROPOSED).exists():
        raise Refused(_("Un règlement de ce CSE est déjà proposé."))
    counter = Account.SHARE_COST if way == Way.MERCHANT else Account.BANK_TRANSIT
    lines = [
        Line(Account.SHARE_DUE, cents, council_id=council.pk),
        Line(counter, -cents, council_id=council.pk),
    ]
    entry = ManualEntry(booked_for=timezone.localdate(at), reason=reason, way=way, council=council)
    manual_entries.submit(entry, lines, by=by, at=at)
    manual_entries.attach(entry, paper)
    return entry


@transaction.atomic
def post_payment(*, entry_id: int, by: User, at: dt.datetime) -> ManualEntry:
    """Settle a proposed payment on paper; the operator is another than its author.

    Raises Refused if the amount due has changed since.
    """
    whose = ManualEntry.objects.filter(pk=entry_id).values("council")
    council = Council.objects.select_for_update(no_key=True).get(pk__in=whose)
    entry = manual_entries.lock_proposed(entry_id, by=by)
    payable = payable_of(council, at=at)
    cents = sum(line.cents for line in rules.read(entry.lines) if line.cents > 0)
    if _cents_of(payable, entry.way) != cents:
        raise Refused(
            _("La somme due a changé depuis\u00a0: refusez ce règlement et proposez le nouveau.")
        )
    lines = (_leave if entry.way == Way.MERCHANT else _pay)(entry, payable, by=by, at=at)
    key, moment = f"manual:{entry.reference}", noon_of(entry.booked_for)
    kind = "renounced" if entry.way == Way.MERCHANT else "paid_by_hand"
    posting.post(key, lines, kind=kind, at=moment, source=entry.reference)
    entry.lines = rules.stored(lines)
    entry.transaction = LedgerTransaction.objects.get(business_key=key)
    manual_entries.decide(entry, "posted", by=by, at=at)
    council_months.refresh_of_council(council.pk, moment)
    return entry


def _cents_of(payable: Payable, way: str) -> int:
    """Return the amount that a way settles. Raises Refused if it can't."""
    if way not in Way.values:
        raise Refused(_("Choisissez comment la somme est réglée."), field="way")
    if way == Way.MERCHANT:
        if payable.due_cents != _cents_of_shares(payable) or payable.owed_cents:
            raise Refused(
                _(
                    "D’autres sommes que des parts, ou une dette, sont en jeu\u00a0: "
                    "virez, ou donnez."
                ),
                field="way",
            )
        return _some(payable.due_cents)
    return _some(payable.cents)


def _cents_of_shares(payable: Payable) -> int:
    return sum(share.left_cents for share in payable.shares)


def _some(cents: int) -> int:
    if cents <= 0:
        raise Refused(_("Rien n’attend le compte de ce CSE\u00a0: il n’y a rien à régler."))
    return cents


def _pay(entry: ManualEntry, payable: Payable, *, by: User, at: dt.datetime) -> list[Line]:
    """Net the council's debts, mark all that is due as settled, and return the lines."""
    lines = []
    for share in payable.shares:
        lines += _pay_share(share, by=by, at=at, why=entry.reference)
    for given in payable.restitutions:
        lines += _pay_row(given, entry, by=by, at=at)
    for tax in payable.taxes:
        lines += _pay_row(tax, entry, by=by, at=at)
        deducting.deduct(tax, at=at)
    for case in payable.stranded:
        lines += _pay_stranded(case, entry, by=by, at=at)
    for claim in payable.taken_back:
        lines += _pay_back(claim, entry, by=by, at=at)
    return lines


def _pay_share(share: Share, *, by: User, at: dt.datetime, why: str) -> list[Line]:
    if not share.is_due:
        posting.post(
            f"share:{share.reference}:due",
            postings.due(
                cents=share.amount_cents, council_id=share.council_id, sale_id=share.sale_id
            ),
            kind="due",
            at=at,
        )
        share.is_due, share.released_at = True, at
    share.netted_cents += netting.set_off(
        share.council_id,
        share.left_cents,
        key=share.reference,
        due_sale_id=share.sale_id,
        at=at,
    )
    rest = share.left_cents
    share.netted_cents += rest
    transition("share", share, "netted", by=by.reference, at=at, why=why, also=_SHARE_FIELDS)
    return postings.paid_by_hand(cents=rest, council_id=share.council_id, sale_id=share.sale_id)


def _pay_row(
    row: Restitution | TaxPayment, entry: ManualEntry, *, by: User, at: dt.datetime
) -> list[Line]:
    is_tax = isinstance(row, TaxPayment)
    council_id = row.statement.council_id if isinstance(row, TaxPayment) else row.share.council_id
    sale_id = None if isinstance(row, TaxPayment) else row.share.sale_id
    key = f"tax:{row.uuid}" if isinstance(row, TaxPayment) else row.reference
    row.netted_cents += netting.set_off(
        council_id, row.left_cents, key=key, due_sale_id=sale_id, at=at
    )
    rest = row.left_cents
    row.netted_cents += rest
    transition(
        "tax" if is_tax else "restitution",
        row,
        "netted",
        by=by.reference,
        at=at,
        why=entry.reference,
        also=["netted_cents"],
    )
    return postings.paid_by_hand(cents=rest, council_id=council_id, sale_id=sale_id)


def _pay_stranded(case: Case, entry: ManualEntry, *, by: User, at: dt.datetime) -> list[Line]:
    """Book a payout that came back as due again, net the council's debts, and close its case."""
    council_id, cents = entry.council_id or 0, case.stripe_cents or 0
    posting.post(
        f"stranded:{case.subject}",
        postings.stranded(cents=cents, council_id=council_id, payout=case.subject),
        kind="stranded",
        at=at,
        source=case.subject,
    )
    netted = netting.set_off(council_id, cents, key=case.reference, due_sale_id=None, at=at)
    why = _("Réglé au CSE sur pièce\u00a0: %(entry)s") % {"entry": entry.reference}
    cases.close(cases.lock_open_case(case.pk), explanation=why, by=by, at=at)
    return postings.paid_by_hand(cents=cents - netted, council_id=council_id, sale_id=None)


def _pay_back(claim: Claim, entry: ManualEntry, *, by: User, at: dt.datetime) -> list[Line]:
    """Pay a transfer back that was reversed without a refund, less the council's debts."""
    share, cents = claim.share, claim.settled_cents
    key = f"claim:{claim.uuid}"
    netted = netting.set_off(share.council_id, cents, key=key, due_sale_id=share.sale_id, at=at)
    transition("claim", claim, "paid_back", by=by.reference, at=at, why=entry.reference)
    dashboard_reversals.explain_once_settled(share, at=at)
    return [
        *postings.owed_instead(cents=cents, council_id=share.council_id),
        *postings.paid_by_hand(
            cents=cents - netted, council_id=share.council_id, sale_id=share.sale_id
        ),
    ]


def _leave(entry: ManualEntry, payable: Payable, *, by: User, at: dt.datetime) -> list[Line]:
    """Cancel shares that the council leaves to the merchants, and return the lines.

    The cost of the shares goes back; an operator refunds it to each merchant from the order.
    """
    lines = []
    for share in payable.shares:
        left = share.left_cents
        share.amount_cents -= left
        sits = Account.SHARE_DUE if share.is_due else Account.SHARE_HELD
        lines += postings.claimed(
            cents=left, council_id=share.council_id, sale_id=share.sale_id, sits=sits
        )
        transition(
            "share",
            share,
            "netted" if share.amount_cents else "refunded",
            by=by.reference,
            at=at,
            why=entry.reference,
            also=_SHARE_FIELDS,
        )
    return [line for line in lines if line.cents]
