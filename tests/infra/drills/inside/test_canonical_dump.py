"""The text that compares two histories identifies VAT and restitutions by their subject."""

import re

import pytest

from billing import clock
from billing.models import Council, Dispute, Restitution, TaxPayment
from infra.drills.inside.money.canonical_dump import CanonicalDump
from saas.catalogue.merchants.models import Merchant
from tests.billing.adjustments.settlement.test_disputes import contest, decide
from tests.billing.councils.settlement.test_taxes import DECEMBER, HOLD_OVER, make_vat_payer, sell
from tests.fixtures.billing import Till

pytestmark = pytest.mark.django_db

DRAWN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}|\b(SH|RS)-\w{9}")


@pytest.fixture
def council(till: Till, shop: Merchant) -> Council:
    """Return a council that was paid a share, its VAT, and a restitution after an appeal."""
    council = make_vat_payer()
    till.active_account(council)
    order = sell(till, shop)
    sell(till, shop)
    clock.bill(at=DECEMBER)
    till.let_shares_leave(HOLD_OVER)
    decide(till, decide(till, contest(till, order), "lost"), "appeal_won")
    till.simulator.pull("balance")
    clock.release(at=HOLD_OVER)
    till.jobs.run()
    return council


def lines(start: str, result: list[str]) -> list[str]:
    return [line for line in result if line.startswith(start)]


def test_vat_and_restitutions_are_compared_and_nothing_drawn_is(council: Council) -> None:
    assert (TaxPayment.objects.get().state, Restitution.objects.get().state) == ("done", "done")
    result = CanonicalDump(set(), DECEMBER).text()
    (given,) = lines("billing_restitution ", result)
    assert f'"dispute_id": "{Dispute.objects.get().stripe_id}"' in given
    assert '"amount_cents": "8000"' in given
    (tax,) = lines("billing_taxpayment ", result)
    about = f"{council.pk} 2026-11-02 2026-11-30"
    assert f'"statement_id": "{about}"' in tax
    assert f"tax:<billing_taxpayment {about}>:sent" in "".join(result)
    assert "restitution:<billing_restitution " in "".join(result)
    assert [line for line in result if DRAWN.search(line)] == []
