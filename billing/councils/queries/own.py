"""Queries of a space about its own councils, in its own context."""

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone

from billing.councils.queries.terms import TermsRow, versions_of
from billing.councils.rules import self_billing
from billing.councils.rules.mandates import mandate_day
from billing.models import (
    Council,
    OwnAccountChange,
    OwnCouncil,
    OwnPayout,
    OwnShare,
    OwnTerms,
    Payout,
)
from billing.wording import requirements
from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.database.statements import Given

_NOBODY_S = Value(None, output_field=BigIntegerField(null=True))


class CouncilStanding(NamedTuple):
    """A council of this space and the state of its account, with a label."""

    reference: str
    name: str
    company_id: int | None
    weight: int
    account_state: str
    account_words: str
    payouts_state: str
    payouts_words: str
    account_needs: str
    contact_email: str
    requirements: list[str]
    deadline_at: dt.datetime | None
    coming: list[str]
    coming_at: dt.datetime | None
    personality_asked_at: dt.datetime | None
    is_vat_payer: bool
    vat_number: str
    self_billing_since: dt.datetime | None
    self_billing_version: int
    ended_at: dt.datetime | None
    account_balance_cents: int | None
    confirmed_until: dt.date | None = None
    is_confirmed: bool = True
    treasurer_reference: str = ""
    refused_payout: str = ""
    is_own: bool = False

    @property
    def has_old_mandate(self) -> bool:
        """True if its mandate for self-billing is in force under an older text."""
        return self_billing.has_old_mandate(self)

    @property
    def overdrawn_cents(self) -> int:
        """Cents missing on its Stripe account, where a reversal took more than stood on it."""
        return max(-(self.account_balance_cents or 0), 0)

    @property
    def may_open_account(self) -> bool:
        """True if it has no account yet, and may have an account."""
        return self.account_state == Council.AccountState.NONE

    @property
    def may_be_replaced(self) -> bool:
        """True if it has an account that may be replaced."""
        without = {Council.AccountState.NONE, Council.AccountState.NO_LEGAL_PERSONALITY}
        return self.account_state not in without

    @property
    def may_be_completed(self) -> bool:
        """Whether Stripe has an account that it asks something for."""
        known = {"created", "onboarding", "active", "restricted"}
        return self.account_state in known


def councils_here(user: User | None = None) -> list[CouncilStanding]:
    """Return the councils of this space, each with its last payout if that failed.

    The council that represents `user` is marked as their own.
    """
    last = OwnPayout.objects.filter(council_reference=OuterRef("reference"))
    newest = last.order_by("-made_at", "-id")
    rows = OwnCouncil.objects.annotate(
        payout=Subquery(newest.values("stripe_id")[:1]),
        payout_state=Subquery(newest.values("state")[:1]),
        own=Subquery(council_for(user).values("pk")) if user else _NOBODY_S,
    )
    return [
        CouncilStanding(
            reference=row.reference,
            name=row.name,
            company_id=row.company_id,
            weight=row.weight,
            account_state=row.account_state,
            account_words=row.get_account_state_display(),
            payouts_state=row.payouts_state,
            payouts_words=row.get_payouts_state_display(),
            account_needs=row.account_needs,
            contact_email=row.contact_email,
            **_requirements_of(row),
            personality_asked_at=row.personality_asked_at,
            is_vat_payer=row.is_vat_payer,
            vat_number=row.vat_number,
            self_billing_since=row.self_billing_since,
            self_billing_version=row.self_billing_version,
            ended_at=row.ended_at,
            account_balance_cents=row.account_balance_cents,
            confirmed_until=row.confirmed_until,
            is_confirmed=_is_confirmed(row),
            treasurer_reference=row.treasurer_reference,
            refused_payout=row.payout if row.payout_state == Payout.State.FAILED else "",
            is_own=row.own == row.pk,
        )
        for row in rows
    ]


def _requirements_of(row: OwnCouncil) -> dict[str, Any]:
    """Return what Stripe asks now and what it will ask, each with its day."""
    return {
        "requirements": requirements.in_words(row.account_requirements),
        "deadline_at": row.account_deadline_at,
        "coming": requirements.in_words(row.account_coming),
        "coming_at": row.account_coming_at,
    }


def _is_confirmed(row: OwnCouncil) -> bool:
    until = row.confirmed_until
    return until is not None and until >= mandate_day(timezone.now())


def council_for(user: User | Given) -> QuerySet[OwnCouncil]:
    """Return the council that represents a member: their company's, else the space's own.

    The result is empty if neither exists, as in a park for companies without a council. An ended
    council comes after a council still in office. The queryset works as a subquery.
    """
    theirs = Q(company_id=None)
    for employer in hooks.employer.ask(user):
        theirs |= Q(company_id=employer)
    return _first_who_speak(OwnCouncil.objects.filter(theirs))[:1]


def councils_for(employers: Collection[int | None]) -> dict[int | None, OwnCouncil | None]:
    """Return the council that represents the employees of each company, or of no company."""
    councils = list(_first_who_speak(OwnCouncil.objects.all()))
    return {
        company_id: next((one for one in councils if one.company_id in {None, company_id}), None)
        for company_id in employers
    }


def _first_who_speak(councils: QuerySet[OwnCouncil]) -> QuerySet[OwnCouncil]:
    return councils.order_by(
        F("ended_at").desc(nulls_first=True), F("company_id").desc(nulls_last=True)
    )


def terms_here(*, at: dt.datetime) -> dict[str, list[TermsRow]]:
    """Return the versions of the terms of each council of this space, newest first."""
    versions: dict[str, list[OwnTerms]] = {}
    for row in OwnTerms.objects.all():
        versions.setdefault(row.council_reference, []).append(row)
    return {reference: versions_of(rows, at=at) for reference, rows in versions.items()}


def own_share(reference: str) -> OwnShare | None:
    """Return a share of a council of this space."""
    return OwnShare.objects.filter(reference=reference).first()


def changes_here() -> list[OwnAccountChange]:
    """Return the replacements of accounts of this space's councils, newest first."""
    return list(OwnAccountChange.objects.all())
