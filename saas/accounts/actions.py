"""Actions of people on their way in, and their choices about how pages speak and look."""

import datetime as dt
import uuid

from django.contrib.auth import authenticate
from django.db import transaction
from django.utils.translation import gettext as _

from saas.accounts import queries, rules, tasks
from saas.accounts.models import (
    Pass,
    SecondFactor,
    Session,
    User,
    as_any,
    normal_email,
    user_reference,
)
from saas.accounts.notices.actions import queue_notice
from saas.accounts.notices.rules import Kind
from saas.kernel import hashing, schema, security_log, tokens
from saas.kernel.errors import Refused
from saas.kernel.people import ways_in
from saas.kernel.security_log import SecurityEvent
from saas.kernel.tasks import after_commit
from saas.kernel.web import rate_limit


@transaction.atomic
def issue_pass(
    *,
    user: User,
    purpose: str,
    lifetime: dt.timedelta,
    at: dt.datetime,
    leads_to: str = "",
    origin: str = "",
) -> str:
    """Make a pass for one person, here, and return the token that is handed to them.

    `origin` is the host of ours whose page holds the button of a crossing; without one the pass
    is pressed on the page of its own address alone.
    """
    entry, token = _new_pass(user=user, purpose=purpose, expires_at=at + lifetime, at=at)
    entry.leads_to, entry.origin = rules.local_path(leads_to), origin
    entry.save()
    return token


@transaction.atomic
def ask_for_link(
    *,
    email: str,
    host: rules.SignInHost,
    network: str,
    at: dt.datetime,
    leads_to: str = "",
    device: str = "",
) -> None:
    """Mail a link to an address that has an account here; the same work where it has none.

    Beyond so many links of an address nothing more is mailed to it and nobody is told: those in
    its mailbox let their reader in for longer than the limit lasts. Refused, its owner would be
    shut out by strangers; mailed, flooded.
    """
    address = normal_email(email)
    name = security_log.nameless(address)
    try:
        _check_limits(rules.link_limits(address, network=network, device=device))
    except Refused:
        security_log.record(SecurityEvent.LINK_REFUSED, network=network, person=name)
        raise
    security_log.record(SecurityEvent.LINK_REQUESTED, network=network, person=name)
    person = queries.person_at(address)
    entry, _token = _new_pass(
        user=person if device or _is_mailed_more(address, host) else None,
        purpose=Pass.Purpose.SIGN_IN,
        expires_at=at + rules.MAILED,
        at=at,
    )
    entry.origin, entry.place = host.origin, host.place
    entry.leads_to = rules.local_path(leads_to)
    entry.save()
    in_public = schema.current() == schema.PUBLIC
    after_commit(tasks.mail_link_of_public if in_public else tasks.mail_link_of_a_space, entry.pk)


@transaction.atomic
def use_pass(*, token: str, at: dt.datetime) -> User:
    """Use a pass up and return its person. Raises Refused for a used, old or unknown one."""
    passes = Pass.objects.select_related("user").select_for_update(of=("self",))
    entry = rules.check_usable(passes.filter(token_hash=tokens.hashed(token)).first(), at)
    person = as_any(entry.user)
    ways_in.check_open(person.email, person)
    entry.used_at = at
    entry.save(update_fields=["used_at"])
    return person


@transaction.atomic
def recognise(
    *,
    email: str,
    password: str,
    network: str,
    at: dt.datetime,  # noqa: ARG001 - each action says when
    device: str = "",
) -> User:
    """Return the person of an address and a password. Raises Refused, also after many tries.

    A try that succeeds is not counted, nor does it wipe out those that failed: whoever has used
    up an address would see that its person has come in.
    """
    address = normal_email(email)
    name = security_log.nameless(address)
    limits = rules.password_limits(address, network=network, device=device)
    try:
        _check_limits(limits)
    except Refused:
        security_log.record(
            SecurityEvent.SIGN_IN_REFUSED, network=network, person=name, way="password"
        )
        raise
    person = authenticate(None, email=address, password=password)
    if person is None:
        security_log.record(
            SecurityEvent.SIGN_IN_FAILED, network=network, person=name, way="password"
        )
    known = as_any(rules.check_recognised(person))
    for limit in limits:
        rate_limit.give_back(limit.name, tokens.hashed(limit.key))
    ways_in.check_open(known.email, known)
    if hashing.is_outdated(known.password):
        known.set_password(password)
        known.save(update_fields=["password"])
    return known


@transaction.atomic
def choose_preferences(*, by: User, language: str, theme: str, at: dt.datetime) -> User:  # noqa: ARG001 - as above
    """Keep how pages speak to a person and how they look; what is empty stays as it was."""
    by.language = language or by.language
    by.theme = theme or by.theme
    by.full_clean(validate_unique=False, validate_constraints=False)
    by.save(update_fields=["language", "theme"])
    return by


