"""Once a bank has decided, a share that was kept back is where its own hold would have it."""

import datetime as dt

import pytest

from billing.councils.settlement import dispute_holds
from billing.models import Payment, Share
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db

A_SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("is_due", "before", "state"),
    [
        pytest.param(False, A_SECOND, "held", id="its hold is not over"),
        pytest.param(False, dt.timedelta(), "releasable", id="its hold is over"),
        pytest.param(True, A_SECOND, "releasable", id="it was let go before"),
    ],
)
def test_a_share_that_is_let_go_of_waits_for_the_rest_of_its_hold(
    payment: Payment, *, is_due: bool, before: dt.timedelta, state: str
) -> None:
    released_at = AT if is_due else None
    Share.objects.update(release_at=AT, is_due=is_due, released_at=released_at)
    share = Share.objects.get()
    dispute_holds.hold(share.sale_id, at=AT - before)
    assert Share.objects.get().state == "frozen"
    dispute_holds.release(share.sale_id, at=AT - before)
    assert Share.objects.get().state == state
