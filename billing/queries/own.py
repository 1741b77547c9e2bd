"""What a space reads of its own councils, in its own context: nothing of another space."""

import datetime as dt
from typing import NamedTuple

from billing.models import Council, OwnCouncil, OwnShare, OwnTerms
from billing.queries.terms import TermsRow, versions_of


class CouncilHere(NamedTuple):
    """A council of this space and how its account stands, in a word."""

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

    @property
    def may_open_account(self) -> bool:
        """Whether it has none yet, and can have one."""
        return self.account_state == Council.AccountState.NONE

    @property
    def may_be_completed(self) -> bool:
        """Whether Stripe has an account that it asks something for."""
        known = {"created", "onboarding", "active", "restricted"}
        return self.account_state in known


def councils_here() -> list[CouncilHere]:
    """Return the councils of this space."""
    return [
        CouncilHere(
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
        )
        for row in OwnCouncil.objects.all()
    ]


def terms_here(*, at: dt.datetime) -> dict[str, list[TermsRow]]:
    """Return the versions of the terms of each council of this space, newest first."""
    versions: dict[str, list[OwnTerms]] = {}
    for row in OwnTerms.objects.all():
        versions.setdefault(row.council_reference, []).append(row)
    return {reference: versions_of(rows, at=at) for reference, rows in versions.items()}


def share_here(reference: str) -> OwnShare | None:
    """Return a share of a council of this space."""
    return OwnShare.objects.filter(reference=reference).first()
