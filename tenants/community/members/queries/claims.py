"""Queries for the company proven by an address, and for pending claims."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from saas.accounts.models import User
from tenants.community.members.models import CompanyClaim, Profile, Role
from tenants.community.members.rules import membership as rules
from tenants.spaces.models import OwnCompany, OwnEmailDomain

MOST_SHOWN = 100
MOST_UNMAILED = 200


class Claim(NamedTuple):
    """A claim as the administrators in charge see it, with the company's name."""

    claim: CompanyClaim
    company: str


def company_of_domain(email: str) -> int | None:
    """Return the company with the proven mail domain of an address, if any."""
    domain = email.rpartition("@")[2]
    found = OwnEmailDomain.objects.filter(domain=domain).exclude(company_id=None)
    return found.values_list("company_id", flat=True).first()


def domains_name_companies() -> bool:
    """Return True if each mail domain belongs to a company: new members need not name theirs."""
    domains = list(OwnEmailDomain.objects.values_list("company_id", flat=True))
    return bool(domains) and None not in domains


def latest_claim_of(user: User, *, company_id: int | None = None) -> CompanyClaim | None:
    """Return a member's latest claim, to a certain company if it is given."""
    claims = CompanyClaim.objects.filter(user_id=user.pk)
    if company_id is not None:
        claims = claims.filter(company_id=company_id)
    return claims.order_by("-asked_at", "-pk").first()


def waiting_claim_of(user: User, *, lock: bool = False) -> CompanyClaim | None:
    """Return a member's pending claim; locked while it is replaced."""
    claims = CompanyClaim.objects.filter(user_id=user.pk, state=CompanyClaim.State.WAITING)
    return (claims.select_for_update() if lock else claims).first()


def shown_claim_of(user: User) -> Claim | None:
    """Return the claim that a member sees: while it is pending, and after a refusal."""
    claim = latest_claim_of(user)
    if claim is None or claim.state not in {"waiting", "refused"}:
        return None
    return Claim(claim, name_of(claim.company_id))


def name_of(company_id: int) -> str:
    """Return the name of a company of the space."""
    return OwnCompany.objects.filter(pk=company_id).values_list("name", flat=True).first() or ""


def claims_for(scope: frozenset[int] | None) -> list[Claim]:
    """Return the claims that an administrator may answer: pending, then refused."""
    claims = _answerable(scope).select_related("user", "decided_by")
    rows = claims.order_by("-state", "asked_at", "pk")[:MOST_SHOWN]  # "waiting" before "refused"
    names = dict(OwnCompany.objects.values_list("pk", "name"))
    return [Claim(row, names.get(row.company_id, "")) for row in rows]


def count_waiting(scope: frozenset[int] | None) -> int:
    """Return the number of pending claims for an administrator."""
    return _answerable(scope).filter(state=CompanyClaim.State.WAITING).count()


def claim_to_decide(reference: str, scope: frozenset[int] | None) -> CompanyClaim | None:
    """Return a member's claim, locked, if the administrator may answer it."""
    found = _answerable(scope).filter(user__reference=reference).order_by("-asked_at", "-pk")
    return found.select_related("user").select_for_update(of=("self",)).first()


def is_claimed(reference: str, scope: frozenset[int] | None) -> bool:
    """Return True if a member has a claim that the administrator may answer."""
    return _answerable(scope).filter(user__reference=reference).exists()


def _answerable(scope: frozenset[int] | None) -> QuerySet[CompanyClaim]:
    """Return pending claims, and refused claims of members still without a company."""
    within = Q() if scope is None else Q(company_id__in=scope)
    has_one = Profile.objects.filter(user=OuterRef("user"), company_id__isnull=False)
    return CompanyClaim.objects.filter(
        within, Q(state="waiting") | Q(~Exists(has_one), state="refused"), user__is_active=True
    )


def administrators_of(company_id: int) -> list[User]:
    """Return a company's own administrators, else those of the whole space."""
    held = Role.objects.filter(role=Role.Kind.ADMINISTRATOR, user__is_active=True)
    own = held.filter(company_id=company_id)
    ids = (own if own.exists() else held.filter(company_id=None)).values("user_id")
    return list(User.objects.filter(pk__in=ids).order_by("pk"))


def claims_to_mail() -> QuerySet[CompanyClaim]:
    """Return pending claims, with their members."""
    waiting = CompanyClaim.objects.filter(state=CompanyClaim.State.WAITING, user__is_active=True)
    return waiting.select_related("user")


def answers_to_mail() -> QuerySet[CompanyClaim]:
    """Return answered claims, with their members."""
    answered = CompanyClaim.objects.filter(
        state__in=["confirmed", "refused"], user__is_active=True, decided_by__isnull=False
    )
    return answered.select_related("user")


def unmailed_claims(at: dt.datetime) -> list[int]:
    """Return claims with mails to administrators that may have been lost."""
    late = at - rules.MAILED_WITHIN
    waiting = claims_to_mail().filter(asked_mailed_at=None, asked_at__lt=late)
    return list(waiting.values_list("pk", flat=True)[:MOST_UNMAILED])


def unmailed_answers(at: dt.datetime) -> list[int]:
    """Return answers with a mail that may have been lost."""
    late, old = at - rules.MAILED_WITHIN, at - rules.STILL_WORTH_MAILING
    waiting = answers_to_mail().filter(
        answer_mailed_at=None, decided_at__lt=late, decided_at__gt=old
    )
    return list(waiting.values_list("pk", flat=True)[:MOST_UNMAILED])
