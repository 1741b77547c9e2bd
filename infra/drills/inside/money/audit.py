"""The audit after the drill: rows, ledger and Stripe's lists, compared to the cent."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from django.db import connection

from billing.models import (
    Case,
    Council,
    Order,
    Payment,
    Reconciliation,
    Sale,
    StripeCall,
    StripeEvent,
)
from billing.stripe.gateway import reads
from infra.demo import levers
from infra.drills.inside.money import model, money_world

EVERYTHING = 10_000_000
# Shares that are rightly pending: those of a council without an account.
WAITING = {
    "share": """
        SELECT share.id FROM billing_share share
        JOIN billing_council council ON council.id = share.council_id
        WHERE share.state = 'waiting_account' AND council.account_state = 'no_legal_personality'
    """,
    "restitution": """
        SELECT again.id FROM billing_restitution again
        JOIN billing_share share ON share.id = again.share_id
        JOIN billing_council council ON council.id = share.council_id
        WHERE again.state = 'due' AND council.account_state = 'no_legal_personality'
    """,
}
_UNBALANCED = """
    SELECT transaction_id, sum(amount_cents), count(*) FROM billing_ledgerentry
    GROUP BY transaction_id HAVING sum(amount_cents) <> 0 OR count(*) < 2
"""
_EMPTY = """
    SELECT id FROM billing_ledgertransaction t
    WHERE NOT EXISTS (SELECT FROM billing_ledgerentry e WHERE e.transaction_id = t.id)
"""
_BY_COUNCIL = """
    SELECT council_id, sum(amount_cents) FROM billing_ledgerentry
    WHERE account = 'stripe.balance' AND council_id IS NOT NULL GROUP BY council_id
"""
_COSTS = """
    SELECT sale_id, council_id, sum(amount_cents)::bigint FROM billing_ledgerentry
    WHERE account = 'share.cost' GROUP BY sale_id, council_id
"""
# A restitution to a council is separate from its share, and a later refund may claim it back: the
# ledger contains the claimed amount.
_UNLIKE_BOOKS = """
    WITH again AS (
        SELECT share_id, sum(amount_cents)::bigint AS cents
        FROM billing_restitution GROUP BY share_id
    ), booked AS (
        SELECT sale_id, council_id, sum(amount_cents)::bigint AS cents FROM billing_ledgerentry
        WHERE account = 'share.cost' GROUP BY sale_id, council_id
    )
    SELECT share.id, share.amount_cents, coalesce(again.cents, 0), coalesce(booked.cents, 0)
    FROM billing_share AS share
    LEFT JOIN again ON again.share_id = share.id
    LEFT JOIN booked USING (sale_id, council_id)
    WHERE coalesce(booked.cents, 0)
        NOT BETWEEN share.amount_cents AND share.amount_cents + coalesce(again.cents, 0)
"""
_SENT = """
    SELECT stripe_id FROM billing_transfer WHERE state = 'done'
    UNION ALL SELECT stripe_id FROM billing_taxpayment WHERE state = 'done'
    UNION ALL SELECT stripe_id FROM billing_restitution WHERE state = 'done'
"""
_GIVEN_AGAIN = "SELECT stripe_id FROM billing_restitution WHERE state = 'done'"
_TOO_MUCH = """
    SELECT key FROM billing_stripecall WHERE kind = 'refund' AND state = 'failed'
    AND (failure LIKE 'charge_already_refunded %' OR failure LIKE '%greater than unrefunded%')
"""
# The VAT on statements issued in a council's name: paid once, in either direction.
_UNTAXED = """
    SELECT s.number FROM billing_statement s
    LEFT JOIN billing_taxpayment t ON t.statement_id = s.id AND t.amount_cents = abs(s.vat_cents)
    WHERE s.number IS NOT NULL AND (s.vat_cents <> 0) <> (t.id IS NOT NULL)
