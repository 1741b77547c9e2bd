"""Each fault of a cell is found, told with its next step, and mended by that step."""

import json
from collections.abc import Callable, Iterator

import pytest
from django.db import connections
from pytest_django import Settings

from saas.monitoring import queries
from saas.monitoring.metrics import figures
from saas.monitoring.models import Trouble
from tenants.spaces import provisioning
from tenants.spaces.database import birth, role_access
from tenants.spaces.database.cells import directory, faults, orphans, overview, replication
from tenants.spaces.database.cells.faults import Fault
from tenants.spaces.models import Founding, Tenant
from tests.fixtures.patience import wait_until
from tests.fixtures.people import AT
from tests.tenants.spaces.cells.conftest import TwoClusters
from tests.tenants.spaces.database.connecting import ask
from tests.tenants.spaces.test_provisioning import make_founding

pytestmark = pytest.mark.proof
SLOT = replication.slot_of("east")


def kinds() -> list[str]:
    return [fault.kind for fault in replication.link_to("east", "owner").faults]


def has(kind: str) -> Callable[[], bool]:
    return lambda: kind in kinds()


def is_well() -> bool:
    link = replication.link_to("east", "owner")
    return not link.faults and not link.waiting_tables


def run(alias: str, statement: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture(autouse=True)
def _well(cells: TwoClusters) -> Iterator[None]:
    """Begin and end with a cell that follows."""
    wait_until(is_well)
    yield
    added = cells.manage("cell", "add", "east", "--json")
    assert added.returncode == 0, added.stderr + added.stdout


def checked(cells: TwoClusters) -> tuple[list[str], list[str]]:
    answer = cells.manage("cell", "check", "east", "--json")
    [row] = json.loads(answer.stdout)
    assert answer.returncode == (1 if row["faults"] else 0)
    return row["faults"], row["next"]


def test_lost_slot_and_lost_subscription_are_mended_by_the_named_step(cells: TwoClusters) -> None:
    run("owner.east", f"ALTER SUBSCRIPTION {SLOT} DISABLE")
    wait_until(has(faults.DISABLED))
    run("owner.east", f"ALTER SUBSCRIPTION {SLOT} SET (slot_name = NONE)")
    replication.drop_slot("east", "owner")
    wait_until(has(faults.SLOTLESS))
    found, steps = checked(cells)
    assert "home has no slot for it" in found
    assert "manage.py cell add east" in "".join(steps)
    assert cells.manage("cell", "add", "east").returncode == 0
    assert checked(cells) == ([], [])
    replication.unsubscribe("east", "owner", "owner.east")
    assert kinds() == [faults.UNSUBSCRIBED, faults.SLOTLESS]
    assert cells.manage("cell", "add", "east").returncode == 0
    assert checked(cells) == ([], [])
    assert cells.manage("cell", "add", "east", "--anew").returncode == 0
    assert checked(cells) == ([], [])
    counted = "SELECT count(*) FROM public.spaces_tenant"
    assert ask(connections["owner.east"], counted) == ask(connections["owner.home"], counted)


def test_failed_apply_names_the_log_and_goes_on_by_itself(cells: TwoClusters) -> None:
    there = "owner.east"
    newest = ask(connections["owner"], "SELECT max(id) FROM public.spaces_tenant")
    values = "INSERT INTO public.spaces_emaildomain (tenant_id, domain, proven_at) VALUES"
    run(there, "ALTER TABLE public.spaces_emaildomain ADD CONSTRAINT planted CHECK (domain <> 'x')")
    run("owner", f"{values} ({newest[0]}, 'x', now())")
    try:
        wait_until(has(faults.FAILED))
    finally:
        run(there, "ALTER TABLE public.spaces_emaildomain DROP CONSTRAINT planted")
    wait_until(is_well)
    run("owner", "DELETE FROM public.spaces_emaildomain WHERE domain = 'x'")


def test_full_slot_is_a_fault(cells: TwoClusters, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replication, "SLOT_IS_LONG_BYTES", -1)
    assert kinds() == [faults.LONG]


def test_trouble_names_the_cell_and_ends_with_its_fault(
    cells: TwoClusters, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = Fault("east", faults.IDLE)
    monkeypatch.setattr(overview, "open_locks", lambda _cell: [silent])
    monkeypatch.setattr("saas.monitoring.cells.REMEMBERED_SECONDS", 0.0)
    assert [cell.faults for cell in overview.cells()] == [(), (silent,)]
    [found] = queries.findings_of([Trouble.Kind.CELL], at=AT)
    assert (found.kind, found.subject) == ("cell", "east idle")
    shown = {figure.name: figure.values for figure in figures.of_cells()}
    assert shown["troovon_cell_faults"] == {"east": 1.0}
    assert shown["troovon_cell_lag_bytes"]["east"] >= 0
    monkeypatch.undo()
    monkeypatch.setattr("saas.monitoring.cells.REMEMBERED_SECONDS", 0.0)
    assert queries.findings_of([Trouble.Kind.CELL], at=AT) == []


def test_clock_drops_what_a_killed_founding_left(cells: TwoClusters, settings: Settings) -> None:
    settings.FOUNDING_CELLS = ("east",)
    founding = make_founding(AT, "orphelin")
    name = orphans.name_in_cell(founding)
    script = provisioning.current_script()
    birth.make_role(name, "owner.east")
    birth.make_schema(name, script, "owner.east")
    Founding.objects.using("owner").filter(pk=founding.pk).update(state=Founding.State.BUILDING)
    assert orphans.remove() == []
    Founding.objects.using("owner").filter(pk=founding.pk).update(state=Founding.State.FAILED)
    assert orphans.remove() == [name]
    assert role_access.standing(name, "owner.east") == (False, False)
    assert not Tenant.objects.filter(schema_name=name).exists()


def test_refusals_of_the_command_say_what_to_do(cells: TwoClusters) -> None:
    founding = {**cells.env, "FOUNDING_CELLS": "home east"}
    for words, words_there in (
        (["check", "west"], "CELLS does not name west: it names east"),
        (["drain", "east", "--to", "east"], "--to names east itself"),
        (["drain", "east", "--to", "west"], "CELLS does not name west"),
    ):
        answer = cells.manage("cell", *words)
        assert (answer.returncode, words_there in answer.stderr) == (1, True), answer.stderr
    before, cells.env = cells.env, founding
    try:
        for verb in ("drain", "remove"):
            answer = cells.manage("cell", verb, "east")
            assert "take it out of FOUNDING_CELLS" in answer.stderr
    finally:
        cells.env = before


def test_list_names_home_and_the_cell(cells: TwoClusters) -> None:
    answer = cells.manage("cell", "list", "--json")
    home, east = json.loads(answer.stdout)
    assert (home["cell"], east["cell"], east["faults"]) == ("home", "east", [])
    assert home["size_bytes"] > 0
    assert east["connections"] > 0
    assert directory.spaces_by_cell()[""] == home["spaces"]


def test_faults_have_sentences_and_steps() -> None:
    assert set(faults.SENTENCES) == set(faults.STEPS)
    for kind in faults.SENTENCES:
        fault = Fault("east", kind, "3")
        assert "{" not in fault.sentence.replace("{cluster", "")
        assert fault.step
    idle, away = Fault("east", faults.IDLE), Fault("east", faults.AWAY)
    assert faults.causes([idle, away]) == [away]
