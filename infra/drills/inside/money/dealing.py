"""Random money events: split, rounded and posted by the product, and by a few lines by hand.

The lines by hand follow only the contract and `model`.
"""

from collections.abc import Callable
from fractions import Fraction

from billing.ledger.rules import postings, split
from billing.models import Account
from infra.drills.inside.money import model
from infra.drills.inside.money.books import Books, Deal, Lost, Part, Share

OPEN_DEALS = 3_000
MOST_SPACES = 3
FEE_BP, FEE_CENTS, DISPUTE_FEE = 150, 25, 2_000
WHOLE, COMES_BACK, REFUSED, GIVEN_UP, WON = 0.4, 0.05, 0.1, 0.1, 0.5


def sell(books: Books) -> None:
    """Sell a campaign in up to three spaces to a merchant."""
    if not books.unsold:
        return
    sale, merchant = books.unsold.pop()
    many = books.chance.randint(1, min(MOST_SPACES, len(books.members)))
    spaces = books.chance.sample(sorted(books.members), many)
    deal = Deal(sale, merchant, [Part(space, books.chance.randint(1, 30_000)) for space in spaces])
    net = sum(part.net for part in deal.parts)
    vat = model.rounded(Fraction(net, 5))
    deal.net, deal.gross = net, net + vat
    books.write(
        "invoiced",
        postings.invoiced(net_cents=net, vat_cents=vat, merchant_id=merchant, sale_id=sale),
        [
            ("receivable", deal.gross, None, merchant),
            ("revenue.placement", -net, None, None),
            ("vat.output", -vat, None, None),
        ],
    )
    books.write(
        "captured",
        postings.captured(cents=deal.gross, merchant_id=merchant, sale_id=sale, charge="ch"),
        [("stripe.balance", deal.gross, None, None), ("receivable", -deal.gross, None, merchant)],
    )
    fee = deal.gross * FEE_BP // 10_000 + FEE_CENTS
    books.write(
        "fee",
        postings.fee(cents=fee, sale_id=sale, balance_transaction="txn"),
        [("fees.stripe", fee, None, None), ("stripe.balance", -fee, None, None)],
    )
    _share_out(books, deal)
    books.deals.append(deal)
    if len(books.deals) > OPEN_DEALS:
        books.deals.pop(books.chance.randrange(len(books.deals)))


def _share_out(books: Books, deal: Deal) -> None:
    product = split.shares_of(_parts(books, deal), sold_net_cents=deal.net)
    ours = model.split(_exact(books, deal, deal.net))
    deal.shares = {council: Share(cents, held=cents) for council, cents in ours.items()}
    books.write(
        "shared",
        postings.shared(shares=product, sale_id=deal.sale),
        [
            move
            for council, cents in ours.items()
            for move in (
                ("share.cost", cents, council, None),
                ("share.held", -cents, council, None),
            )
        ],
    )


def _parts(books: Books, deal: Deal) -> list[split.Part]:
    return [
        split.Part(
            member.council,
            part.net,
            member.rate_bp,
            member.weight,
            sum(one.weight for one in books.members[part.space]),
        )
        for part in deal.parts
        for member in books.members[part.space]
    ]


def _exact(books: Books, deal: Deal, remaining_net: int) -> dict[int, Fraction]:
    return model.exact({part.space: part.net for part in deal.parts}, books.members, remaining_net)


def refund(books: Books) -> None:
    """Refund a part or all of a sale: credit note, payout, and the reduction of the shares."""
    deal = books.any_deal()
    left = deal.gross - deal.returned if deal else 0
    if deal is None or left <= 0:
        return
    cents = left if books.chance.random() < WHOLE else books.chance.randint(1, left)
    _credit(books, deal, cents)
    books.write(
        "refunded",
        postings.refunded(cents=cents, merchant_id=deal.merchant, sale_id=deal.sale, refund="re"),
        [("receivable", cents, None, deal.merchant), ("stripe.balance", -cents, None, None)],
    )
    if books.chance.random() < COMES_BACK:
        of = {"cents": cents, "merchant_id": deal.merchant, "sale_id": deal.sale}
        books.write(
            "refund_failed",
            postings.refund_came_back(**of, refund="re"),
            [("stripe.balance", cents, None, None), ("receivable", -cents, None, deal.merchant)],
        )
        books.came_back.append((deal, cents))
    _reduce_shares(books, deal, cents)


