"""The audit after kills finds lost work, at any hour of the day of the drill."""

import datetime as dt
import zoneinfo

import pytest
from django.utils import timezone

from infra.drills.inside.availability import audit
from saas.accounts.models import User
from tests.tenants.community.conversations.test_actions import begin

PARIS = zoneinfo.ZoneInfo("Europe/Paris")


@pytest.mark.parametrize("hour", [3, 9, 12, 18, 23])
def test_mail_of_a_lost_job_leaves_at_any_hour(
    owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch, hour: int
) -> None:
    """Check that a lost morning message is reported in the night, and mailed after it."""
    now = dt.datetime(2026, 11, 24, hour, 30, tzinfo=PARIS)
    monkeypatch.setattr(timezone, "now", lambda: now)
    begin(owner, teammate)
    assert list(audit._undone()) == ["1 messages were told to nobody"]  # noqa: SLF001 - one of many checks
    audit.sweep()
    assert list(audit._undone()) == []  # noqa: SLF001