@transaction.atomic
def prove_oneself(*, by: User, password: str, proven: bool, at: dt.datetime) -> None:  # noqa: ARG001 - as above
    """Refuse a grave act to whoever has not shown that the account is theirs."""
    if not proven and by.has_usable_password():
        _check_limits(
            [rules.Limit("password", f"{by.pk}:{by.password}", rules.TRIES_OF_AN_ACCOUNT)]
        )
    is_proven = proven or by.check_password(password)
    if not is_proven:
        security_log.record(SecurityEvent.PROOF_FAILED, person=by.reference)
    rules.check_is_proven(proven=is_proven)


@transaction.atomic
def choose_password(
    *,
    by: User,
    password: str,
    current: str,
    proven: bool,
    at: dt.datetime,
) -> User:
    """Set a new password, once a person has typed the old one or come by a link; mail it to them.

    `proven` says that a mailed link opened the session just now. Tokens and calendars end.
    """
    prove_oneself(by=by, password=current, proven=proven, at=at)
    rules.check_password_is_strong(password, by, names=ways_in.names_here())
    by.set_password(password)
    by.password_by_link = proven or by.password_by_link
    by.save(update_fields=["password", "password_by_link"])
    security_log.record(SecurityEvent.PASSWORD_CHANGED, person=by.reference)
    ways_in.end_opened(by, ways_in.End.PROGRAMS, at)
    queue_notice(person=by, kind=Kind.PASSWORD, at=at)
    return by


@transaction.atomic
def shut(*, person: User, by: User, at: dt.datetime) -> User:  # noqa: ARG001 - as above
    """Let nothing open this account any more: no session, no pass, no password.

    The password goes because every session is bound to it: none comes back when the account does.
    """
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    Pass.objects.filter(user=person, used_at=None).delete()
    return person


@transaction.atomic
def unshut(*, person: User, by: User, at: dt.datetime) -> User:  # noqa: ARG001 - as above
    """Let the person in again, by a mailed link first."""
    person.is_active = True
    person.save(update_fields=["is_active"])
    return person


@transaction.atomic
def erase(*, person: User, by: User | None, at: dt.datetime) -> None:  # noqa: ARG001 - as above
    """Leave an empty row of a person, for what stays of others: no name, address, way in or date.

    Nobody does this without `personal_data`, which asks all rooms first.
    """
    Session.objects.filter(person_id=person.pk).delete()
    SecondFactor.objects.filter(user=person).delete()
    Pass.objects.filter(user=person).delete()
    person.reference, person.email = user_reference(), rules.address_of_nobody(person.pk)
    person.first_name = person.last_name = ""
    person.last_login, person.is_active, person.notices = None, False, None
    person.theme = User.Theme.SYSTEM
    person.set_unusable_password()
    person.save()


@transaction.atomic
def forget_lapsed(*, at: dt.datetime) -> int:
    """Delete sessions that ended, and passes a week after their end; return how many.

    Nobody does this: the clock does.
    """
    ended, _kinds = Session.objects.filter(expire_date__lt=at).delete()
    old, _kinds = Pass.objects.filter(expires_at__lt=at - rules.RETENTION_AFTER_EXPIRY).delete()
    return ended + old


def _new_pass(
    *, user: User | None, purpose: str, expires_at: dt.datetime, at: dt.datetime
) -> tuple[Pass, str]:
    nonce = uuid.uuid4()
    token = rules.token_for(purpose, nonce)
    entry = Pass(
        nonce=nonce,
        token_hash=tokens.hashed(token),
        user=user,
        purpose=purpose,
        created_at=at,
        expires_at=expires_at,
    )
    return entry, token


def _check_limits(limits: list[rules.Limit]) -> None:
    for limit in limits:
        _check_limit(limit)


def _check_limit(limit: rules.Limit) -> None:
    advice = _(
        "Cette adresse a reçu trop d’essais d’appareils inconnus. Recevez un lien : il vous "
        "laisse entrer tout de suite."
    )
    rate_limit.check(
        limit.name,
        tokens.hashed(limit.key),
        most=limit.most,
        per_seconds=rules.TRY_SECONDS,
        when_silent=rate_limit.Silent.REFUSE,
        sentence=advice if limit.is_of_strangers else "",
    )


def _is_mailed_more(address: str, host: rules.SignInHost) -> bool:
    """Return True while the mailbox of an address has not had its links of this host."""
    key = tokens.hashed(f"{host.origin}:{address}")
    most = rules.LINKS_OF_AN_ADDRESS
    return rate_limit.is_within("link_mailed", key, most=most, per_seconds=rules.TRY_SECONDS)
