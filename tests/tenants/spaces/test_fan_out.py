"""Tasks in each space are spread over a minute, and over open spaces only."""

import pytest
from celery import shared_task

from saas.kernel.tasks import TenantTask
from tenants.spaces import fan_out
from tenants.spaces.models import Tenant


@shared_task(base=TenantTask)
def do_nothing() -> None:
    """Do nothing: the job is only queued."""


@pytest.fixture
def waits(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    queued: dict[str, int] = {}

    def send(_task: object, *, space: str, after_seconds: int) -> None:
        queued[space] = after_seconds

    monkeypatch.setattr(fan_out, "send", send)
    return queued


def test_open_spaces_wait_a_minute_at_most_and_no_two_at_once(waits: dict[str, int]) -> None:
    fan_out.fan_out(do_nothing)
    assert {"north", "south"} <= set(waits)
    assert len(set(waits.values())) == len(waits)
    assert max(waits.values()) < fan_out.LONGEST_SPREAD_SECONDS
    waits.clear()
    Tenant.objects.filter(schema_name="south").update(state=Tenant.State.SUSPENDED)
    fan_out.fan_out(do_nothing)
    assert "north" in waits
    assert "south" not in waits
