"""Each cluster has backups of its own: their figures are those of its spaces."""

import datetime as dt

import psycopg
import pytest
from django.db import connections
from pytest_django import Settings

from saas.commands.backups import figures
from saas.commands.doctor import here
from saas.monitoring import queries
from saas.monitoring.models import Backup, Trouble
from tenants.spaces.database import server
from tenants.spaces.models import Blueprint, Tenant
from tests.fixtures.people import AT

pytestmark = pytest.mark.proof


def sampled(place: str, cell: str) -> tuple[list[str], figures.Figures]:
    login = server.address(connections[f"owner.{place}"].settings_dict)
    with psycopg.connect(**login, autocommit=True) as connection:
        spaces = figures.sample(connection, cell)
        return spaces, figures.measure(connection, spaces)


def test_backup_is_compared_by_spaces_of_its_cluster(eastern: Tenant) -> None:
    in_east = set(Tenant.objects.filter(cell="east").values_list("schema_name", flat=True))
    spaces, measured = sampled("east", "east")
    assert spaces
    assert set(spaces) <= in_east
    assert {f"{name}.accounts_user" for name in spaces} <= set(measured)
    spaces, measured = sampled("home", "")
    assert not set(spaces) & in_east
    assert {f"{name}.accounts_user" for name in spaces} <= set(measured)


def make_backup(cell: str, *, hours: int) -> None:
    sizes = dict.fromkeys(("duration_ms", "size_bytes", "stored_bytes"), 1)
    taken_at = AT - dt.timedelta(hours=hours)
    moments = {"taken_at": taken_at, "checked_at": taken_at}
    Backup.objects.using("owner").create(
        cell=cell, label="20261125-023000F", is_full=True, is_good=True, **sizes, **moments
    )


def test_old_backup_of_a_cell_is_a_trouble(eastern: Tenant, settings: Settings) -> None:
    settings.BACKUPS_ARE_MADE = True
    Blueprint.objects.using("owner").update(made_at=AT)
    make_backup("", hours=1)
    make_backup("east", hours=27)
    found = queries.findings_of([Trouble.Kind.BACKUP], at=AT)
    assert [one.subject for one in found] == ["east"]
    parts = [finding.part for finding in here.check_backups()]
    assert parts == ["backups", "backups of east"]
    assert "--cell east" in here.check_backups()[1].next_step
    Backup.objects.using("owner").all().delete()
