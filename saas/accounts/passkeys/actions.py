"""Actions to add, use and remove passkeys."""

import datetime as dt

from django.db import transaction

from saas.accounts.factors import queries as factors
from saas.accounts.factors import resets
from saas.accounts.factors import rules as factor_rules
from saas.accounts.models import SecondFactor, User
from saas.accounts.notices.actions import queue_notice
from saas.accounts.notices.rules import Kind
from saas.accounts.passkeys import queries, rules
from saas.kernel import cache
from saas.kernel.people import ways_in
from saas.kernel.secrets import tokens
from saas.kernel.web import rate_limit


@transaction.atomic
def add(
    *,
    by: User,
    answer: str,
    challenge: str,
    origin: str,
    name: str,
    device: str,
    at: dt.datetime,
) -> list[str]:
    """Add a passkey of this host to an account; return recovery codes with its first factor."""
    User.objects.select_for_update().get(pk=by.pk)
    factor = factors.factor_of(by, lock=True)
    codes: list[str] = []
    if factor is None:
        codes = factor_rules.new_recovery_codes()
        hashes = [factor_rules.recovery_hash(code) for code in codes]
        factor = SecondFactor(
            user=by, secret="", last_step=0, recovery_hashes=hashes, made_at=at, used_at=at
        )
    rules.check_room(factor.passkeys)
    _spend(challenge)
    made = rules.created(origin, answer=answer, challenge=challenge, reference=by.reference)
    entry = rules.made_entry(made, name=name, at=at, otherwise=device)
    others = [one for one in factor.passkeys if one["id"] != entry["id"]]
    factor.passkeys = [*others, entry]
    factor.save()
    queue_notice(person=by, kind=Kind.PASSKEY, at=at, detail=entry["name"])
    return codes


@transaction.atomic
def check(*, by: User, answer: str, challenge: str, origin: str, at: dt.datetime) -> None:
    """Accept a passkey as the second factor of a signed-in person. Raises Refused."""
    factor = factor_rules.check_there(factors.factor_of(by, lock=True))
    found = rules.assertion(answer)
    _use(factor, found, challenge=challenge, origin=origin, reference=by.reference, at=at)


@transaction.atomic
def recognise(*, answer: str, challenge: str, origin: str, network: str, at: dt.datetime) -> User:
    """Return the person that a passkey belongs to. Raises Refused, also after too many tries."""
    rate_limit.check(
        "passkey",
        tokens.hashed(network),
        most=rules.TRIES_OF_A_NETWORK,
        per_seconds=rules.TRY_SECONDS,
        when_silent=rate_limit.Silent.REFUSE,
    )
    found = rules.assertion(answer)
    factor = queries.factor_named(found.user_reference)
    rules.check_entry(queries.entry_of(factor, found.credential_id))
    factor = factor_rules.check_there(factor)
    _use(factor, found, challenge=challenge, origin=origin, reference="", at=at)
    ways_in.check_open(factor.user.email, factor.user)
    return factor.user


@transaction.atomic
def remove(*, by: User, credential_id: str, at: dt.datetime) -> None:
    """Remove a passkey; with the last factor of the account, its recovery codes as well."""
    factor = factor_rules.check_there(factors.factor_of(by, lock=True))
    entry = rules.check_entry(queries.entry_of(factor, credential_id))
    factor.passkeys = [one for one in factor.passkeys if one["id"] != credential_id]
    if factor.passkeys or factor.secret:
        factor.save(update_fields=["passkeys"])
    else:
        factor.delete()
    queue_notice(person=by, kind=Kind.PASSKEY_REMOVED, at=at, detail=entry["name"])


def _use(
    factor: SecondFactor,
    found: rules.Assertion,
    *,
    challenge: str,
    origin: str,
    reference: str,
    at: dt.datetime,
) -> None:
    """Check the signature with a passkey of a locked row, and record its use."""
    entry = rules.check_entry(queries.entry_of(factor, found.credential_id))
    entry["count"] = rules.check_signed(
        origin, found, entry=entry, challenge=challenge, reference=reference
    )
    _spend(challenge)
    entry["used_at"] = at.isoformat()
    factor.used_at = at
    factor.save(update_fields=["passkeys", "used_at"])
    if factor.reset_due_at is not None:
        resets.stop(factor, by=factor.user, at=at)


def _spend(challenge: str) -> None:
    """Raise Refused if a challenge has been answered already."""
    name = f"passkey:{tokens.hashed(challenge)}"
    rules.check_unspent(is_first=cache.claimed(name, seconds=rules.CHALLENGE_SECONDS))
