"""A transaction in `public` and in a space with another login: both keep it, or neither does."""

import contextlib
import datetime as dt
import itertools
from collections.abc import Iterator

import pytest
from celery import current_app
from django.db import (
    DatabaseError,
    IntegrityError,
    OperationalError,
    connection,
    connections,
    transaction,
)

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.watching import log_context
from tenants.community.members.models import Role
from tenants.spaces.database import logins
from tenants.spaces.database.cells import faults, halves, overview
from tenants.spaces.models import Tenant
from tests.fixtures import broker
from tests.fixtures.broker import empty_broker
from tests.fixtures.people import AT
from tests.tenants.spaces.database import connecting
from tests.tenants.spaces.database.connecting import ask

__all__ = ["empty_broker"]
SPACE, NAME = "north", "Espace south"
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def in_space(own_database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Work in a space that the default connection enters by another login."""
    wrapper = connections["default"]
    wrapper.close()
    options = wrapper.settings_dict["OPTIONS"] | {
        "space_logins": {SPACE: connecting.given_login(SPACE)}
    }
    monkeypatch.setitem(wrapper.settings_dict, "OPTIONS", options)
    with schema.inside(SPACE):
        yield
    wrapper.close()
    logins.withdraw(SPACE)


def person(name: str) -> User:
    number = next(_numbers)
    return User.objects.create(
        email=f"p{number}@est.example", first_name=name, last_name="B", created_at=AT
    )


def has(name: str) -> bool:
    return User.objects.filter(first_name=name).exists()


def name_of_south() -> str:
    with schema.in_public():
        return str(Tenant.objects.get(schema_name="south").name)


def rename_south(name: str | None) -> None:
    with schema.in_public():
        Tenant.objects.filter(schema_name="south").update(name=name)


def both(name: str) -> None:
    """Write in the space, in public and again in the space."""
    person(f"{name}1")
    rename_south(name)
    person(f"{name}2")


def test_both_halves_are_committed() -> None:
    commits = connection.public_commits  # type: ignore[attr-defined]
    done: list[str] = []
    with transaction.atomic():
        both("Ada")
        transaction.on_commit(lambda: done.append(schema.current()))
        assert not done
    assert (done, name_of_south(), has("Ada1"), has("Ada2")) == ([SPACE], "Ada", True, True)
    assert connection.public_commits > commits  # type: ignore[attr-defined]


def fail(name: str) -> None:
    both(name)
    raise ZeroDivisionError


def take_a_taken_address() -> None:
    rename_south("Fia")
    taken = User.objects.values_list("email", flat=True)[0]
    User.objects.create(email=taken, created_at=AT)


def fail_in_public() -> None:
    person("Hella")
    rename_south(None)


def swallow_a_failure_in_public() -> None:
    person("Ines")
    with schema.in_public(), contextlib.suppress(DatabaseError):
        ask(connection, "SELECT 1 / 0")


def give_a_role_to_nobody() -> None:
    """PostgreSQL checks the foreign key at the commit."""
    rename_south("Jana")
    Role.objects.create(user_id=10**9, role=Role.Kind.COUNCIL, given_at=AT)


def test_both_halves_are_rolled_back() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        fail("Bea")
    assert (name_of_south(), has("Bea1"), has("Bea2")) == (NAME, False, False)
    with transaction.atomic():
        both("Cleo")
    assert (name_of_south(), has("Cleo1")) == ("Cleo", True)


def test_block_within_is_rolled_back_in_both() -> None:
    with transaction.atomic():
        both("Dora")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            fail("Edna")
        person("Dora3")
    known = [has(name) for name in ("Dora2", "Dora3", "Edna1")]
    assert (name_of_south(), known) == ("Dora", [True, True, False])


def test_savepoint_before_the_second_half_counts_there() -> None:
    with transaction.atomic():
        person("Fia")
        with pytest.raises(IntegrityError), transaction.atomic():
            take_a_taken_address()
        with transaction.atomic():
            person("Gita")
    assert (name_of_south(), has("Fia"), has("Gita")) == (NAME, True, True)


def test_failure_in_public_rolls_the_space_back() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        fail_in_public()
    assert not has("Hella")
    with pytest.raises(DatabaseError, match="nothing is committed"), transaction.atomic():
        swallow_a_failure_in_public()
    assert not has("Ines")


def test_late_refusal_of_the_space_leaves_public_unwritten() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        give_a_role_to_nobody()
    assert name_of_south() == NAME


def lose_the_space() -> None:
    both("Mia")
    pid = ask(connection, "SELECT pg_backend_pid()")[0]
    with connecting.admin() as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_space_lost_before_the_commit_leaves_public_unwritten() -> None:
    with pytest.raises(OperationalError), transaction.atomic():
        lose_the_space()
    assert (name_of_south(), has("Mia1")) == (NAME, False)


@pytest.fixture
def at_once(empty_broker: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Count an act as lost from the first moment on."""
    monkeypatch.setattr(halves, "UNDER_WAY", dt.timedelta(0))


def lose_the_space_between_the_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    both("Nina")
    pid, note = ask(connection, "SELECT pg_backend_pid()")[0], halves.note_act

    def note_and_lose(space: str) -> str:
        with connecting.admin() as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        return note(space)

    monkeypatch.setattr(halves, "note_act", note_and_lose)


def test_space_lost_between_the_commits_is_a_fault(
    at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OperationalError), log_context.request("req-1"), transaction.atomic():
        lose_the_space_between_the_commits(monkeypatch)
    assert (name_of_south(), has("Nina1")) == ("Nina", False)
    [fault] = overview.lost_halves("")
    assert (fault.cell, fault.kind) == ("home", faults.HALF)
    assert fault.sentence.endswith(f": {SPACE}, request req-1")
    assert "manage.py cell settled home" in fault.step
    assert [act.space for act in halves.settle("")] == [SPACE]
    assert overview.lost_halves("") == []


def test_act_that_both_keep_or_neither_is_no_fault(at_once: None) -> None:
    with transaction.atomic():
        both("Olga")
    with pytest.raises(IntegrityError), transaction.atomic():
        give_a_role_to_nobody()
    assert halves.lost("") == []


def test_act_under_way_is_no_fault(empty_broker: None) -> None:
    key = halves.note_act(SPACE)
    assert key
    assert halves.lost("") == []
    halves.forget(key)


def test_act_is_kept_while_the_broker_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app, "connection_for_write", broker.fail)
    with transaction.atomic():
        both("Pia")
    assert (name_of_south(), has("Pia1"), halves.lost("")) == ("Pia", True, [])


def test_transaction_that_began_in_public_may_enter_the_space() -> None:
    with schema.in_public(), transaction.atomic():
        Tenant.objects.filter(schema_name="south").update(name="Kim")
        with schema.inside(SPACE):
            person("Kim")
    assert (name_of_south(), has("Kim")) == ("Kim", True)


def test_two_spaces_share_no_transaction() -> None:
    with transaction.atomic():
        person("Lea")
        with schema.inside("south"), pytest.raises(DatabaseError, match="a transaction is open"):
            connection.cursor()
