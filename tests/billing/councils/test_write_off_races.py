"""Two debts of one council that are given up at once: real threads, real commits."""

import contextlib
import threading

import pytest

from billing.councils.actions import write_offs
from billing.councils.actions.write_offs import write_off
from billing.councils.queries import owed
from billing.models import Claim, Share
from tests.factories.billing import make_campaign, make_council, make_merchant_user, make_shop
from tests.fixtures.billing import Till
from tests.fixtures.together import at_once

pytestmark = pytest.mark.usefixtures("own_database")


def test_two_debts_written_off_at_once_leave_one_to_another_person(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_council("north")
    shop, operator = make_shop(), make_merchant_user("Opale")
    for _ in range(2):
        till.sell(make_campaign(shop, {"north": 100_000}, at=till.at))
    claims = [
        Claim.objects.create(share=share, amount_cents=30_000, due_at=till.at, state="owed")
        for share in Share.objects.all()
    ]
    both, count = threading.Barrier(2), owed.written_off_alone

    def count_together(council_id: int) -> int:
        """Count, then let the other count too, if it can get that far."""
        counted = count(council_id)
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)
        return counted

    monkeypatch.setattr(write_offs, "written_off_alone", count_together)

    def give_up(claim: Claim) -> None:
        cents = claim.left_cents
        write_off(debt=claim, seen_cents=cents, reason="x", by=operator, at=till.at)

    at_once(give_up, claims)
    assert sorted(Claim.objects.values_list("state", flat=True)) == ["owed", "written_off"]
    assert Claim.objects.get(state="owed").write_off_asked_by_id == operator.pk
