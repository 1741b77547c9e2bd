"""Council as an operator sees it: its terms, its account, its money, and its history."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from billing.councils.queries.endings import waits_for_shares
from billing.councils.queries.operators import CouncilBooks, council_books
from billing.councils.queries.terms import TermsRow, councils_without_terms, versions_of
from billing.models import AccountChange, Council, ShareTerms, StateChange
from billing.wording import onward, requirements
from saas.console.models import Operator
from saas.console.waiting.councils import account_news_at
from saas.kernel.display.writing import eur, rate
from saas.kernel.search.sorting import SortKey
from tenants.spaces.models import Company, Tenant

TONES: dict[str, str] = {
    Council.AccountState.ACTIVE: "ok",
    Council.AccountState.RESTRICTED: "bad",
    Council.AccountState.REJECTED: "bad",
    Council.AccountState.UNSUPPORTED: "bad",
    Council.AccountState.CLOSED: "bad",
}


class Moment(NamedTuple):
    """Event in a history: time, description, author and reason."""

    at: dt.datetime
    text: str
    by: str
    why: str


class InNeed(NamedTuple):
    """Council that needs an operator, or has trouble with its account: reason and start."""

    council: Council
    why: str
    since: dt.datetime
    tone: str


class SpaceCouncils(NamedTuple):
    """Councils of a space, and the companies of a park without a council."""

    tenant: Tenant
    councils: list[Council]
    without: list[Company]


class CouncilView(NamedTuple):
    """A council with all that an operator decides about it."""

    council: Council
    tone: str
    versions: list[TermsRow]
    books: CouncilBooks
    history: list[Moment]
    requirements: list[str]
    coming: list[str]
    changes: list[tuple[AccountChange, str]]
    is_one_of_several: bool
    may_be_offered: bool

    @property
    def next_words(self) -> str:
        """The next step of its account."""
        return onward.of_account(
            self.council.account_state,
            asked_at=self.council.personality_asked_at,
            deadline_at=self.council.account_deadline_at,
        )

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
    """Return all data of a council's page."""
    terms = list(ShareTerms.objects.filter(council=council))
    return CouncilView(
        council=council,
        tone=TONES.get(council.account_state, "warn"),
        versions=versions_of(terms, at=at),
        books=council_books(council),
        history=in_order([*_of_terms(terms), *_of_account(council), *_of_changes(council)]),
        requirements=requirements.in_words(council.account_requirements),
        coming=requirements.in_words(council.account_coming),
        changes=[(one, _next_of(one)) for one in AccountChange.objects.filter(council=council)],
        is_one_of_several=Council.objects.filter(tenant=council.tenant_id, ended_at=None).count()
        > 1,
        may_be_offered=council.ended_at is None or waits_for_shares(council),
    )


def _next_of(change: AccountChange) -> str:
    return onward.of_change(
        change.state, asked_at=change.asked_at, confirmed_at=change.confirmed_at
    )


def councils_of_space(slug: str) -> SpaceCouncils | None:
    """Return the councils of the space at an address."""
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        return None
    councils = list(Council.objects.filter(tenant=tenant).select_related("company"))
    taken = {council.company_id for council in councils}
    companies = Company.objects.filter(tenant=tenant, left_at=None).order_by(SortKey("name"))
    without = [one for one in companies if one.pk not in taken]
    return SpaceCouncils(tenant, councils, without if tenant.kind == Tenant.Kind.PARK else [])


def councils_in_need() -> list[InNeed]:
    """Return the councils that wait for an operator or are in trouble, the oldest first."""
    found = [
        *_in_trouble(),
        *_overdrawn(),
        *_that_ask(),
        *_that_declined(),
        *_that_change(),
        *_unfinished(),
    ]
    return sorted(found, key=lambda one: one.since)


def _in_trouble() -> list[InNeed]:
    states = [
        Council.AccountState.RESTRICTED,
        Council.AccountState.REJECTED,
        Council.AccountState.UNSUPPORTED,
        Council.AccountState.CLOSED,
    ]
    councils = Council.objects.filter(account_state__in=states).select_related("tenant")
    return [
        InNeed(one, one.get_account_state_display(), one.news_at, "bad")
        for one in councils.annotate(news_at=account_news_at())
        if one.ended_at is None or waits_for_shares(one)
    ]


def _overdrawn() -> list[InNeed]:
    words = _("Solde Stripe négatif\u00a0: %(amount)s")
    councils = Council.objects.filter(account_balance_cents__lt=0).select_related("tenant")
    return [
        InNeed(one, words % {"amount": eur(one.account_balance_cents or 0)}, at, "warn")
        for one in councils
        if (at := one.account_balance_at)
    ]


def _that_ask() -> list[InNeed]:
    councils = Council.objects.filter(personality_asked_at__isnull=False).select_related("tenant")
    why = _("dit avoir la personnalité morale")
    return [
        InNeed(one, why, one.personality_asked_at or one.created_at, "warn") for one in councils
    ]


