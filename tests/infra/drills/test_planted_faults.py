"""Each fault in a drill of the single installation can be planted."""

from types import ModuleType

import pytest

from infra.drills import (
    community,
    isolation,
    ledger,
    notifications,
    payments,
    switching,
    webhooks,
    year,
)
from infra.drills.inside import faults
from infra.drills.running import planting

DRILLS = (community, isolation, ledger, notifications, payments, switching, webhooks, year)


@pytest.mark.parametrize("drill", DRILLS, ids=lambda drill: drill.__name__)
def test_faults_that_the_drill_knows_can_be_built_in(drill: ModuleType) -> None:
    assert {*faults.FAULTS, *planting.STATEMENTS} >= drill.FAULTS
