"""The drill `webhooks`: two ways end alike, and a third without a retry does not."""

from pathlib import Path

import pytest
from django.db import connections

from infra.drills import webhooks
from infra.drills.inside.money import mail
from infra.drills.running.harness import Bar, DrillOptions
from infra.drills.webhooks import Place, Ways
from infra.local import testing
from infra.local.servers import template
from tests.infra.drills import drill_processes


def ways_of(folder: Path) -> Ways:
    connections.close_all()  # an open connection, even our own, prevents a copy
    run = testing.described()

    def knows(database: str) -> dict[str, str]:
        logins = template.logins(run["port"], run["passwords"], database)
        return {**drill_processes.environment("bench"), **logins}

    place = Place(folder, run["admin"], testing.database(), knows)
    return Ways(place, DrillOptions(), Bar("webhooks"))


def test_a_history_ends_the_same_though_its_events_are_shuffled_or_all_lost(
    own_database: None, tmp_path: Path
) -> None:
    report = ways_of(tmp_path).run(2, ("shuffled", "all lost"))
    assert report.found == []
    assert report.tried["letters"] > 50
    assert report.tried["rows compared"] > 300


@pytest.mark.nightly
def test_a_history_of_lost_events_that_nobody_asks_for_is_found(
    own_database: None, tmp_path: Path
) -> None:
    ways = ways_of(tmp_path)
    report = ways.run(1, ("all lost",))
    assert report.found == []
    ways.options = DrillOptions(plant="lost_is_lost")
    report = ways.deliver(1, ("all lost",))
    assert any("rows differ" in what for what in report.found), report.found


def test_each_way_that_the_drill_knows_can_be_taken() -> None:
    assert set(mail.WAYS) == set(webhooks.WAYS)