"""
_BILLED = """
    SELECT (SELECT sum(vat_cents) FROM billing_statement WHERE number IS NOT NULL),
        (SELECT sum(amount_cents) FROM billing_ledgerentry
            WHERE account IN ('vat.input', 'vat.pending') AND council_id IS NOT NULL)
"""
_NETS = """
    SELECT s.id, f.tenant_id, sum(l.net_cents)::bigint
    FROM billing_sale s JOIN billing_orderline l ON l.order_id = s.order_id
    JOIN placements_flight f ON f.id = l.flight_id GROUP BY s.id, f.tenant_id
"""


_REFUSED = """
    SELECT sale_id, refused_in_id, sum(amount_cents)::bigint FROM billing_refund
    WHERE refused_in_id IS NOT NULL AND accepted_at IS NOT NULL GROUP BY sale_id, refused_in_id
"""


def rows(statement: str) -> list[tuple[Any, ...]]:
    """Ask the database past the product's own questions."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def one(statement: str) -> int:
    """Return the number selected by a statement."""
    return int(rows(statement)[0][0] or 0)


def listed(path: str, *names: str) -> list[dict[str, Any]]:
    """Return the named fields of everything in a Stripe list; full objects would be too many."""
    every = levers.listed(path, most=EVERYTHING)
    return [{name: row[name] for name in names} for row in every]


def nights() -> Counter[str]:
    """Return the number of nightly reconciliations by state, including nights with faults."""
    return Counter(Reconciliation.objects.order_by("pk").values_list("state", flat=True))


def counts() -> dict[str, int]:
    """Return the number of rows of each table."""
    tables = [
        *("payment", "sale", "refund", "dispute", "share", "transfer", "claim"),
        *("restitution", "taxpayment"),
        *("stripecall", "stripeevent", "ledgertransaction", "ledgerentry"),
    ]
    found = {table: one(f"SELECT count(*) FROM billing_{table}") for table in tables}  # noqa: S608 - our own names
    found["paid"] = one("SELECT count(*) FROM billing_payment WHERE state = 'succeeded'")
    found["cents"] = one("SELECT sum(gross_cents) FROM billing_sale")
    return found


def everything() -> list[str]:
    """Return each thing that must never be."""
    names = ("id", "payment_intent", "paid", "amount_captured", "amount_refunded")
    charges = listed("/v1/charges", *names)
    checks = (_paid_once(charges), _books(), _balance(), _transfers(), _taxes(), _refunds(charges))
    found = [what for check in checks for what in check]
    return [*found, *_shares(charges), *_calls(), *_states(), *_events(), *_compared()]


def _paid_once(charges: list[dict[str, Any]]) -> Iterator[str]:
    """Compare Stripe's paid charges with our sales: each order sold once, no gaps."""
    paid = {row["payment_intent"]: row for row in charges if row["paid"]}
    sales = Counter(Sale.objects.values_list("order_id", flat=True))
    yield from (f"order {order} was sold {n} times" for order, n in sales.items() if n > 1)
    succeeded = Payment.objects.filter(state=Payment.State.SUCCEEDED)
    ours = dict(succeeded.values_list("payment_intent", "amount_cents"))
    for call, row in paid.items():
        if ours.get(call) != row["amount_captured"]:
            yield f"{call} was paid {row['amount_captured']} at Stripe, {ours.get(call)} here"
    yield from (f"{call} is paid here only" for call in ours if call not in paid)
    single = succeeded.filter(is_duplicate=False).count()
    if single != sum(sales.values()):
        yield f"{single} payments made {sum(sales.values())} sales"


def _books() -> Iterator[str]:
    """Look whether the books sum to nothing, as a whole and in each event."""
    for transaction, cents, entries in rows(_UNBALANCED):
        yield f"ledger transaction {transaction} has {entries} entries that sum to {cents}"
    yield from (f"ledger transaction {row[0]} has no entries" for row in rows(_EMPTY))
    if total := one("SELECT sum(amount_cents) FROM billing_ledgerentry"):
        yield f"the books sum to {total}"
    if off := one("SELECT count(*) FROM billing_ledgerentry WHERE account = 'rounding'"):
        yield f"{off} entries of rounding"


