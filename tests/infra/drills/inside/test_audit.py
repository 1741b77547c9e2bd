"""Audits after the drill of payments find endless states; the drill runs each nightly job."""

import datetime as dt
import weakref
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from billing import clock
from billing.models import Case, Council, Reconciliation, Share
from infra.demo import levers
from infra.drills.inside.money import acts, audit, hours, ordering, play, workers
from infra.drills.inside.money.money_world import MoneyWorld
from saas.catalogue.merchants.models import Merchant
from tests.factories.billing import make_campaign, make_council
from tests.fixtures.billing import Till

HOLD_OVER = dt.timedelta(days=40)


def wait_for_an_account(till: Till, shop: Merchant, *, times: int) -> int:
    """Sell for a council without an account; return the number of the audit's SQL statements."""
    for _ in range(times):
        till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    clock.release(at=till.at + HOLD_OVER)
    with CaptureQueriesContext(connection) as options:
        assert [what for what in audit._states() if what.startswith("share ")] == []  # noqa: SLF001 - one of many checks
    return len(options)


@pytest.mark.django_db
def test_shares_that_wait_for_an_account_are_looked_at_together(till: Till, shop: Merchant) -> None:
    make_council("north")
    Council.objects.update(account_state="no_legal_personality", legal_personality=False)
    one = wait_for_an_account(till, shop, times=1)
    assert wait_for_an_account(till, shop, times=3) == one
    assert list(Share.objects.values_list("state", flat=True)) == ["waiting_account"] * 4
    Council.objects.update(account_state="none")
    assert len([what for what in audit._states() if what.startswith("share ")]) == 4  # noqa: SLF001


@pytest.mark.django_db
def test_endless_comparisons_and_open_cases_are_found(till: Till, shop: Merchant) -> None:
    make_council("north")
    till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    assert len(list(audit._compared())) == 1  # noqa: SLF001 - nothing was compared yet
    till.settle()
    clock.compare(at=till.at + dt.timedelta(days=1))
    assert list(audit._compared()) == []  # noqa: SLF001
    assert audit.nights() == {"agrees": 1}
    Case.objects.create(kind=Case.Kind.FAILING_STEP, subject="share 1", opened_at=till.at)
    Reconciliation.objects.update(state="failed", failure="no answer")
    assert ["no answer" in what or "share 1" in what for what in audit._compared()] == [True] * 2  # noqa: SLF001


def test_only_named_fields_of_a_listing_are_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"id": "ch_1", "paid": True, "outcome": {"much": "more"}}]
    monkeypatch.setattr(levers, "listed", lambda _path, **_named: iter(rows))
    assert audit.listed("/v1/charges", "id", "paid") == [{"id": "ch_1", "paid": True}]


def test_each_scheduled_task_of_billing_is_an_act_of_the_drill() -> None:
    entries = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    ours = {name for name in entries if name.startswith("billing.clock.")}
    names = {act: str(getattr(do, "name", "")) for act, do in acts.ACTS.items()}
    assert ours <= set(names.values())
    assert ours - {names[act] for act in play.NIGHT} == {"billing.clock.catch_up"}


def test_a_long_drill_has_calm_nights(monkeypatch: pytest.MonkeyPatch) -> None:
    weather, nights = [True], []

    def run_acts(due: list[acts.Act], *_: Any) -> workers.Tally:
        if due == [acts.Act("reconcile")]:
            nights.append(weather[-1])
        return workers.Tally()

    monkeypatch.setattr(play, "Web", lambda: None)
    monkeypatch.setattr(play.Play, "_weather", lambda _self: weather.append(True))
    monkeypatch.setattr(play.Play, "_calm", lambda _self: weather.append(False))
    monkeypatch.setattr(hours, "advance", lambda **_named: dt.datetime.now(dt.UTC))
    monkeypatch.setattr(play, "draw_up", lambda _wishes, _at: [])
    monkeypatch.setattr(ordering, "place", lambda _campaigns, _at: {})
    monkeypatch.setattr(workers, "run_acts", run_acts)
    game = play.Play(play.Options(rounds=0, kills=0), MoneyWorld(staff=[1, 2], accounts=["acct_1"]))
    monkeypatch.setattr(game, "_unpaid", list)
    for _ in range(3 * play.CALM_AFTER):
        game._day(0)  # noqa: SLF001 - one day at a time
    assert nights == [False] * 3


class Knot:
    """Something that holds itself, as rows that were read together do."""

    def __init__(self) -> None:
        self.own = self


def test_no_day_leaves_its_garbage_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "close_all", lambda: None)
    left = weakref.ref(Knot())
    workers.run_acts([], lambda _acts: workers.CrashPlan(), lambda: True)
    assert left() is None
