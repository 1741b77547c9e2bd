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
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.people import ways_in
from saas.kernel.secrets import hashing, tokens
from saas.kernel.tasks import after_commit
from saas.kernel.watching import security_log
from saas.kernel.watching.security_log import SecurityEvent
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
    """Create a pass for a person in this schema; return its token.

    `origin` is the host of ours with the button of a crossing on its page. Without it the pass may
    only be used on the page of its own address.
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
    """Mail a sign-in link if the address has an account here; otherwise do the same work.

    Over the limit of an address, no further mail is sent, and the response does not reveal it: the
    links in the mailbox stay valid for longer than the limit lasts. A refusal would let strangers
    lock the owner out; further mails would flood the mailbox.
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
    """Mark a pass as used and return its person. Raises Refused if used, expired or unknown."""
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
    """Return the person with this address and password. Raises Refused, also after too many tries.

    A successful try is not counted, nor does it reset the failed tries: otherwise an attacker at
    the limit of an address would see that its owner has signed in.
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
    """Update a person's language and theme; an empty value leaves the column unchanged."""
    by.language = language or by.language
    by.theme = theme or by.theme
    by.full_clean(validate_unique=False, validate_constraints=False)
    by.save(update_fields=["language", "theme"])
    return by


@transaction.atomic
def prove_oneself(*, by: User, password: str, proven: bool, at: dt.datetime) -> None:  # noqa: ARG001 - as above
    """Raise Refused for a sensitive action unless the person is proven or the password is right."""
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
    """Set a new password after the current password or a mailed link; mail the person about it.

    `proven` is true if a mailed link opened the session just now. API tokens and calendar addresses
    are revoked.
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
    """Deactivate an account: no session, no pass and no password opens it.

    The password is removed because every session is bound to it: sessions do not come back when the
    account is reactivated.
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
    """Erase a person's name, address, sign-in methods and dates; keep an empty row.

    Other people's data refers to the row. Called only by `personal_data`, after it has consulted
    every app.
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
    """Delete expired sessions, and passes a week after they expire; return the number deleted.

    Called by the scheduler, not by a user.
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