def _that_declined() -> list[InNeed]:
    later = ShareTerms.objects.filter(council=OuterRef("council"), version__gt=OuterRef("version"))
    declined = ShareTerms.objects.filter(~Exists(later), declined_at__isnull=False)
    return [
        InNeed(
            terms.council,
            _("a décliné ses conditions\u00a0: %(reason)s") % {"reason": terms.declined_because},
            terms.declined_at or terms.offered_at,
            "warn",
        )
        for terms in declined.select_related("council__tenant")
    ]


def _that_change() -> list[InNeed]:
    going_on = AccountChange.objects.filter(
        state__in=[AccountChange.State.ASKED, AccountChange.State.CONFIRMED]
    )
    return [
        InNeed(one.council, one.get_state_display(), one.asked_at, "")
        for one in going_on.select_related("council__tenant")
    ]


def _unfinished() -> list[InNeed]:
    """Return the councils that miss terms or an account, or are asked for something by Stripe."""
    without_account = Q(
        account_state__in=[
            Council.AccountState.NONE,
            Council.AccountState.CREATED,
            Council.AccountState.ONBOARDING,
        ]
    )
    blocked = Q(
        account_state=Council.AccountState.ACTIVE,
        payouts_state__in=[
            Council.PayoutsState.RESTRICTED,
            Council.PayoutsState.REJECTED,
            Council.PayoutsState.UNSUPPORTED,
        ],
    )
    going_on = Council.objects.filter(ended_at=None)
    reasons = (
        (councils_without_terms(), _("n’a pas accepté de conditions")),
        (going_on.filter(without_account), _("n’a pas de compte actif")),
        (going_on.filter(blocked), _("ses virements à la banque sont bloqués")),
        (
            going_on.filter(account_state=Council.AccountState.ACTIVE).exclude(
                account_needs="nothing"
            ),
            _("Stripe lui demande une pièce"),
        ),
    )
    return [
        InNeed(one, why, one.created_at, "warn")
        for councils, why in reasons
        for one in councils.select_related("tenant")
    ]


def in_order(moments: list[Moment]) -> list[Moment]:
    """Return the events, oldest first; operators are named, others keep their reference."""
    found = Operator.objects.filter(user__reference__in={moment.by for moment in moments})
    names = {one.user.reference: one.user.display_name for one in found.select_related("user")}
    named = (moment._replace(by=names.get(moment.by, moment.by)) for moment in moments)
    return sorted(named, key=lambda moment: moment.at)


def _of_terms(versions: list[ShareTerms]) -> list[Moment]:
    changes = StateChange.objects.filter(
        machine="terms", subject_id__in=[terms.pk for terms in versions], trigger="offered"
    )
    offered_by = dict(changes.values_list("subject_id", "by"))
    moments = []
    for terms in versions:
        values = {"version": terms.version, "rate": rate(terms.rate_bp)}
        offer = _("Conditions n°\u00a0%(version)d proposées\u00a0: %(rate)s") % values
        moments.append(Moment(terms.offered_at, offer, offered_by.get(terms.pk, ""), ""))
        if terms.accepted_at:
            answer = _("Conditions n°\u00a0%(version)d acceptées") % values
            by = terms.accepted_by_name
            moments.append(Moment(terms.accepted_at, answer, by, terms.resolution))
        if terms.declined_at:
            answer = _("Conditions n°\u00a0%(version)d déclinées") % values
            by = terms.declined_by_name
            moments.append(Moment(terms.declined_at, answer, by, terms.declined_because))
    return moments


def _of_account(council: Council) -> list[Moment]:
    words = {state.value: str(state.label) for state in Council.AccountState}
    done = {
        "account_asked": _("Ouverture du compte demandée"),
        "person_asked": _("Le CSE dit avoir la personnalité morale"),
        "person_refused": _("Personnalité morale pas encore notée"),
        "vat": _("Assujetti à la TVA, mandat de facturation donné"),
        "no_vat": _("Non assujetti à la TVA"),
        "founded": _("CSE ouvert"),
        "ended": _("Fin des parts nouvelles"),
        "counted": _("Effectif changé"),
        "replaced": _("Compte remplacé"),
        "confirmed": _("Élection confirmée"),
        "not_confirmed": _("Procès-verbal refusé"),
    }
    return [
        Moment(
            change.at,
            done.get(change.trigger, words.get(change.after, change.after)),
            change.by,
            change.why,
        )
        for change in StateChange.objects.filter(machine="council", subject_id=council.pk)
    ]


def _of_changes(council: Council) -> list[Moment]:
    """Return the events of a change of account, made by two people of the council."""
    words = {
        "asked": _("Autre compte demandé"),
        "confirmed": _("Autre compte confirmé"),
        "cancelled": _("Autre compte abandonné"),
        "replaced": _("Autre compte en place"),
        "closed": _("Compte inutile fermé"),
    }
    own = AccountChange.objects.filter(council=council).values("pk")
    return [
        Moment(change.at, words.get(change.trigger, change.after), change.by, change.why)
        for change in StateChange.objects.filter(machine="change", subject_id__in=own)
    ]
