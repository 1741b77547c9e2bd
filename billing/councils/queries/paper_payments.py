"""Amounts due to a council that Stripe can't transfer: they are settled on paper."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from billing.councils.rules import accounts
from billing.models import (
    Case,
    Claim,
    Council,
    ManualEntry,
    Payout,
    Restitution,
    Share,
    TaxPayment,
)


class Payable(NamedTuple):
    """The amounts due to a council that has no account able to receive them, and its debts."""

    shares: list[Share]
    restitutions: list[Restitution]
    taxes: list[TaxPayment]
    stranded: list[Case]
    taken_back: list[Claim]
    owed_cents: int

    @property
    def waiting_cents(self) -> int:
        """Sum of the shares, restitutions and VAT due."""
        due: list[Share | Restitution | TaxPayment] = [
            *self.shares,
            *self.restitutions,
            *self.taxes,
        ]
        return sum(row.left_cents for row in due)

    @property
    def stranded_cents(self) -> int:
        """Sum of the payouts that came back to a closed account."""
        return sum(case.stripe_cents or 0 for case in self.stranded)

    @property
    def taken_back_cents(self) -> int:
        """Sum of the transfers that were reversed without a refund or a dispute."""
        return sum(claim.settled_cents for claim in self.taken_back)

    @property
    def due_cents(self) -> int:
        """Sum of all amounts due."""
        return self.waiting_cents + self.stranded_cents + self.taken_back_cents

    @property
    def cents(self) -> int:
        """Amount to be paid: the amounts due, less the council's debts."""
        return self.due_cents - self.owed_cents


def payable_of(council: Council, *, at: dt.datetime) -> Payable:
    """Return the amounts that wait for a council's account, and can be paid on paper."""
    shares = Share.objects.filter(council=council, state=Share.State.WAITING_ACCOUNT)
    shares = shares.filter(amount_cents__gt=0).order_by("pk")
    restitutions = Restitution.objects.filter(
        share__council=council, state=Restitution.State.DUE, due_at__lte=at
    ).select_related("share")
    taxes = TaxPayment.objects.filter(
        statement__council=council, state=TaxPayment.State.DUE, due_at__lte=at
    ).select_related("statement")
    receives = accounts.may_receive(council, at=at)
    return Payable(
        shares=list(shares),
        restitutions=[] if receives else list(restitutions.order_by("pk")),
        taxes=[] if receives else list(taxes.order_by("pk")),
        stranded=stranded_cases(council),
        taken_back=list(taken_back(council)),
        owed_cents=_owed_cents(council),
    )


def stranded_cases(council: Council) -> list[Case]:
    """Return the open cases of payouts that came back to a closed account of a council."""
    payouts = Payout.objects.filter(council=council).values("stripe_id")
    cases = Case.objects.filter(kind=Case.Kind.STRANDED, state=Case.State.OPEN)
    return list(cases.filter(subject__in=payouts).order_by("pk"))


def taken_back(council: Council) -> QuerySet[Claim]:
    """Return reversals without a refund or a dispute, of transfers whose case is open."""
    about = Concat(OuterRef("transfer__stripe_id"), Value(":"))
    cases = Case.objects.filter(kind=Case.Kind.UNREQUESTED_REVERSAL, state=Case.State.OPEN)
    done = Claim.objects.filter(
        Exists(cases.filter(details__startswith=about)),
        share__council=council,
        state=Claim.State.DONE,
        refund=None,
        dispute=None,
    )
    return done.select_related("share").order_by("pk")


def _owed_cents(council: Council) -> int:
    claims = Claim.objects.filter(share__council=council, state=Claim.State.OWED)
    taxes = TaxPayment.objects.filter(statement__council=council, state=TaxPayment.State.OWED)
    owed: list[Claim | TaxPayment] = [*claims, *taxes]
    return sum(row.left_cents for row in owed)


def proposed_payment_of(council: Council) -> ManualEntry | None:
    """Return the payment on paper of a council that waits for a second operator."""
    return ManualEntry.objects.filter(council=council, state=ManualEntry.State.PROPOSED).first()