def _balance() -> Iterator[str]:
    ours = one("SELECT sum(amount_cents) FROM billing_ledgerentry WHERE account = 'stripe.balance'")
    if ours != (theirs := reads.balance_cents()):
        yield f"Stripe's balance is {theirs}, the books say {ours}: {theirs - ours} cents apart"


def _transfers() -> Iterator[str]:
    """Hold each transfer that Stripe made against ours: each share at most once."""
    names = ("id", "transfer_group", "destination", "amount", "amount_reversed")
    theirs = listed("/v1/transfers", *names)
    again = {row[0] for row in rows(_GIVEN_AGAIN)}
    once = [row for row in theirs if row["id"] not in again]
    sent = Counter((row["transfer_group"], row["destination"]) for row in once)
    yield from (f"{key} was transferred {n} times" for key, n in sent.items() if n > 1)
    known = {row[0] for row in rows(_SENT)}
    yield from (f"{row['id']} is known to Stripe only" for row in theirs if row["id"] not in known)
    by_account: Counter[str] = Counter()
    for row in theirs:
        by_account[row["destination"]] += row["amount"] - row["amount_reversed"]
    accounts = dict(Council.objects.exclude(stripe_account="").values_list("pk", "stripe_account"))
    booked = {council: -int(cents) for council, cents in rows(_BY_COUNCIL)}
    for council, account in accounts.items():
        if by_account[account] != booked.get(council, 0):
            yield f"council {council} got {by_account[account]}, booked {booked.get(council, 0)}"


def _taxes() -> Iterator[str]:
    """Compare the VAT billed in councils' names with the VAT paid."""
    yield from (f"the VAT of {row[0]} is not paid once" for row in rows(_UNTAXED))
    billed, booked = rows(_BILLED)[0]
    if (billed or 0) != (booked or 0):
        yield f"VAT of {billed} is billed in councils' names, {booked} in the books"


def _refunds(charges: list[dict[str, Any]]) -> Iterator[str]:
    """Compare Stripe's refunds with ours: each exists once, without excess amounts."""
    known = rows("SELECT stripe_id FROM billing_refund WHERE stripe_id <> ''")
    ours = Counter(row[0] for row in known)
    theirs = listed("/v1/refunds", "id", "metadata")
    made = Counter(row["metadata"].get("troovon_id") or row["id"] for row in theirs)
    yield from (f"refund {call} was made {n} times" for call, n in made.items() if n > 1)
    yield from (f"{row['id']} is not in our rows" for row in theirs if ours[row["id"]] != 1)
    back = dict(rows(
        "SELECT p.charge, s.refunded_cents FROM billing_sale s"
        " JOIN billing_payment p ON p.id = s.payment_id"
    ))  # fmt: skip
    for row in charges:
        if row["id"] in back and back[row["id"]] != row["amount_refunded"]:
            yield f"{row['id']}: {row['amount_refunded']} went back, {back[row['id']]} here"


def _shares(charges: list[dict[str, Any]]) -> Iterator[str]:
    """Recompute every share from the spaces' net amounts and the refunds listed by Stripe."""
    members = _members()
    nets, costs, refused = _grouped(_NETS), _grouped(_COSTS), _grouped(_REFUSED)
    returned = _returned(charges)
    sales = Sale.objects.order_by("pk").values_list(
        "pk", "net_cents", "gross_cents", "payment__charge"
    )
    for number, net, gross, charge in sales:
        back = min(returned[charge], gross)
        remaining_net = model.remaining_net(net, gross, back)
        bearing = _before_tax(refused[number], net=net, gross=gross)
        parts = model.exact(nets[number], members, remaining_net, refused=bearing)
        earned = costs.pop(number, {})
        cents = {council: earned.pop(council, 0) for council in parts}
        refusals = len(refused[number])
        if problem := model.mismatch(cents, parts, untouched=not back, refusals=refusals):
            yield f"sale {number}: {problem}"
        yield from (f"sale {number}: council {council} has no part in it" for council in earned)
    for share, cents, again, booked in rows(_UNLIKE_BOOKS):
        yield f"share {share} of {cents} and {again} given again, {booked} in the books"


