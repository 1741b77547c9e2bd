"""Operators are woken when the newest good backup is old, where backups are made at all."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from saas.commands.doctor import here
from saas.monitoring import actions, queries
from saas.monitoring.models import Backup, Trouble
from tenants.spaces.models import Blueprint

pytestmark = pytest.mark.usefixtures("own_database")  # the owner alone writes these rows
AT = dt.datetime(2026, 12, 1, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _backups_are_made(own_database: None, settings: Settings) -> None:
    settings.BACKUPS_ARE_MADE = True
    Blueprint.objects.using("owner").update(made_at=AT - 3 * HOUR)


def make_backup(label: str, *, taken_at: dt.datetime, is_good: bool | None, cell: str = "") -> None:
    Backup.objects.using("owner").create(
        cell=cell,
        label=label,
        is_full=True,
        taken_at=taken_at,
        duration_ms=3_000,
        size_bytes=57_000_000,
        stored_bytes=5_400_000,
        end_lsn="0/3500028",
        checked_at=None if is_good is None else taken_at,
        is_good=is_good,
        fault="public.spaces_tenant is 2 and was 3" if is_good is False else "",
    )


def kinds(at: dt.datetime) -> list[str]:
    return [trouble.kind for trouble in actions.update_troubles(at=at).begun]


def test_new_installation_has_a_day_for_its_first_backup() -> None:
    assert Trouble.Kind.BACKUP not in kinds(AT)
    assert Trouble.Kind.BACKUP in kinds(AT + 24 * HOUR)


def test_old_backup_is_a_trouble_until_a_good_one_is_there() -> None:
    make_backup("old", taken_at=AT - 27 * HOUR, is_good=True)
    assert Trouble.Kind.BACKUP in kinds(AT)
    assert queries.readiness(at=AT)["backups"] == queries.DEGRADED
    make_backup("bad", taken_at=AT - HOUR, is_good=False)
    make_backup("unchecked", taken_at=AT, is_good=None)
    assert actions.update_troubles(at=AT).ended == []
    make_backup("good", taken_at=AT - HOUR / 2, is_good=True)
    ended = actions.update_troubles(at=AT).ended
    assert [trouble.kind for trouble in ended] == [Trouble.Kind.BACKUP]
    newest = queries.last_backup()
    assert newest is not None
    assert newest.label == "unchecked"


def test_newest_backups_of_all_clusters_take_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for cell in ("", "east", "west"):
        make_backup("old", taken_at=AT - 27 * HOUR, is_good=True, cell=cell)
        make_backup(f"new {cell}", taken_at=AT, is_good=True, cell=cell)
    with django_assert_num_queries(1):
        newest = queries.last_backups()
    labels = {cell: backup.label for cell, backup in newest.items()}
    assert labels == {"": "new ", "east": "new east", "west": "new west"}


def test_no_trouble_where_no_backups_are_made(settings: Settings) -> None:
    settings.BACKUPS_ARE_MADE = False
    make_backup("old", taken_at=AT - 27 * HOUR, is_good=True)
    assert Trouble.Kind.BACKUP not in kinds(AT)
    assert queries.readiness(at=AT)["backups"] == queries.OK


def test_doctor_names_the_fault_of_the_newest_backup() -> None:
    make_backup("bad", taken_at=AT, is_good=False)
    [finding] = here.check_backups()
    assert finding.state == "wrong"
    assert "public.spaces_tenant is 2 and was 3" in finding.sentence
