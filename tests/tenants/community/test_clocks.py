"""Scheduled jobs of the rooms: each reaches every open space."""

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from tenants.spaces import fan_out

SCHEDULED = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}
# It looks after those spaces alone that have a neighbour.
OF_SOME = {"tenants.community.treaties.clock.sync_treaties"}
ROOMS = sorted(name for name in SCHEDULED - OF_SOME if name.startswith("tenants.community."))


@pytest.mark.parametrize("name", ROOMS)
def test_scheduled_job_of_a_room_reaches_every_open_space(
    db: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    reached: list[str] = []
    monkeypatch.setattr(fan_out, "send", lambda _task, *_, space, **__: reached.append(space))
    import_string(name).apply(throw=True)
    assert {"north", "south"} <= set(reached)
