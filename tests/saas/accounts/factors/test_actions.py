import datetime as dt

import pytest

from saas.accounts.factors import actions, queries, resets, rules
from saas.accounts.models import SecondFactor, Session, User
from saas.kernel import schema
from saas.kernel.errors import Refused
from tests.fixtures.people import AT, PASSWORD, make_user

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = dt.timedelta(seconds=rules.STEP_SECONDS)


def code_at(at: dt.datetime) -> str:
    return rules.code_at(SECRET, at.timestamp())


def set_up(person: User, at: dt.datetime = AT) -> list[str]:
    return actions.set_up(by=person, secret=SECRET, code=code_at(at), at=at)


def kinds(person: User) -> list[str]:
    return [notice["kind"] for notice in User.objects.get(pk=person.pk).notices or []]


def test_secret_is_sealed_and_codes_are_hashed(owner: User) -> None:
    codes = set_up(owner)
    row = SecondFactor.objects.get(user=owner)
    assert SECRET not in row.secret
    assert len(set(codes)) == len(row.recovery_hashes) == rules.RECOVERY_CODES
    assert not set(codes) & set(row.recovery_hashes)
    assert kinds(owner) == ["factor"]


def test_wrong_first_code_protects_nothing(owner: User) -> None:
    with pytest.raises(Refused, match="pas le bon"):
        actions.set_up(by=owner, secret=SECRET, code="000000", at=AT)
    assert not queries.has_factor(owner)


def test_second_setup_is_refused(owner: User) -> None:
    set_up(owner)
    with pytest.raises(Refused, match="déjà en place"):
        set_up(owner, AT + STEP)


def test_code_is_used_once(owner: User) -> None:
    set_up(owner)
    with pytest.raises(Refused, match="déjà servi"):
        actions.check_code(by=owner, code=code_at(AT), at=AT)
    later = AT + STEP
    actions.check_code(by=owner, code=code_at(later), at=later)
    with pytest.raises(Refused, match="déjà servi"):
        actions.check_code(by=owner, code=code_at(later), at=later)


def test_code_of_another_minute_is_refused(owner: User) -> None:
    set_up(owner)
    now = AT + dt.timedelta(minutes=10)
    for far in (-2 * STEP, 2 * STEP):
        with pytest.raises(Refused):
            actions.check_code(by=owner, code=code_at(now + far), at=now)
    actions.check_code(
        by=owner, code=f" {code_at(now - STEP)[:3]} {code_at(now - STEP)[3:]}", at=now
    )


def test_recovery_code_is_used_once_and_mailed(owner: User) -> None:
    first, *_others = set_up(owner)
    actions.check_code(by=owner, code=first.upper().replace("-", " "), at=AT)
    with pytest.raises(Refused):
        actions.check_code(by=owner, code=first, at=AT)
    assert kinds(owner) == ["factor", "code_used"]


def test_new_recovery_codes_end_the_old_ones(owner: User) -> None:
    old = set_up(owner)
    new = actions.renew_codes(by=owner, at=AT)
    with pytest.raises(Refused):
        actions.check_code(by=owner, code=old[0], at=AT)
    actions.check_code(by=owner, code=new[0], at=AT)


def test_tries_are_limited_per_person(owner: User, teammate: User) -> None:
    set_up(owner)
    set_up(teammate)
    for _try in range(rules.TRIES):
        with pytest.raises(Refused, match="pas le bon"):
            actions.check_code(by=owner, code="000000", at=AT)
    later = AT + STEP
    with pytest.raises(Refused, match="Trop d’essais"):
        actions.check_code(by=owner, code=code_at(later), at=later)
    actions.check_code(by=teammate, code=code_at(later), at=later)


@pytest.mark.parametrize(("password", "code"), [("faux", None), (PASSWORD, "000000")])
def test_removal_asks_password_and_code(owner: User, password: str, code: str | None) -> None:
    set_up(owner)
    later = AT + STEP
    with pytest.raises(Refused):
        actions.remove(
            by=owner, password=password, code=code or code_at(later), proven=False, at=later
        )
    assert queries.has_factor(owner)


def test_removal_is_mailed(owner: User) -> None:
    set_up(owner)
    later = AT + STEP
    actions.remove(by=owner, password=PASSWORD, code=code_at(later), proven=False, at=later)
    assert not queries.has_factor(owner)
    assert kinds(owner) == ["factor", "factor_removed"]


def test_reset_ends_sessions_and_is_mailed(owner: User) -> None:
    set_up(owner)
    Session.objects.create(session_key="open", session_data="", expire_date=AT, person_id=owner.pk)
    resets.reset(person=owner, by=None, at=AT)
    assert not queries.has_factor(owner)
    assert not Session.objects.filter(person_id=owner.pk).exists()
    assert kinds(owner)[-1] == "factor_reset"


def test_secret_sealed_in_another_space_opens_nothing(owner: User) -> None:
    codes = set_up(owner)
    row = SecondFactor.objects.get(user=owner)
    with schema.inside("south"):
        person = make_user("Nadia")
        SecondFactor.objects.create(
            user=person,
            secret=row.secret,
            last_step=0,
            recovery_hashes=row.recovery_hashes,
            made_at=AT,
            used_at=AT,
        )
        later = AT + STEP
        with pytest.raises(Refused):
            actions.check_code(by=person, code=code_at(later), at=later)
        actions.check_code(by=person, code=codes[0], at=later)


def test_merchant_has_a_second_factor_in_public(db: None) -> None:
    with schema.in_public():
        person = make_user("Paul")
        set_up(person)
        assert queries.has_factor(person)
