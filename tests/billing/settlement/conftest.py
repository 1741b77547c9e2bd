"""Whatever a test of settlement did, the history tells how each row got where it is."""

from collections.abc import Iterator

import pytest

from billing.models import (
    AccountChange,
    Council,
    Dispute,
    Invoice,
    Order,
    Payment,
    Refund,
    Restitution,
    Reversal,
    Share,
    StateChange,
    TaxPayment,
    Transfer,
)
from billing.settlement.moves import column_of

KEPT = {
    "order": Order,
    "payment": Payment,
    "council": Council,
    "share": Share,
    "transfer": Transfer,
    "reversal": Reversal,
    "refund": Refund,
    "dispute": Dispute,
    "restitution": Restitution,
    "tax": TaxPayment,
    "change": AccountChange,
    "invoice": Invoice,
}


def gaps() -> list[str]:
    """Name the rows whose state no change led to, and the changes that do not follow each other."""
    found = []
    for machine, model in KEPT.items():
        states = dict(model.objects.values_list("pk", column_of(machine)))
        after: dict[int, str] = {}
        for change in StateChange.objects.filter(machine=machine).order_by("pk"):
            before = after.get(change.subject_id, change.before)
            if change.before != before:
                found.append(f"{machine} {change.subject_id}: {before}, then {change.before}")
            after[change.subject_id] = change.after
        found += [
            f"{machine} {subject}: is {states[subject]}, came to {last}"
            for subject, last in after.items()
            if subject in states and states[subject] != last
        ]
    return found


@pytest.fixture(autouse=True)
def history_is_whole(request: pytest.FixtureRequest) -> Iterator[None]:
    """Look at the end of each test of the till, but where it put rows into states by hand."""
    looks = "till" in request.fixturenames and not request.node.get_closest_marker("by_hand")
    if looks:
        request.getfixturevalue("till")  # so that its rows are still there when we look
    yield
    if looks:
        assert gaps() == []
