"""Postings of each event in the books: account, side and owner."""

from collections.abc import Callable

import pytest

from billing.ledger.rules import postings
from billing.ledger.rules.postings import Line
from billing.models import Account

SALE = {"sale_id": 2}
COUNCIL = {"council_id": 3}
OF_SALE = {"merchant_id": 1, "sale_id": 2}
OF_SHARE = {"council_id": 3, "sale_id": 2}


def line(account: Account, cents: int, stripe_id: str = "", /, **whose: int) -> Line:
    return Line(account, cents, stripe_id=stripe_id, **whose)


WRITTEN: dict[str, tuple[Callable[[], list[Line]], list[Line]]] = {
    "an invoice is owed by the merchant, its tax by us": (
        lambda: postings.invoiced(net_cents=200, vat_cents=40, **OF_SALE),
        [
            line(Account.RECEIVABLE, 240, **OF_SALE),
            line(Account.REVENUE_PLACEMENT, -200, **SALE),
            line(Account.VAT_OUTPUT, -40, **SALE),
        ],
    ),
    "a payment settles what the merchant owed": (
        lambda: postings.captured(cents=240, charge="ch", **OF_SALE),
        [
            line(Account.STRIPE_BALANCE, 240, "ch", **SALE),
            line(Account.RECEIVABLE, -240, **OF_SALE),
        ],
    ),
    "a fee is our cost": (
        lambda: postings.fee(cents=7, balance_transaction="txn", **SALE),
        [
            line(Account.FEES_STRIPE, 7, "txn", **SALE),
            line(Account.STRIPE_BALANCE, -7, "txn", **SALE),
        ],
    ),
    "shares are held for each council, in the order of councils": (
        lambda: postings.shared(shares={4: 20, 3: 30}, **SALE),
        [
            line(Account.SHARE_COST, 30, **OF_SHARE),
            line(Account.SHARE_HELD, -30, **OF_SHARE),
            line(Account.SHARE_COST, 20, council_id=4, **SALE),
            line(Account.SHARE_HELD, -20, council_id=4, **SALE),
        ],
    ),
    "a held share becomes due": (
        lambda: postings.due(cents=30, **OF_SHARE),
        [line(Account.SHARE_HELD, 30, **OF_SHARE), line(Account.SHARE_DUE, -30, **OF_SHARE)],
    ),
    "a share that is sent is due no more": (
        lambda: postings.transferred(cents=30, transfer="tr", **OF_SHARE),
        [
            line(Account.SHARE_DUE, 30, **OF_SHARE),
            line(Account.STRIPE_BALANCE, -30, "tr", **OF_SHARE),
        ],
    ),
    "a credit note takes back the sale and its tax": (
        lambda: postings.credited(net_cents=200, vat_cents=40, **OF_SALE),
        [
            line(Account.REVENUE_PLACEMENT, 200, **SALE),
            line(Account.VAT_OUTPUT, 40, **SALE),
            line(Account.RECEIVABLE, -240, **OF_SALE),
        ],
    ),
    "a refund leaves our balance": (
        lambda: postings.refunded(cents=80, refund="re", **OF_SALE),
        [line(Account.RECEIVABLE, 80, **OF_SALE), line(Account.STRIPE_BALANCE, -80, "re", **SALE)],
    ),
    "a refund that came back is owed again": (
        lambda: postings.refund_came_back(cents=80, refund="re", **OF_SALE),
        [line(Account.STRIPE_BALANCE, 80, "re", **SALE), line(Account.RECEIVABLE, -80, **OF_SALE)],
    ),
    "a claim lowers what a council is held": (
        lambda: postings.claimed(cents=10, sits=Account.SHARE_HELD, **OF_SHARE),
        [line(Account.SHARE_HELD, 10, **OF_SHARE), line(Account.SHARE_COST, -10, **OF_SHARE)],
    ),
    "what came back from a council is owed no more": (
        lambda: postings.reversed_(cents=10, reversal="trr", **OF_SHARE),
        [
            line(Account.STRIPE_BALANCE, 10, "trr", **OF_SHARE),
            line(Account.SHARE_OWED, -10, **OF_SHARE),
        ],
    ),
    "what is owed for one sale is set off against what is due for another": (
        lambda: postings.netted(cents=10, due_sale_id=2, owed_sale_id=5, **COUNCIL),
        [
            line(Account.SHARE_DUE, 10, **OF_SHARE),
            line(Account.SHARE_OWED, -10, council_id=3, sale_id=5),
        ],
    ),
    "the tax of a bill in a council's name is deducted by us, and due to it": (
        lambda: postings.self_billed(vat_cents=6, **COUNCIL),
        [line(Account.VAT_PENDING, 6, **COUNCIL), line(Account.SHARE_DUE, -6, **COUNCIL)],
    ),
    "the tax of its credit note is owed": (
        lambda: postings.owed_instead(cents=6, **COUNCIL),
        [line(Account.SHARE_OWED, 6, **COUNCIL), line(Account.SHARE_DUE, -6, **COUNCIL)],
    ),
    "what is due to a council and paid on a paper leaves our bank": (
        lambda: postings.paid_by_hand(cents=10, **OF_SHARE),
        [line(Account.SHARE_DUE, 10, **OF_SHARE), line(Account.BANK_TRANSIT, -10, **OF_SHARE)],
    ),
    "a payout that came back to a closed account is due again": (
        lambda: postings.stranded(cents=10, payout="po", **COUNCIL),
        [
            line(Account.SUSPENSE, 10, "po", **COUNCIL),
            line(Account.SHARE_DUE, -10, **COUNCIL),
        ],
    ),
    "what a council owes and is given up is our loss": (
        lambda: postings.written_off(cents=10, **OF_SHARE),
        [line(Account.BAD_DEBT, 10, **OF_SHARE), line(Account.SHARE_OWED, -10, **OF_SHARE)],
    ),
    "a refund by other means leaves our bank": (
        lambda: postings.paid_otherwise(cents=80, **OF_SALE),
        [line(Account.RECEIVABLE, 80, **OF_SALE), line(Account.BANK_TRANSIT, -80, **SALE)],
    ),
    "a dispute takes its amount and a fee": (
        lambda: postings.dispute_moved(amount_cents=-240, fee_cents=20, dispute="du", **SALE),
        [
            line(Account.STRIPE_BALANCE, -260, "du", **SALE),
            line(Account.DISPUTE_SUSPENSE, 240, "du", **SALE),
            line(Account.FEES_DISPUTE, 20, "du", **SALE),
        ],
    ),
    "a dispute that is lost is owed by the merchant": (
        lambda: postings.dispute_lost(cents=240, dispute="du", **OF_SALE),
        [
            line(Account.RECEIVABLE, 240, **OF_SALE),
            line(Account.DISPUTE_SUSPENSE, -240, "du", **SALE),
        ],
    ),
    "the tax of a bill is deducted once the bill is paid": (
        lambda: postings.deductible(vat_cents=48, council_id=7),
        [line(Account.VAT_INPUT, 48, council_id=7), line(Account.VAT_PENDING, -48, council_id=7)],
    ),
    "what a merchant owes and is given up is our loss": (
        lambda: postings.bad_debt(cents=240, **OF_SALE),
        [line(Account.BAD_DEBT, 240, **SALE), line(Account.RECEIVABLE, -240, **OF_SALE)],
    ),
    "what a lost dispute took is due again": (
        lambda: postings.restored(cents=10, **OF_SHARE),
        [line(Account.SHARE_COST, 10, **OF_SHARE), line(Account.SHARE_DUE, -10, **OF_SHARE)],
    ),
    "a payout goes to our bank": (
        lambda: postings.paid_out(cents=900, payout="po"),
        [line(Account.BANK_TRANSIT, 900, "po"), line(Account.STRIPE_BALANCE, -900, "po")],
    ),
}


@pytest.mark.parametrize("event", WRITTEN)
def test_each_event_writes_these_lines_and_they_sum_to_nothing(event: str) -> None:
    write, expected = WRITTEN[event]
    written = write()
    assert written == expected
    assert sum(line.cents for line in written) == 0


def test_no_posting_is_left_out() -> None:
    known = {name for name, one in vars(postings).items() if callable(one)} - {"Line", "Account"}
    assert len(known - {"Mapping", "NamedTuple"}) == len(WRITTEN)