def _credit(books: Books, deal: Deal, cents: int) -> None:
    product = split.credit_of(
        net_cents=deal.net,
        gross_cents=deal.gross,
        refunded_before=deal.returned,
        refunded_after=deal.returned + cents,
    )
    before = model.remaining_net(deal.net, deal.gross, deal.returned)
    net = before - model.remaining_net(deal.net, deal.gross, deal.returned + cents)
    books.write(
        "credited",
        postings.credited(
            net_cents=product.net_cents,
            vat_cents=product.vat_cents,
            merchant_id=deal.merchant,
            sale_id=deal.sale,
        ),
        [
            ("revenue.placement", net, None, None),
            ("vat.output", cents - net, None, None),
            ("receivable", -cents, None, deal.merchant),
        ],
    )


def _reduce_shares(books: Books, deal: Deal, cents: int) -> None:
    """Recompute the shares on both sides, and claim the difference from its current account."""
    deal.returned += cents
    now = {council: share.amount for council, share in deal.shares.items()}
    product, ours = remaining_shares(books, deal, now)
    for council, share in deal.shares.items():
        less = (share.amount - product[council], share.amount - ours[council])
        _claim(books, deal, council, less=less)
        share.amount = ours[council]


def remaining_shares(
    books: Books, deal: Deal, most: dict[int, int]
) -> tuple[dict[int, int], dict[int, int]]:
    """Return each council's remaining share, at most its current share: the product's, and ours."""
    product = split.shares_after(
        _parts(books, deal),
        sold_net_cents=deal.net,
        remaining_net_cents=split.remaining_net(
            net_cents=deal.net, gross_cents=deal.gross, returned_cents=deal.returned
        ),
        current=most,
    )
    remaining_net = model.remaining_net(deal.net, deal.gross, deal.returned)
    return product, model.split_again(_exact(books, deal, remaining_net), most)


def _claim(books: Books, deal: Deal, council: int, *, less: tuple[int, int]) -> None:
    product, ours = less
    share = deal.shares[council]
    for account, column in (("share.held", "held"), ("share.due", "due"), ("share.owed", "owed")):
        there = ours if column == "owed" else min(ours, getattr(share, column))
        product_cents = product if column == "owed" else min(product, there)
        if not there:
            continue
        setattr(share, column, getattr(share, column) + (there if column == "owed" else -there))
        ours -= there
        product -= product_cents
        books.write(
            "claimed",
            postings.claimed(
                cents=product_cents, council_id=council, sale_id=deal.sale, sits=Account(account)
            ),
            [(account, there, council, None), ("share.cost", -there, council, None)],
        )


def release(books: Books) -> None:
    """End a hold: the held share becomes due."""
    if (found := books.any_share(lambda share: share.held)) is None:
        return
    deal, council, share = found
    cents, share.held = share.held, 0
    share.due += cents
    books.write(
        "due",
        postings.due(cents=cents, council_id=council, sale_id=deal.sale),
        [("share.held", cents, council, None), ("share.due", -cents, council, None)],
    )


def transfer(books: Books) -> None:
    """Transfer a due share after netting the council's other debts; the transfer may be refused."""
    if (found := books.any_share(lambda share: share.due)) is None:
        return
    deal, council, share = found
    _net(books, deal, council)
    if share.due and books.chance.random() > REFUSED:
        cents, share.due = share.due, 0
        share.sent += cents
        books.write(
            "transferred",
            postings.transferred(cents=cents, council_id=council, sale_id=deal.sale, transfer="tr"),
            [("share.due", cents, council, None), ("stripe.balance", -cents, council, None)],
        )


