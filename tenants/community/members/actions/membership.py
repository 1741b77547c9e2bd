"""Joining a space, members' descriptions of themselves, and their roles."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from saas.accounts import actions as accounts
from saas.accounts.models import User, normal_email
from saas.accounts.rules import SignInHost, check_password_is_strong, token_for
from saas.kernel import hooks, schema
from saas.kernel.errors import Refused
from saas.kernel.people import joining, moving, ways_in
from saas.kernel.secrets import tokens
from saas.kernel.tasks import after_commit
from saas.kernel.values import legal
from saas.kernel.web import rate_limit
from tenants.community.members import notifications, tasks
from tenants.community.members.actions import claims, council
from tenants.community.members.actions.inviting import use_invitation
from tenants.community.members.models import Invitation, JoinRequest, Profile, Role
from tenants.community.members.queries import claims as company_reads
from tenants.community.members.queries import people as queries
from tenants.community.members.queries import roster
from tenants.community.members.rules import council as council_rules
from tenants.community.members.rules import membership as rules
from tenants.community.members.rules.provisioning import Newcomer
from tenants.spaces.rules import names


@transaction.atomic
def create_founder(*, founded: hooks.Founded, at: dt.datetime) -> int:
    """Create the first administrator of a new space and return their id. Idempotent.

    Called when the space is founded.
    """
    with schema.inside(founded.schema_name):
        known = queries.anybody_at(founded.email)
        if known is not None:
            return known.pk
        user = User(
            email=normal_email(founded.email),
            first_name=founded.first_name,
            last_name=founded.last_name,
            language=founded.language,
            password=founded.password,
            password_by_link=bool(founded.password),
            created_at=at,
        )
        if not founded.password:
            user.set_unusable_password()
        user.full_clean()
        user.save()
        conditions = legal.accepted_at(legal.CGU, founded.begun_at or at)
        placed = {"company_id": founded.company_id, "joined_by": Profile.Joined.FOUNDING}
        Profile.objects.create(user=user, joined_at=at, **placed, **conditions)
        Role.objects.create(user=user, role=Role.Kind.ADMINISTRATOR, given_at=at)
        return user.pk


@transaction.atomic
def ask_to_join(
    *,
    email: str,
    first_name: str,
    last_name: str,
    company_id: int | None,
    code: str,
    language: str,
    host: SignInHost,
    network: str,
    at: dt.datetime,
) -> JoinRequest:
    """Mail a confirmation link to a person joining, or a sign-in link if they have an account.

    There is no `by`: the person has no account yet. Both cases begin with the same rows and the
    same jobs.
    """
    _limit_joining(network)
    address = normal_email(email)
    ways_in.check_open(address, field="email")
    names.check_full_name(first_name, last_name)
    invitation = use_invitation(address=address, code=code, at=at)
    nonce = uuid.uuid4()
    request = JoinRequest(
        email=address,
        first_name=first_name,
        last_name=last_name,
        company_id=_place(address, invitation, company_id).company_id,
        invitation=invitation,
        language=language,
        nonce=nonce,
        token_hash=tokens.hashed(token_for(rules.JOINING, nonce)),
        asked_at=at,
        expires_at=at + rules.CONFIRMATION,
    )
    request.full_clean()
    request.save()
    accounts.ask_for_link(email=address, host=host, network=network, at=at)
    after_commit(tasks.mail_confirmation, request.pk)
    return request


@transaction.atomic
def join(*, token: str, password: str, charter_version: int = 0, at: dt.datetime) -> User:
    """Create a member after the confirmation of their address; the password is optional.

    Joining accepts the terms of use, and the charter in the version shown. A person on a list of
    staff joins through it, even if they asked to join by themselves. There is no `by`: the account
    is created here.
    """
    request = rules.check_confirmable(queries.request_of(token, lock=True), at)
    rules.check_is_new_here(queries.anybody_at(request.email))
    ways_in.check_open(request.email)
    listed = roster.invited_at(request.email, at)
    invitation = None if listed else _invitation_used(request, at)
    user = _new_member(request, password, at=at)
    joined_by = _way_in(listed, invitation)
    named = listed or invitation
    placed = _place(request.email, named, request.company_id)
    proven_id = placed.company_id if placed.is_proven else None
    own = roster.columns_of(listed)
    columns = {"company_id": proven_id, "joined_by": joined_by, **own}
    conditions = legal.accepted_at(legal.CGU, at)
    Profile.objects.create(user=user, joined_at=at, **columns, **conditions)
    joining.accept.ask(user, charter_version, at)
    if not placed.is_proven and placed.company_id is not None:
        claims.claim_company(by=user, company_id=placed.company_id, at=at)
    request.confirmed_at = at
    request.save(update_fields=["confirmed_at"])
    roster.invited(None).filter(email=request.email).delete()
    return user


@transaction.atomic
def join_by_company(*, newcomer: Newcomer, at: dt.datetime) -> User:
    """Create a member after a sign-in by their company's SSO, without a mailed confirmation.

    There is no `by`: the account is created here. In a park the member names their company later,
    if neither their domain nor a list of staff does. They accept the terms of use before their
    first write.
    """
    rules.check_domain(newcomer.email, queries.email_domains())
    rules.check_is_new_here(queries.anybody_at(newcomer.email))
    listed, companies = roster.invited_at(newcomer.email, at), queries.company_ids()
    user = _new_member(newcomer, "", at=at)
    company_id = listed.company_id if listed else None
    named = company_reads.company_of_domain(newcomer.email) or company_id
    only = next(iter(companies)) if len(companies) == 1 else named
    joined_by = _way_in(listed, None)
    columns = {"company_id": only, "joined_by": joined_by, **roster.columns_of(listed)}
    Profile.objects.create(user=user, joined_at=at, **columns)
    roster.invited(None).filter(email=user.email).delete()
    return user


@transaction.atomic
def describe_oneself(
    *,
    by: User,
    first_name: str,
    last_name: str,
    company_id: int | None,
    site_id: int | None,
    team: str,
    about: str,
    language: str,
    theme: str,
    at: dt.datetime,
) -> Profile:
    """Save a member's profile, and the language and theme of their pages.

    An unproven company is claimed: its administration is asked for a confirmation.
    """
    rules.check_site(site_id, queries.site_ids())
    if (first_name, last_name) != (by.first_name, by.last_name):
        names.check_full_name(first_name, last_name)
    profile = queries.profile_to_change(by) or Profile(
        user=by, joined_by=Profile.Joined.DOMAIN, joined_at=by.created_at
    )
    profile.company_id = _company_after(by, profile.company_id, wanted=company_id, at=at)
    profile.site_id, profile.team, profile.about = site_id, team, about
    by.first_name, by.last_name = first_name, last_name
    profile.found_as = by.display_name if profile.found_as else ""
    profile.full_clean()
    profile.save()
    by.save(update_fields=["first_name", "last_name"])
    accounts.choose_preferences(by=by, language=language, theme=theme, at=at)
    return profile


@transaction.atomic
def give_role(
    *,
    by: User,
    to: User,
    role: str,
    company_id: int | None,
    ends_on: dt.date | None = None,
    at: dt.datetime,
) -> Role:
    """Give a member a role, for a company of the park or for all, and notify them.

    With `ends_on` it is for a time. Council roles are given by the council: `council.give_seat`
    checks that, and they have no end here.
    """
    of_council = role in council_rules.KINDS
    rules.check_role_end(ends_on, of_council=of_council, today=timezone.localdate(at))
    if of_council:
        return council.give_seat(by=by, to=to, role=role, company_id=company_id, at=at)
    rules.check_administers(queries.duties_of(by), company_id)
    rules.check_is_theirs(queries.scope_of(by), queries.company_of(to))
    rules.check_role_is_given_here(role)
    if company_id is not None:
        rules.check_company(company_id, queries.company_ids())
    given = Role(
        user=to, role=role, company_id=company_id, given_at=at, given_by=by, ends_on=ends_on
    )
    given.full_clean()
    given.save()
    after_commit(tasks.mail_role, given.pk)
    return given


@transaction.atomic
def take_role(
    *,
    by: User,
    of: User,
    role: str,
    company_id: int | None,
    at: dt.datetime,
) -> None:
    """Take a role back; the space always keeps a full administrator.

    Council roles are ended by the council: `council.end_seat` checks that.
    """
    if role in council_rules.KINDS:
        council.end_seat(by=by, of=of, role=role, company_id=company_id, at=at)
        return
    rules.check_administers(queries.duties_of(by), company_id)
    others = [row for row in queries.administrators(lock=True) if row.user_id != of.pk]
    if company_id is None:
        rules.check_leaves_an_administrator(role, len(others))
    Role.objects.filter(user=of, role=role, company_id=company_id).delete()


@transaction.atomic
def move(
    *,
    by: User,
    of: User,
    company_id: int | None,
    at: dt.datetime,
) -> Profile:
    """Move a member to another company of the park; their roles in the old company end.

    Their places in activities reserved for the old company are cancelled, too. A council role
    stays: the council is notified of the move and decides.
    """
    rules.check_administers(queries.duties_of(by), None)
    profile = queries.profile_to_change(of) or Profile(
        user=of, joined_by=Profile.Joined.DOMAIN, joined_at=at
    )
    before = profile.company_id
    claims.drop_claims(of=of, by=by, at=at)
    profile.company_id = rules.check_company(company_id, queries.company_ids())
    profile.full_clean()
    profile.save()
    if before is not None and before != profile.company_id:
        old = Role.objects.filter(user=of, company_id=before)
        old.exclude(role__in=council_rules.KINDS).delete()
        council.record_move(of=of, by=by, at=at)
        moving.employer_changed.ask(of, profile.company_id, at)
        if profile.company_id is not None:
            notifications.notify_moved(of, to_id=profile.company_id, from_id=before, at=at)
    return profile


@transaction.atomic
def invite(
    *, by: User, uses: int, days: int, company_id: int | None, at: dt.datetime
) -> Invitation:
    """Make a link that lets colleagues join for some days."""
    rules.check_administers(queries.duties_of(by), company_id)
    rules.check_extent(uses, days)
    if company_id is not None:
        rules.check_company(company_id, queries.company_ids())
    invitation = Invitation(
        code=rules.new_code(),
        company_id=company_id,
        made_by=by,
        made_at=at,
        expires_at=at + dt.timedelta(days=days),
        most_uses=uses,
    )
    invitation.full_clean()
    invitation.save()
    return invitation


@transaction.atomic
def withdraw(*, by: User, invitation: Invitation, at: dt.datetime) -> Invitation:
    """Withdraw an invitation link."""
    rules.check_administers(queries.duties_of(by), invitation.company_id)
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = at
        invitation.save(update_fields=["withdrawn_at"])
    return invitation


def _limit_joining(network: str) -> None:
    rate_limit.check(
        "join",
        tokens.hashed(network),
        most=rules.REQUESTS_OF_A_NETWORK,
        per_seconds=rules.TRY_SECONDS,
        when_silent=rate_limit.Silent.REFUSE,
    )


def _way_in(listed: JoinRequest | None, invitation: Invitation | None) -> str:
    if listed is not None:
        return Profile.Joined.ROSTER
    return Profile.Joined.INVITATION if invitation else Profile.Joined.DOMAIN


def _place(
    address: str, invited: Invitation | JoinRequest | None, chosen: int | None
) -> rules.Placed:
    """Return a new member's company, and if it is proven."""
    return rules.place(
        of_domain=company_reads.company_of_domain(address),
        of_invitation=invited.company_id if invited else None,
        chosen=chosen,
        companies=queries.company_ids(),
    )