def _before_tax(refused: dict[int, int], *, net: int, gross: int) -> dict[int, Fraction]:
    """Return the refunds for refusals before tax, for all of a sale's spaces together."""
    total = sum(refused.values())
    whole = net - model.remaining_net(net, gross, total)
    return {space: Fraction(whole * cents, total) for space, cents in refused.items()}


def _grouped(statement: str) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for sale, whose, cents in rows(statement):
        found[sale][whose] = cents
    return found


def _returned(charges: list[dict[str, Any]]) -> Counter[str]:
    """Return the cents of each charge that were refunded or lost in a dispute."""
    returned = Counter({row["id"]: row["amount_refunded"] for row in charges})
    for row in levers.listed("/v1/disputes", most=EVERYTHING):
        if row["status"] == "lost":
            returned[row["charge"]] += row["amount"]
    return returned


def _members() -> dict[int, list[model.Member]]:
    """Return the councils that share each space, as the drill seated them."""
    seats = {f"CSE {seat.space} {seat.company}": seat for seat in money_world.SEATS}
    members: dict[int, list[model.Member]] = defaultdict(list)
    for council in Council.objects.filter(name__in=seats):
        seat = seats[council.name]
        members[council.tenant_id].append(model.Member(council.pk, seat.weight, seat.rate_bp))
    return members


def _calls() -> Iterator[str]:
    """Yield each Stripe call without a final state or an explicable result."""
    for call in StripeCall.objects.exclude(
        state__in=[StripeCall.State.DONE, StripeCall.State.FAILED]
    )[:20]:
        yield f"{call.kind} of {call.subject_id} is {call.state}: {call.failure}"
    over = "SELECT key FROM billing_stripecall WHERE state = 'done' AND result_id = ''"
    yield from (f"{row[0]} is done and names no result" for row in rows(over))
    # Only the product refunds here: it never requests more than the remaining amount.
    yield from (f"{row[0]} asked for more than was left" for row in rows(_TOO_MUCH))


def _states() -> Iterator[str]:
    """Yield shares, transfers, refunds and claims that no job would ever move again."""
    for table, over in {
        "share": "'transferred','partly_reversed','reversed','netted','cancelled'",
        "transfer": "'done','refused'",
        "refund": "'succeeded','rejected','failed'",
        "claim": "'done','netted','owed'",
        "restitution": "'done','netted'",
        "taxpayment": "'done','netted','owed'",
    }.items():
        left = rows(f"SELECT id, state FROM billing_{table} WHERE state NOT IN ({over})")  # noqa: S608 - our own names
        rightly = {row[0] for row in rows(WAITING[table])} if table in WAITING else set()
        waiting = ((which, state) for which, state in left if which not in rightly)
        yield from (f"{table} {which} is still {state}" for which, state in waiting)
    paid = ["paid", "partly_refunded", "refunded"]
    wrong = Order.objects.filter(sales__isnull=False).exclude(state__in=paid)
    yield from (f"{order} is sold and {order.state}" for order in wrong[:20])


def _events() -> Iterator[str]:
    left = StripeEvent.objects.filter(
        state__in=[StripeEvent.State.RECEIVED, StripeEvent.State.PARKED]
    )
    for event in left[:20]:
        yield f"event {event.kind} is {event.state}: {event.failure}"


def _compared() -> Iterator[str]:
    """Yield the faults of the product's own last reconciliation, and its open cases."""
    last = Reconciliation.objects.order_by("pk").last()
    if last is None or last.state != Reconciliation.State.AGREES:
        yield f"the last comparison with Stripe: {last and (last.state, last.failure)}"
    for case in Case.objects.filter(state=Case.State.OPEN)[:20]:
        yield f"case {case.kind} of {case.subject} is open: {case.details}"
