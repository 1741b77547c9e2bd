"""One council as an operator sees it: its terms, its account, its money, and who did what."""

import datetime as dt
from typing import NamedTuple

from django.utils.translation import gettext as _

from billing import queries as billing
from billing.models import Council, ShareTerms, StateChange
from billing.queries import CouncilBooks, TermsRow
from saas.console.models import Operator
from saas.kernel.looks.writing import rate

TONES = {"active": "ok", "restricted": "bad", "rejected": "bad", "closed": "bad"}


class Moment(NamedTuple):
    """Something that happened: when, what, by whom, and why."""

    at: dt.datetime
    text: str
    by: str
    why: str


class CouncilView(NamedTuple):
    """A council with all that an operator decides about it."""

    council: Council
    tone: str
    versions: list[TermsRow]
    books: CouncilBooks
    history: list[Moment]

    @property
    def waits_for_an_answer(self) -> bool:
        """Whether terms are offered that the council has yet to accept."""
        return any(terms.is_offered for terms in self.versions)

    @property
    def may_lose_personality(self) -> bool:
        """Whether it can be noted that the council is no legal person."""
        return self.council.account_state == Council.AccountState.NONE

    @property
    def may_gain_personality(self) -> bool:
        """Whether it can be noted that the council has become a legal person."""
        return self.council.account_state == Council.AccountState.NO_LEGAL_PERSONALITY


def council_at(reference: str) -> Council | None:
    """Return the council of a public reference."""
    found = Council.objects.select_related("tenant", "company")
    return found.filter(reference=reference).first()


def council_view(council: Council, *, at: dt.datetime) -> CouncilView:
    """Return all that is shown of a council."""
    terms = list(ShareTerms.objects.filter(council=council))
    return CouncilView(
        council=council,
        tone=TONES.get(council.account_state, "warn"),
        versions=billing.versions_of(terms, at=at),
        books=billing.council_books(council),
        history=in_order([*_of_terms(terms), *_of_account(council)]),
    )


def in_order(moments: list[Moment]) -> list[Moment]:
    """Return what happened, oldest first; operators are named, others keep their reference."""
    found = Operator.objects.filter(user__reference__in={moment.by for moment in moments})
    names = {one.user.reference: one.user.display_name for one in found.select_related("user")}
    told = (moment._replace(by=names.get(moment.by, moment.by)) for moment in moments)
    return sorted(told, key=lambda moment: moment.at)


def _of_terms(versions: list[ShareTerms]) -> list[Moment]:
    changes = StateChange.objects.filter(
        machine="terms", subject_id__in=[terms.pk for terms in versions]
    )
    offered_by = dict(changes.values_list("subject_id", "by"))
    moments = []
    for terms in versions:
        told = {"version": terms.version, "rate": rate(terms.rate_bp)}
        offer = _("Conditions n°\u00a0%(version)d proposées\u00a0: %(rate)s") % told
        moments.append(Moment(terms.offered_at, offer, offered_by.get(terms.pk, ""), ""))
        if terms.accepted_at:
            answer = _("Conditions n°\u00a0%(version)d acceptées") % told
            moments.append(Moment(terms.accepted_at, answer, terms.accepted_by_name, ""))
    return moments


def _of_account(council: Council) -> list[Moment]:
    words = {state.value: str(state.label) for state in Council.AccountState}
    return [
        Moment(
            change.at,
            _("Ouverture du compte demandée")
            if change.before == change.after
            else words.get(change.after, change.after),
            change.by,
            change.why,
        )
        for change in StateChange.objects.filter(machine="council", subject_id=council.pk)
    ]
