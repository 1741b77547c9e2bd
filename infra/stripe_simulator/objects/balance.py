"""The balance and its balance transactions."""

from infra.stripe_simulator.errors import JSON, ApiError
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.paging import Keep, in_period, page, page_of, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.world import Call, World

URL = "/v1/balance_transactions"


@endpoint("GET /v1/balance")
def retrieve(world: World, call: Call) -> JSON:
    """Return the available and the pending balance."""
    return money.shown(world, call.owner)


@endpoint("GET /v1/balance_transactions/{id}")
def transaction(world: World, call: Call) -> JSON:
    """Return a balance transaction."""
    return world.find("balance_transaction", call.path["id"], owner=call.owner, param="id")


@endpoint("GET /v1/balance_transactions")
def transactions(world: World, call: Call) -> JSON:
    """List the moves, newest first."""
    filters, period = same(call.params, "currency", "source", "type"), in_period(call.params)

    def is_listed(row: JSON) -> bool:
        return row["_owner"] == call.owner and filters(row) and period(row)

    if "payout" in call.params:
        return _of_payout(world, call, is_listed)
    return page(world.store, "balance_transaction", call.params, url=URL, keep=is_listed)


def _of_payout(world: World, call: Call, keep: Keep) -> JSON:
    """Return the transactions of an automatic payout; together with the payout they sum to 0."""
    payout = world.named("payout", call.params["payout"], owner=call.owner, param="payout")
    if not payout["automatic"]:
        raise ApiError(
            "Balance transaction history can only be filtered on automatic payouts, not manual.",
            param="payout",
        )
    moves = (world.store.must("balance_transaction", name) for name in payout.get("_moves", ()))
    return page_of(filter(keep, moves), call.params, url=URL, kind="balance_transaction")
