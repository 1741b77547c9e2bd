"""Actions to set up, check and remove second factors; `resets` handles lost factors."""

import datetime as dt

from django.db import transaction

from saas.accounts import actions as accounts
from saas.accounts.factors import queries, resets, rules
from saas.accounts.models import SecondFactor, User
from saas.accounts.notices.actions import queue_notice
from saas.accounts.notices.rules import Kind
from saas.kernel.secrets import tokens
from saas.kernel.secrets.sealed import UnopenedError, seal, unseal
from saas.kernel.web import rate_limit


@transaction.atomic
def set_up(*, by: User, secret: str, code: str, at: dt.datetime) -> list[str]:
    """Protect a person's account by an app that has shown its first code; return recovery codes.

    An account with passkeys gets new recovery codes: the old codes become invalid.
    """
    User.objects.select_for_update().get(pk=by.pk)
    factor = queries.factor_of(by, lock=True) or SecondFactor(user=by, made_at=at)
    rules.check_no_app_yet(factor.secret)
    _limit(by)
    step = rules.check_right(rules.step_of(secret, code, after=0, moment=at.timestamp()))
    codes = rules.new_recovery_codes()
    factor.secret, factor.last_step = seal(rules.PURPOSE, secret), step
    factor.recovery_hashes = [rules.recovery_hash(one) for one in codes]
    factor.used_at = at
    factor.save()
    rate_limit.give_back("factor", _key(by))
    queue_notice(person=by, kind=Kind.FACTOR, at=at)
    return codes


@transaction.atomic
def check_code(*, by: User, code: str, at: dt.datetime) -> None:
    """Use up a code of the app, or a recovery code. Raises Refused, also after many tries."""
    factor = rules.check_there(queries.factor_of(by, lock=True))
    _limit(by)
    hashed = rules.recovery_hash(code)
    if hashed and hashed in factor.recovery_hashes:
        factor.recovery_hashes.remove(hashed)
        queue_notice(person=by, kind=Kind.CODE_USED, at=at)
    else:
        factor.last_step = rules.check_right(_step_of(factor, code, at))
    factor.used_at = at
    factor.save(update_fields=["recovery_hashes", "last_step", "used_at"])
    if factor.reset_due_at is not None:
        resets.stop(factor, by=by, at=at)
    rate_limit.give_back("factor", _key(by))


@transaction.atomic
def renew_codes(*, by: User, at: dt.datetime) -> list[str]:
    """Replace a person's recovery codes; the old codes become invalid."""
    factor = rules.check_there(queries.factor_of(by, lock=True))
    codes = rules.new_recovery_codes()
    factor.recovery_hashes = [rules.recovery_hash(one) for one in codes]
    factor.save(update_fields=["recovery_hashes"])
    queue_notice(person=by, kind=Kind.CODES, at=at)
    return codes


@transaction.atomic
def remove(*, by: User, password: str, code: str, proven: bool, at: dt.datetime) -> None:
    """Remove app and passkeys of a person, for their password (or a link just now) and a code."""
    rules.check_there(queries.factor_of(by, lock=True))
    accounts.prove_oneself(by=by, password=password, proven=proven, at=at)
    check_code(by=by, code=code, at=at)
    SecondFactor.objects.filter(user=by).delete()
    queue_notice(person=by, kind=Kind.FACTOR_REMOVED, at=at)


def _step_of(factor: SecondFactor, code: str, at: dt.datetime) -> int | None:
    """Return the half-minute step of a right code; None for a wrong code or a changed key."""
    if not factor.secret:
        return None
    try:
        secret = unseal(rules.PURPOSE, factor.secret)
    except UnopenedError:
        return None
    return rules.step_of(secret, code, after=factor.last_step, moment=at.timestamp())


def _limit(person: User) -> None:
    rate_limit.check(
        "factor",
        _key(person),
        most=rules.TRIES,
        per_seconds=rules.TRY_SECONDS,
        when_silent=rate_limit.Silent.REFUSE,
        field="code",
    )


def _key(person: User) -> str:
    return tokens.hashed(str(person.pk))
