"""Debts of councils that an operator gives up: claims after a refund, and VAT."""

import datetime as dt
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from billing.councils.queries.owed import written_off_alone
from billing.councils.settlement import deducting
from billing.ledger import posting
from billing.ledger.rules import approvals, postings
from billing.models import Claim, Council, Share, TaxPayment
from billing.transitions import machines
from billing.transitions.machines import Machine
from billing.transitions.transition import record, transition
from saas.accounts.models import User
from saas.kernel.errors import Refused

type Debt = Claim | TaxPayment
_REQUEST_FIELDS = ["write_off_asked_by", "write_off_asked_at", "write_off_because"]


class _Owed(NamedTuple):
    """A debt's account in the books, and the state machine that moves it."""

    machine: Machine
    council_id: int
    sale_id: int | None
    source: str


@transaction.atomic
def write_off(*, debt: Debt, seen_cents: int, reason: str, by: User, at: dt.datetime) -> Debt:
    """Write off a council's debt; above 500 € per council a second person approves it first.

    `seen_cents` is the debt shown on the page: if a share was set off since, the debt is not
    written off.
    """
    approvals.check_reason(reason, field="reason")
    debt, owed = _locked(debt)
    machines.check(owed.machine, debt.state, "written_off")
    approvals.check_seen(seen_cents, cents=debt.left_cents)
    alone = written_off_alone(owed.council_id)
    if not approvals.needs_second_person(debt.left_cents, unseconded_cents=alone):
        _give_up(debt, owed, reason, by=by, at=at)
        return debt
    if debt.write_off_asked_at is not None:
        raise Refused(_("C’est déjà demandé\u00a0: une autre personne approuve ou rejette."))
    debt.write_off_asked_by, debt.write_off_asked_at = by, at
    debt.write_off_because = reason.strip()
    debt.full_clean()
    debt.save(update_fields=_REQUEST_FIELDS)
    _note(debt, owed, "write_off_asked", by=by, at=at)
    return debt


@transaction.atomic
def approve_write_off(*, debt: Debt, seen_cents: int, by: User, at: dt.datetime) -> Debt:
    """Write off a debt at another person's request; `seen_cents` is the amount shown."""
    debt, owed = _locked(debt)
    machines.check(owed.machine, debt.state, "written_off")
    _check_requested(debt)
    approvals.check_seen(seen_cents, cents=debt.left_cents)
    if debt.write_off_asked_by_id == by.pk:
        raise Refused(_("Au-dessus de 500\u00a0€, une autre personne approuve l’abandon."))
    _give_up(debt, owed, debt.write_off_because, by=by, at=at)
    return debt


@transaction.atomic
def reject_write_off(*, debt: Debt, by: User, at: dt.datetime) -> Debt:
    """Reject a request to write off a council's debt; the debt stays due."""
    debt, owed = _locked(debt)
    _check_requested(debt)
    _note(debt, owed, "write_off_rejected", by=by, at=at)
    debt.write_off_asked_by, debt.write_off_asked_at, debt.write_off_because = None, None, ""
    debt.save(update_fields=_REQUEST_FIELDS)
    return debt


def _locked(debt: Debt) -> tuple[Debt, _Owed]:
    """Lock the council before the debt: a person's write-offs for it are summed serially."""
    if isinstance(debt, TaxPayment):
        _lock_council(TaxPayment.objects.filter(pk=debt.pk).values("statement__council"))
        taxes = TaxPayment.objects.select_for_update(of=("self",)).select_related("statement")
        tax = taxes.get(pk=debt.pk)
        return tax, _Owed("tax", tax.statement.council_id, None, tax.statement.number or "")
    _lock_council(Share.objects.filter(pk=debt.share_id).values("council"))
    share = Share.objects.select_for_update(no_key=True).get(pk=debt.share_id)
    claim = Claim.objects.select_for_update().get(pk=debt.pk)
    return claim, _Owed("claim", share.council_id, share.sale_id, "")


def _lock_council(whose: QuerySet[Any, Any]) -> None:
    Council.objects.select_for_update(no_key=True).get(pk__in=whose)


def _check_requested(debt: Debt) -> None:
    if debt.write_off_asked_at is None:
        raise Refused(
            _("Ce n’est plus possible\u00a0: la situation vient de changer. Rechargez la page.")
        )


def _give_up(debt: Debt, owed: _Owed, reason: str, *, by: User, at: dt.datetime) -> None:
    posting.post(
        f"{owed.machine}:{debt.uuid}:written_off",
        postings.written_off(
            cents=debt.left_cents, council_id=owed.council_id, sale_id=owed.sale_id
        ),
        kind="written_off",
        at=at,
        source=owed.source,
    )
    if isinstance(debt, Claim):
        debt.settled_cents, debt.settled_at = debt.amount_cents, at
        debt.save(update_fields=["settled_cents", "settled_at"])
    transition(owed.machine, debt, "written_off", by=by.reference, at=at, why=reason)
    if isinstance(debt, TaxPayment):
        deducting.deduct(debt, at=at)


def _note(debt: Debt, owed: _Owed, trigger: str, *, by: User, at: dt.datetime) -> None:
    states, why = (debt.state, debt.state), debt.write_off_because
    record(owed.machine, debt.pk, trigger, states=states, by=by.reference, at=at, why=why)
