"""Rare events of money: appeals, VAT billed for councils, second payments, bank transfers.

As in `dealing`, each is booked by the product and by hand.
"""

from collections.abc import Callable
from fractions import Fraction

from billing.ledger.rules import postings
from infra.drills.inside.money import model
from infra.drills.inside.money.books import Books, Deal, Share
from infra.drills.inside.money.dealing import COMMON, book_disputed, remaining_shares

TIMES = 6  # number of rounds of all common events per rare event


def appeal(books: Books) -> None:
    """Post a bank's restitution of a lost dispute: the councils' lost shares are due again."""
    deal = books.any_deal()
    if deal is None or not deal.lost:
        return
    lost = deal.lost.pop()
    of = {"merchant_id": deal.merchant, "sale_id": deal.sale}
    book_disputed(books, deal, lost.cents, fee=0)
    books.write(
        "dispute_regained",
        postings.dispute_lost(cents=-lost.cents, dispute="dp", **of),
        [
            ("receivable", -lost.cents, None, deal.merchant),
            ("dispute.suspense", lost.cents, None, None),
        ],
    )
    books.write(
        "recovered",
        postings.bad_debt(cents=-lost.cents, **of),
        [("bad_debt", -lost.cents, None, None), ("receivable", lost.cents, None, deal.merchant)],
    )
    deal.returned -= lost.cents
    _restore(books, deal, lost.taken)


def _restore(books: Books, deal: Deal, taken: dict[int, int]) -> None:
    most = {council: share.amount + taken[council] for council, share in deal.shares.items()}
    product, ours = remaining_shares(books, deal, most)
    for council, share in deal.shares.items():
        product_cents, cents = product[council] - share.amount, ours[council] - share.amount
        if cents <= 0:
            continue
        books.write(
            "restored",
            postings.restored(cents=product_cents, council_id=council, sale_id=deal.sale),
            [("share.cost", cents, council, None), ("share.due", -cents, council, None)],
        )
        share.amount += cents
        share.due += cents


def bill_for_council(books: Books) -> None:
    """Issue a statement in a council's name with the VAT on its transferred share."""
    if (found := books.any_share(lambda share: share.sent)) is None:
        return
    _deal, council, share = found
    vat = model.rounded(Fraction(share.sent, 5))
    if not vat:
        return
    books.taxes[council].due += vat
    books.write(
        "self_billed",
        postings.self_billed(vat_cents=vat, council_id=council),
        [("vat.pending", vat, council, None), ("share.due", -vat, council, None)],
    )


def credit_for_council(books: Books) -> None:
    """Issue a credit note in a council's name; the council owes its VAT."""
    council, tax = _any_taxed(books)
    if not tax.sent:
        return
    cents = books.chance.randint(1, tax.sent)
    tax.sent -= cents
    books.write(
        "self_billed",
        postings.self_billed(vat_cents=-cents, council_id=council),
        [("vat.pending", -cents, council, None), ("share.due", cents, council, None)],
    )
    books.write(
        "netted",
        postings.owed_instead(cents=cents, council_id=council),
        [("share.owed", cents, council, None), ("share.due", -cents, council, None)],
    )
    tax.owed += cents


def settle_tax(books: Books) -> None:
    """Pay a council its VAT, after netting or writing off the VAT that it owes."""
    council, tax = _any_taxed(books)
    cents = min(tax.due, tax.owed)
    if cents:
        tax.due, tax.owed = tax.due - cents, tax.owed - cents
        books.write(
            "netted",
            postings.netted(cents=cents, council_id=council, due_sale_id=None, owed_sale_id=None),
            [("share.due", cents, council, None), ("share.owed", -cents, council, None)],
        )
    if tax.owed:
        books.write(
            "written_off",
            postings.written_off(cents=tax.owed, council_id=council, sale_id=None),
            [("bad_debt", tax.owed, council, None), ("share.owed", -tax.owed, council, None)],
        )
        tax.owed = 0
    if tax.due:
        sent, tax.due = tax.due, 0
        tax.sent += sent
        books.write(
            "tax_sent",
            postings.transferred(cents=sent, council_id=council, sale_id=None, transfer="tr"),
            [("share.due", sent, council, None), ("stripe.balance", -sent, council, None)],
        )
        books.write(
            "tax_deducted",
            postings.deductible(vat_cents=sent, council_id=council),
            [("vat.input", sent, council, None), ("vat.pending", -sent, council, None)],
        )


def _any_taxed(books: Books) -> tuple[int, Share]:
    """Return a random council with statements in its name, and its VAT; else no VAT is due."""
    council = books.chance.choice(sorted(books.taxes) or [0])
    return council, books.taxes.get(council, Share())


def pay_twice(books: Books) -> None:
    """Let an order be paid a second time, and send that back."""
    deal = books.any_deal()
    if deal is None:
        return
    books.write(
        "captured",
        postings.captured(cents=deal.gross, merchant_id=deal.merchant, sale_id=None, charge="ch"),
        [
            ("stripe.balance", deal.gross, None, None),
            ("receivable", -deal.gross, None, deal.merchant),
        ],
    )
    books.write(
        "refunded",
        postings.refunded(cents=deal.gross, merchant_id=deal.merchant, sale_id=None, refund="re"),
        [
            ("receivable", deal.gross, None, deal.merchant),
            ("stripe.balance", -deal.gross, None, None),
        ],
    )


def pay_by_bank(books: Books) -> None:
    """Pay by our bank a refund that came back."""
    if not books.came_back:
        return
    deal, cents = books.came_back.pop()
    books.write(
        "paid_otherwise",
        postings.paid_otherwise(cents=cents, merchant_id=deal.merchant, sale_id=deal.sale),
        [("receivable", cents, None, deal.merchant), ("bank.transit", -cents, None, None)],
    )


def fail_payout(books: Books) -> None:
    """Let our bank refuse a payout."""
    cents = books.chance.randint(1, 500_000)
    for kind, moved in (("paid_out", cents), ("payout_failed", -cents)):
        books.write(
            kind,
            postings.paid_out(cents=moved, payout="po"),
            [("bank.transit", moved, None, None), ("stripe.balance", -moved, None, None)],
        )


RARE = (
    appeal,
    appeal,
    bill_for_council,
    bill_for_council,
    credit_for_council,
    settle_tax,
    pay_twice,
    pay_by_bank,
    fail_payout,
)
EVENTS: tuple[Callable[[Books], None], ...] = (*COMMON * TIMES, *RARE)
