"""Rules of notifications: quiet hours, switches, push addresses."""

import datetime as dt
import zoneinfo

import pytest

from saas.kernel.errors import Refused
from saas.kernel.web import outgoing
from tenants.community.notifications import rules
from tenants.community.notifications.models import Channel, Kind
from tenants.community.notifications.rules import Quiet

PARIS = zoneinfo.ZoneInfo("Europe/Paris")


def wall(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("now", "quiet", "leaves"),
    [
        ("2026-11-25 12:00", Quiet(), "2026-11-25 12:00"),
        ("2026-11-25 21:00", Quiet(), "2026-11-26 07:00"),
        ("2026-11-25 06:59", Quiet(), "2026-11-25 07:00"),
        ("2026-11-25 07:00", Quiet(), "2026-11-25 07:00"),
        ("2026-11-25 23:00", Quiet(None, None), "2026-11-25 23:00"),
        ("2026-11-25 13:00", Quiet(dt.time(12), dt.time(14)), "2026-11-25 14:00"),
        ("2026-11-27 22:00", Quiet(weekends=True), "2026-11-30 07:00"),
        ("2026-11-29 12:00", Quiet(None, None, weekends=True), "2026-11-30 00:00"),
        ("2026-03-28 23:00", Quiet(), "2026-03-29 07:00"),  # the night of summer time
    ],
)
def test_first_loud_moment(now: str, quiet: Quiet, leaves: str) -> None:
    assert rules.loud_from(wall(now), quiet, PARIS) == wall(leaves)


@pytest.mark.parametrize(
    ("quiet", "hour", "field"),
    [
        (Quiet(dt.time(21), None), 8, "quiet_until"),
        (Quiet(dt.time(21), dt.time(21)), 8, "quiet_until"),
        (Quiet(), 5, "digest_hour"),
        (Quiet(dt.time(21), dt.time(9)), 8, "digest_hour"),
    ],
)
def test_habits_that_contradict_themselves_are_refused(quiet: Quiet, hour: int, field: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.check_habits(quiet, hour)
    assert refused.value.field == field


def test_each_kind_has_a_usual_choice_that_it_allows() -> None:
    for kind in Kind.values:
        for channel in Channel.values:
            assert rules.rhythm_of({}, kind, channel) in rules.choices_of(kind, channel)


def test_decision_of_moderators_cannot_be_switched_off() -> None:
    with pytest.raises(Refused):
        rules.check_switches({("decisions", "mail"): "off"})
    assert rules.rhythm_of({("decisions", "mail"): "off"}, "decisions", "mail") == "now"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://push/x",
        "https://printer.local/x",
        "https://push.example.org:8443/x",
        "https://user@push.example.org/x",
        "https://2130706433/x",
        "ftp://push.example.org/x",
    ],
)
def test_push_address_of_no_public_host_is_refused(endpoint: str) -> None:
    with pytest.raises(Refused):
        rules.check_endpoint(endpoint)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
    ],
)
def test_address_inside_is_distinguished_from_one_outside(*, address: str, public: bool) -> None:
    assert outgoing.is_public(address) is public
