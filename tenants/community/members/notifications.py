"""Mails of this room: to confirm an address, a role given, an account closed."""

import datetime as dt

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils import timezone

from saas.accounts.models import User
from saas.accounts.rules import token_for
from saas.kernel import mail
from saas.kernel.notifying import Event, Kind, notify, written
from tenants.community.members.models import (
    CompanyClaim,
    CouncilChange,
    Departure,
    JoinRequest,
    Role,
)
from tenants.community.members.queries import claims, council, mail_domains, people
from tenants.community.members.rules import council as council_rules
from tenants.community.members.rules import waiting
from tenants.community.members.rules.adoption_months import Month
from tenants.community.members.rules.membership import CONFIRMATION, JOINING
from tenants.community.members.wording.ideas import Idea
from tenants.spaces import hosts
from tenants.spaces.models import Change
from tenants.spaces.queries.own import own_space
from tenants.spaces.rules.addresses import shown
from tenants.spaces.rules.email_domains import person_named
from tenants.spaces.stops import stop_url


def mail_confirmation(request: JoinRequest) -> None:
    """Mail the link that confirms an address, or explain to a leaver how to come back."""
    space = own_space()
    closed = people.anybody_at(request.email) is not None
    token = token_for(JOINING, request.nonce)
    path = _path("members:join_confirm", token)
    mail.send(
        to=request.email,
        template="join_closed" if closed else "join_confirm",
        language=request.language,
        context={
            "first_name": request.first_name,
            "space_name": space.name,
            "hours": int(CONFIRMATION.total_seconds() // 3600),
            # A closed account opens nothing: its mail has no button.
            "url": "" if closed else hosts.space_url(space.slug, path),
        },
    )


def mail_invitation(request: JoinRequest, *, through: BaseEmailBackend) -> None:
    """Mail an invitation from the list of staff, or its reminder."""
    space, by = own_space(), request.invited_by
    path = _path("members:join_confirm", token_for(JOINING, request.nonce))
    stop = stop_url(request.email)
    mail.send(
        to=request.email,
        template="staff_invitation",
        language=request.language,
        context={
            "first_name": request.first_name,
            "space_name": space.name,
            "inviter": by.short_name if by and by.is_active else "",
            "company": claims.name_of(request.company_id or 0) if space.kind == "park" else "",
            "again": request.reminded_at is not None,
            "until": request.expires_at,
            "url": hosts.space_url(space.slug, path),
            "stop": stop,
        },
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        through=through,
    )


def mail_role(given: Role) -> None:
    """Notify a member of their new role, and of the colleague or the group giving it."""
    space = own_space()
    of_council = given.role in council_rules.KINDS
    goal = "council:overview" if of_council else "members:home"
    mail.send(
        to=given.user.email,
        template="role_given",
        language=given.user.language,
        context={
            "first_name": given.user.first_name,
            "space_name": space.name,
            "role": given.role,
            "giver": given.given_by.short_name if given.given_by else "",
            "is_by_group": given.provider_id is not None,
            "url": hosts.space_url(space.slug, _path(goal)),
        },
    )


def notify_claim(claim: CompanyClaim) -> None:
    """Ask a company's administrators to confirm a member's claim to work there."""
    context = {
        "person": claim.user.display_name,
        "address": claim.user.email,
        "company": claims.name_of(claim.company_id),
    }
    event = Event(
        key=f"company-claim:{claim.pk}",
        kind=Kind.DUTIES,
        path=_path("members:claims"),
        about=waiting.about_claim(claim.pk),
        deadline=claim.asked_at + waiting.CLAIM_ANSWERED_WITHIN,
        until_done=True,
        words=lambda: written("company_claim", context),
    )
    administrators = claims.administrators_of(claim.company_id)
    notify(event, to=[one.pk for one in administrators], at=timezone.now())


def notify_moved(person: User, *, to_id: int, from_id: int, at: dt.datetime) -> None:
    """Notify a member of their move to another company, and of the roles that ended."""
    context = {"company": claims.name_of(to_id), "former": claims.name_of(from_id)}
    event = Event(
        key=f"company-moved:{person.pk}:{at:%Y-%m-%d %H:%M:%S}",
        kind=Kind.DUTIES,
        path=_path("members:profile"),
        words=lambda: written("company_moved", context),
    )
    notify(event, to=[person.pk], at=at)


def notify_departure(
    company_id: int, *, to: list[int], day: dt.date | None, at: dt.datetime
) -> None:
    """Notify a company's people of its last day in the park, or that it stays."""
    context = {"company": claims.name_of(company_id), "day": day}
    notice = "company_leaves" if day else "company_stays"
    event = Event(
        key=f"{notice}:{company_id}:{at:%Y-%m-%d %H:%M:%S}",
        kind=Kind.DECISIONS,
        path=_path("personal_data:data") if day else _path("members:home"),
        words=lambda: written(notice, context),
        about=f"company-departure:{company_id}",
    )
    notify(event, to=to, at=at)


def notify_month(
    month: Month, company_id: int | None, *, to: list[int], ideas: list[Idea], at: dt.datetime
) -> None:
    """Send administrators the figures of a whole month, with advice if there is any."""
    context = {"month": month, "idea": ideas[0] if ideas else None}
    event = Event(
        key=f"usage-month:{month.starts_on:%Y-%m}:{company_id or 0}",
        kind=Kind.DUTIES,
        path=_path("members:adoption"),
        words=lambda: written("usage_month", context),
    )
    notify(event, to=to, at=at)


def mail_answer(claim: CompanyClaim) -> None:
    """Mail a member the answer of a company's administration to their claim."""
    space = own_space()
    confirmed = claim.state == CompanyClaim.State.CONFIRMED
    mail.send(
        to=claim.user.email,
        template="company_answer",
        language=claim.user.language,
        context={
            "first_name": claim.user.first_name,
            "space_name": space.name,
            "company": claims.name_of(claim.company_id),
            "confirmed": confirmed,
            "url": hosts.space_url(
                space.slug, _path("members:home" if confirmed else "members:profile")
            ),
        },
    )


def mail_council_change(change: CouncilChange) -> None:
    """Mail a change of a council's roles to the council's members and to the person."""
    space = own_space()
    line = council.line_of(change)
    for reader in council.people_to_mail(change):
        mail.send(
            to=reader.email,
            template="council_change",
            language=reader.language,
            context={
                "first_name": reader.first_name,
                "space_name": space.name,
                "line": line,
                "url": hosts.space_url(space.slug, _path("members:council")),
            },
        )


def mail_domain_change(change: Change) -> None:
    """Mail a domain's administrators that it was proven or removed, with the author's name."""
    space = own_space()
    proven = change.what == Change.What.MAIL_PROVEN
    for administrator in mail_domains.administrators_for(change.company_id):
        mail.send(
            to=administrator.email,
            template="mail_domain_change",
            language=administrator.language,
            context={
                "first_name": administrator.first_name,
                "space_name": space.name,
                "proven": proven,
                "domain": shown(change.after if proven else change.before),
                "company": change.company.name if change.company else "",
                "by": person_named(change.by),
                "url": hosts.space_url(space.slug, _path("members:mail_domains")),
            },
        )


def mail_departure(departure: Departure) -> None:
    """Mail a member that their account was closed, with the data kept; or was reopened."""
    space = own_space()
    back = departure.reopened_at is not None
    mail.send(
        to=departure.user.email,
        template="account_reopened" if back else "account_closed",
        language=departure.user.language,
        context={
            "first_name": departure.user.first_name,
            "space_name": space.name,
            "by_oneself": departure.closed_by_id == departure.user_id,
            "with_company": departure.closed_by_id is None,
            "last_day": people.last_day_before(departure),
            # A closed account opens nothing: its mail has no button.
            "url": hosts.space_url(space.slug, _path("accounts:signin")) if back else "",
        },
    )


def _path(name: str, *args: str) -> str:
    return reverse(name, args=args, urlconf=settings.ROOT_URLCONF)
