"""Actions on entries by hand: an operator proposes with a reason and a paper, another posts.

Règlement ANC n° 2014-03, art. 921-3: an entry is justified by a paper; a validated entry is
corrected by another entry, never changed.
"""

import datetime as dt
from collections.abc import Sequence
from enum import Enum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.ledger import tasks
from billing.ledger.posting import post
from billing.ledger.queries.periods import noon_of
from billing.ledger.rules import manual
from billing.ledger.rules.postings import Line
from billing.ledger.settlement import cases, manual_entries
from billing.models import Account, Case, LedgerTransaction, ManualEntry
from billing.transitions import machines
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.tasks import after_commit
from saas.kernel.uploads.papers import Paper


class Fault(Enum):
    """The party whose books are wrong, and the account that takes a difference until then."""

    OURS = Account.OTHER_COST
    STRIPE = Account.SUSPENSE
    BANK = Account.BANK_TRANSIT


@transaction.atomic
def propose_entry(
    *,
    booked_for: dt.date,
    reason: str,
    lines: Sequence[Line],
    paper: Paper,
    by: User,
    at: dt.datetime,
) -> ManualEntry:
    """Propose an entry with its paper, a PDF. Raises Refused, before the file is stored."""
    manual_entries.check_pdf(paper)
    entry = manual_entries.submit(
        ManualEntry(booked_for=booked_for, reason=reason), lines, by=by, at=at
    )
    manual_entries.attach(entry, paper)
    return entry


@transaction.atomic
def propose_correction(
    *, case_id: int, fault: Fault, reason: str, by: User, at: dt.datetime
) -> ManualEntry:
    """Propose the entry that books a difference with Stripe's balance. Raises Refused.

    The case is its paper. A difference without an explanation is another cost or income; an amount
    that Stripe or the bank has to correct goes to an account of its own.
    """
    case = cases.lock_open_case(case_id)
    manual.check_is_corrected(case.kind)
    if case.corrections.exclude(state=ManualEntry.State.REFUSED).exists():
        raise Refused(_("Une correction de ce cas est déjà proposée."))
    if case.kind == Case.Kind.BANK_LINE:
        lines = _lines_of_bank(case, fault)
        entry = ManualEntry(booked_for=timezone.localdate(at), reason=reason, case=case)
        return manual_entries.submit(entry, lines, by=by, at=at)
    if case.stripe_cents is None and case.ledger_cents is None:
        raise Refused(_("Ce cas n’a pas de montant à passer en écriture."))
    gap_cents = (case.stripe_cents or 0) - (case.ledger_cents or 0)
    counter = fault.value
    if fault is Fault.OURS and gap_cents > 0:
        counter = Account.OTHER_INCOME
    lines = [
        Line(Account.STRIPE_BALANCE, gap_cents, stripe_id=case.subject),
        Line(counter, -gap_cents, stripe_id=case.subject),
    ]
    entry = ManualEntry(booked_for=timezone.localdate(at), reason=reason, case=case)
    return manual_entries.submit(entry, lines, by=by, at=at)


@transaction.atomic
def propose_reversal(*, entry_id: int, reason: str, by: User, at: dt.datetime) -> ManualEntry:
    """Propose the entry that takes a posted one back, on today's day. Raises Refused."""
    entry = manual_entries.lock(entry_id)
    if entry.state != ManualEntry.State.POSTED:
        raise Refused(_("Seule une écriture passée peut être extournée."))
    if entry.way:
        raise Refused(_("Un règlement sur pièce est parti\u00a0: il ne s’extourne pas."))
    if entry.reversals.exclude(state=ManualEntry.State.REFUSED).exists():
        raise Refused(_("Cette écriture est déjà extournée, ou son extourne est proposée."))
    lines = manual.reversed_lines(manual.read(entry.lines))
    reversal = ManualEntry(
        booked_for=timezone.localdate(at), reason=reason, paper=entry.paper, reverses=entry
    )
    return manual_entries.submit(reversal, lines, by=by, at=at)


@transaction.atomic
def post_entry(*, entry_id: int, by: User, at: dt.datetime) -> ManualEntry:
    """Post a proposed entry; the operator is another than its author. Raises Refused."""
    entry = manual_entries.lock_proposed(entry_id, by=by)
    if entry.way:
        raise Refused(_("Ce règlement se passe avec les parts du CSE, depuis sa page."))
    key = f"manual:{entry.reference}"
    post(
        key,
        manual.read(entry.lines),
        kind="manual",
        at=noon_of(entry.booked_for),
        source=entry.reference,
    )
    entry.transaction = LedgerTransaction.objects.get(business_key=key)
    manual_entries.decide(entry, "posted", by=by, at=at)
    if entry.case and entry.case.kind == Case.Kind.BANK_LINE:
        cases.explain(Case.Kind.BANK_LINE, [entry.case.subject], at=at)
    elif entry.case_id:
        after_commit(tasks.refetch_case, entry.case_id)
    return entry


@transaction.atomic
def refuse_entry(*, entry_id: int, refusal: str, by: User, at: dt.datetime) -> ManualEntry:
    """Refuse a proposed entry with a reason; its author may withdraw it so. Raises Refused."""
    entry = manual_entries.lock(entry_id)
    machines.check("manual_entry", entry.state, "refused")
    if not refusal.strip():
        raise Refused(_("Dites pourquoi l’écriture est refusée."), field="refusal")
    entry.refusal = refusal.strip()
    manual_entries.decide(entry, "refused", by=by, at=at)
    return entry


def _lines_of_bank(case: Case, fault: Fault) -> list[Line]:
    """Return the lines that move a line of the bank from 471 to its account."""
    cents = case.ledger_cents or 0
    counter = {
        Fault.OURS: Account.OTHER_INCOME if cents > 0 else Account.OTHER_COST,
        Fault.STRIPE: Account.BANK_TRANSIT,
        Fault.BANK: Account.FEES_BANK,
    }[fault]
    return [Line(Account.SUSPENSE, cents), Line(counter, -cents)]