def _company_after(by: User, now: int | None, *, wanted: int | None, at: dt.datetime) -> int | None:
    """Return a member's company after their choice; an unproven company is claimed."""
    companies = queries.company_ids()
    if now in companies:
        rules.check_stays_in_company(now, wanted or now)
        return now
    claimed = company_reads.waiting_claim_of(by)
    chosen = wanted or (claimed.company_id if claimed else None)
    if chosen is None and company_reads.company_of_domain(by.email) is None:
        return None
    placed = _place(by.email, None, chosen)
    scope = queries.scope_of(by)
    if placed.is_proven or scope is None or placed.company_id in scope:
        claims.drop_claims(of=by, by=by, at=at)
        return placed.company_id
    if placed.company_id is not None:
        claims.claim_company(by=by, company_id=placed.company_id, at=at)
    return None


def _invitation_used(request: JoinRequest, at: dt.datetime) -> Invitation | None:
    """Count a use of the invitation, unless the address is in a mail domain.

    Since the request, the link may have expired, or the domain may have been removed.
    """
    domains = queries.email_domains()
    if request.invitation_id is not None:
        found = queries.invitation_to_use(request.invitation_id)
        try:
            invitation = rules.check_invitation(found, at)
        except Refused:
            if request.email.rpartition("@")[2] not in domains:
                raise
        else:
            invitation.uses += 1
            invitation.save(update_fields=["uses"])
            return invitation
    rules.check_domain(request.email, domains)
    return None


def _new_member(known: JoinRequest | Newcomer, password: str, *, at: dt.datetime) -> User:
    user = User(
        email=known.email,
        first_name=known.first_name,
        last_name=known.last_name,
        language=known.language,
        created_at=at,
    )
    if password:
        check_password_is_strong(password, user, names=ways_in.names_here())
        user.password_by_link = True  # typed behind the link that confirms the address
    user.set_password(password or None)
    user.full_clean()
    user.save()
    return user
