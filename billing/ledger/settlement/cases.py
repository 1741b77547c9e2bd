"""Differences not explained by a rule, stored once until explained or closed by an operator."""

import datetime as dt
from collections.abc import Collection

from django.utils.translation import gettext as _

from billing.ledger.rules.manual import OF_THE_NIGHT
from billing.models import Case, LedgerTransaction
from billing.transitions.transition import Transition, advance_all, save
from saas.accounts.models import User
from saas.kernel.database import rows
from saas.kernel.errors import Refused


def open_case(
    *,
    kind: Case.Kind,
    subject: str,
    at: dt.datetime,
    stripe_cents: int | None = None,
    ledger_cents: int | None = None,
    details: str = "",
    ledger_transaction: LedgerTransaction | None = None,
) -> Case:
    """Open a case for an operator; idempotent while it is open.

    `subject` distinguishes the differences of a kind: an id of Stripe's, or a business key.
    """
    case, _new = Case.objects.get_or_create(
        kind=kind,
        subject=_named(subject),
        state=Case.State.OPEN,
        defaults={
            "opened_at": at,
            "stripe_cents": stripe_cents,
            "ledger_cents": ledger_cents,
            "details": rows.cut(Case, "details", details),
            "ledger_transaction": ledger_transaction,
        },
    )
    return case


def open_unless_closed(
    *,
    kind: Case.Kind,
    subject: str,
    at: dt.datetime,
    stripe_cents: int | None,
    ledger_cents: int | None,
    details: str = "",
    ledger_transaction_id: int | None = None,
) -> Case | None:
    """Open a case unless an operator closed this very difference; changed amounts open it again."""
    amounts = {"stripe_cents": stripe_cents, "ledger_cents": ledger_cents}
    if _is_closed(kind, subject, amounts):
        return None
    case = open_case(kind=kind, subject=subject, at=at, details=details)
    case.stripe_cents, case.ledger_cents = stripe_cents, ledger_cents
    case.ledger_transaction_id = ledger_transaction_id
    case.tried_at = at
    case.save(update_fields=["stripe_cents", "ledger_cents", "ledger_transaction", "tried_at"])
    return case


def _is_closed(kind: Case.Kind, subject: str, amounts: dict[str, int | None]) -> bool:
    closed = Case.objects.filter(kind=kind, subject=_named(subject), state=Case.State.CLOSED)
    if kind == Case.Kind.BALANCE:
        last = closed.first()
        return last is not None and _gap(last.stripe_cents, last.ledger_cents) == _gap(
            amounts["stripe_cents"], amounts["ledger_cents"]
        )
    return closed.filter(**amounts).exists()


def _named(subject: str) -> str:
    return rows.cut(Case, "subject", subject)


def _gap(stripe_cents: int | None, ledger_cents: int | None) -> int:
    return (stripe_cents or 0) - (ledger_cents or 0)


def explain_others(found: Collection[int], *, at: dt.datetime) -> int:
    """Close the cases that a night's comparison did not find again: they are explained."""
    gone = Case.objects.filter(kind__in=OF_THE_NIGHT).exclude(pk__in=found)
    return advance_all("case", gone, "explained", closed_at=at)


def record_mismatch(
    *,
    subject: str,
    at: dt.datetime,
    stripe_cents: int | None,
    ledger_cents: int | None,
    details: str,
) -> None:
    """Open a case for a payment without a matching request, until it matches or is closed."""
    open_unless_closed(
        kind=Case.Kind.PAYMENT_MISMATCH,
        subject=subject,
        at=at,
        stripe_cents=stripe_cents,
        ledger_cents=ledger_cents,
        details=details,
    )


def explain(kind: Case.Kind, subjects: Collection[str], *, at: dt.datetime) -> None:
    """Close the cases of a kind about subjects that are correct now."""
    found = Case.objects.filter(kind=kind, subject__in=[_named(subject) for subject in subjects])
    advance_all("case", found, "explained", closed_at=at)


def explain_mismatch(*, subject: str, at: dt.datetime) -> None:
    """Close a payment's case once it fits."""
    explain(Case.Kind.PAYMENT_MISMATCH, [subject], at=at)


def close(case: Case, *, explanation: str, by: User, at: dt.datetime) -> None:
    """Close a locked case with the explanation of an operator."""
    case.closed_at, case.closed_by, case.explanation = at, by, explanation
    steps = Transition("case", case, by=by.reference, at=at)
    steps.apply("closed", also=["closed_at", "closed_by", "explanation"])
    case.full_clean()
    save(steps)


def lock_open_case(case_id: int) -> Case:
    """Lock an open case for a decision. Raises Refused if it is closed."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if case.state != Case.State.OPEN:
        raise Refused(_("Ce cas est déjà classé."))
    return case
