"""Releases and debts of a single council at the same moment: each lock has its own test."""

import contextlib
import datetime as dt
import threading
from typing import Any

import pytest
from django.db import transaction

from billing.councils.rules import accounts
from billing.councils.settlement import netting, releases
from billing.models import Claim, Council, Share
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import Till
from tests.fixtures.together import at_once

pytestmark = pytest.mark.usefixtures("own_database")
LONG_ENOUGH = 3  # seconds for another thread to come as far, if nothing holds it back


def shares_of_two_sales(till: Till) -> list[Share]:
    make_council("north", account="acct_1")
    shop = make_shop()
    for _ in range(2):
        till.sell(make_campaign(shop, {"north": 10_000}, at=till.at))
    return list(Share.objects.order_by("pk"))


def test_debt_set_off_twice_at_once_is_set_off_once(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = shares_of_two_sales(till)
    claim = Claim.objects.create(share=first, amount_cents=300, due_at=till.at, state="owed")
    both_have_read = threading.Barrier(2)
    sale_of = netting._sale_of  # noqa: SLF001 - it runs between reading a debt and writing it

    def once_both_have_read(found: Claim) -> int:
        with contextlib.suppress(threading.BrokenBarrierError):
            both_have_read.wait(timeout=LONG_ENOUGH)
        return sale_of(found)

    monkeypatch.setattr(netting, "_sale_of", once_both_have_read)

    def set_off(share: Share) -> int:
        with transaction.atomic():
            return netting.set_off(
                share.council_id, 200, key=share.reference, due_sale_id=share.sale_id, at=till.at
            )

    assert sorted(at_once(set_off, [first, second])) == [100, 200]
    claim.refresh_from_db()
    assert (claim.settled_cents, claim.state) == (300, "netted")


def test_two_shares_of_a_council_are_released_one_after_the_other(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = shares_of_two_sales(till)
    inside, most_inside, guard = 0, 0, threading.Lock()
    may_receive = accounts.may_receive
    both_are_there = threading.Barrier(2)

    def counted(council: Council, *, at: dt.datetime) -> Any:
        nonlocal inside, most_inside
        with guard:
            inside += 1
            most_inside = max(most_inside, inside)
        with contextlib.suppress(threading.BrokenBarrierError):
            both_are_there.wait(timeout=LONG_ENOUGH)
        try:
            return may_receive(council, at=at)
        finally:
            with guard:
                inside -= 1

    monkeypatch.setattr(accounts, "may_receive", counted)
    at_once(lambda share: releases.release(share.pk, at=share.release_at), shares)
    assert most_inside == 1