def _net(books: Books, deal: Deal, council: int) -> None:
    other = books.any_deal()
    debt = other.shares.get(council) if other else None
    if other is None or debt is None or not debt.owed:
        return
    cents = min(debt.owed, deal.shares[council].due)
    if not cents:
        return
    debt.owed -= cents
    deal.shares[council].due -= cents
    books.write(
        "netted",
        postings.netted(
            cents=cents, council_id=council, due_sale_id=deal.sale, owed_sale_id=other.sale
        ),
        [("share.due", cents, council, None), ("share.owed", -cents, council, None)],
    )


def reverse(books: Books) -> None:
    """Reverse all or a part of a council's debt, or write it off."""
    if (found := books.any_share(lambda share: share.owed)) is None:
        return
    deal, council, share = found
    cents = share.owed if books.chance.random() < WHOLE else books.chance.randint(1, share.owed)
    share.owed -= cents
    if books.chance.random() < GIVEN_UP:
        books.write(
            "written_off",
            postings.written_off(cents=cents, council_id=council, sale_id=deal.sale),
            [("bad_debt", cents, council, None), ("share.owed", -cents, council, None)],
        )
        return
    books.write(
        "reversed",
        postings.reversed_(cents=cents, council_id=council, sale_id=deal.sale, reversal="trr"),
        [("stripe.balance", cents, council, None), ("share.owed", -cents, council, None)],
    )


def dispute(books: Books) -> None:
    """Let a bank take money, then give it back or keep it."""
    deal = books.any_deal()
    left = deal.gross - deal.returned if deal else 0
    if deal is None or left <= 0:
        return
    cents = left if books.chance.random() < WHOLE else books.chance.randint(1, left)
    book_disputed(books, deal, -cents, fee=DISPUTE_FEE)
    if books.chance.random() < WON:
        book_disputed(books, deal, cents, fee=0)
        return
    books.write(
        "dispute_lost",
        postings.dispute_lost(
            cents=cents, merchant_id=deal.merchant, sale_id=deal.sale, dispute="dp"
        ),
        [("receivable", cents, None, deal.merchant), ("dispute.suspense", -cents, None, None)],
    )
    before = {council: share.amount for council, share in deal.shares.items()}
    is_credited = books.chance.random() < WHOLE
    if is_credited:
        _credit(books, deal, cents)
    else:
        books.write(
            "bad_debt",
            postings.bad_debt(cents=cents, merchant_id=deal.merchant, sale_id=deal.sale),
            [("bad_debt", cents, None, None), ("receivable", -cents, None, deal.merchant)],
        )
    _reduce_shares(books, deal, cents)
    if not is_credited:
        taken = {council: before[council] - deal.shares[council].amount for council in before}
        deal.lost.append(Lost(cents, taken))


def book_disputed(books: Books, deal: Deal, cents: int, *, fee: int) -> None:
    """Post the amount that a bank takes, with its fee, or gives back."""
    books.write(
        "dispute_opened" if cents < 0 else "dispute_returned",
        postings.dispute_moved(amount_cents=cents, fee_cents=fee, sale_id=deal.sale, dispute="dp"),
        [
            ("stripe.balance", cents - fee, None, None),
            ("dispute.suspense", -cents, None, None),
            ("fees.dispute", fee, None, None),
        ],
    )


def payout(books: Books) -> None:
    """Let some of our balance leave for our bank, or come from there."""
    cents = books.chance.choice((-1, 1, 1, 1)) * books.chance.randint(1, 500_000)
    books.write(
        "paid_out" if cents > 0 else "topped_up",
        postings.paid_out(cents=cents, payout="po"),
        [("bank.transit", cents, None, None), ("stripe.balance", -cents, None, None)],
    )


# Acts repeated by their frequency.
COMMON: tuple[Callable[[Books], None], ...] = (
    *(sell,) * 4,
    *(release,) * 4,
    *(transfer,) * 4,
    *(refund,) * 2,
    reverse,
    reverse,
    dispute,
    payout,
)
