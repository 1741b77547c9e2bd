"""Actions of people on their way in, and their choices about how pages speak and look."""

import datetime as dt
import uuid

from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.db import transaction

from saas.accounts import queries, rules, tasks
from saas.accounts.models import Pass, User, as_any, normal_email, user_reference
from saas.kernel import schema, tokens
from saas.kernel.people import ways_in
from saas.kernel.tasks import after_commit
from saas.kernel.web import rate_limit, sessions


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
    *, email: str, host: rules.SignInHost, network: str, at: dt.datetime, leads_to: str = ""
) -> None:
    """Mail a link to an address that has an account here; the same work where it has none."""
    address = normal_email(email)
    _limit("link", address, most=rules.LINKS_OF_AN_ADDRESS)
    _limit("link_network", network, most=rules.LINKS_OF_A_NETWORK)
    entry, _token = _new_pass(
        user=queries.person_at(address),
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
def recognise(*, email: str, password: str, network: str, at: dt.datetime) -> User:  # noqa: ARG001 - each action says when
    """Return the person of an address and a password. Raises Refused, also after many tries.

    A try that succeeds is not counted, nor does it wipe out those that failed: whoever has used
    up an address would see that its person has come in.
    """
    address = normal_email(email)
    _limit("signin", address, most=rules.TRIES_OF_AN_ACCOUNT)
    _limit("signin_network", network, most=rules.TRIES_OF_A_NETWORK)
    person = rules.check_recognised(authenticate(None, email=address, password=password))
    rate_limit.give_back("signin", tokens.hashed(address))
    rate_limit.give_back("signin_network", tokens.hashed(network))
    known = as_any(person)
    ways_in.check_open(known.email, known)
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
        _limit("password", f"{by.pk}:{by.password}", most=rules.TRIES_OF_AN_ACCOUNT)
    rules.check_is_proven(proven=proven or by.check_password(password))


@transaction.atomic
def choose_password(
    *,
    by: User,
    password: str,
    current: str,
    proven: bool,
    at: dt.datetime,
) -> User:
    """Give a person a new password, once they have shown that the account is theirs."""
    if proven or by.has_usable_password():
        prove_oneself(by=by, password=current, proven=proven, at=at)
    rules.check_password_is_strong(password, by)
    by.set_password(password)
    by.save(update_fields=["password"])
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
    Session.objects.filter(pk__in=sessions.keys_of(person.pk)).delete()
    Pass.objects.filter(user=person).delete()
    person.reference, person.email = user_reference(), rules.address_of_nobody(person.pk)
    person.first_name = person.last_name = ""
    person.last_login, person.is_active = None, False
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


def _limit(name: str, key: str, *, most: int) -> None:
    rate_limit.check(
        name,
        tokens.hashed(key),
        most=most,
        per_seconds=rules.TRY_SECONDS,
        when_silent=rate_limit.Silent.REFUSE,
    )
