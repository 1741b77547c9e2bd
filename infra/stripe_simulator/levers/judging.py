"""Levers on accounts: Stripe's decisions, its requirements, and the accounts' departures."""

from collections.abc import Callable

from infra.stripe_simulator.errors import JSON, ParameterError
from infra.stripe_simulator.objects.connect import accounts, standing
from infra.stripe_simulator.world import World

Decision = Callable[[World, JSON, JSON], None]
INCLUDED = ["configuration.recipient", "future_requirements", "requirements"]


def _asks(world: World, account: JSON, given: JSON) -> None:
    what = str(given.get("what", standing.DOCUMENT))
    error = standing.NOT_READABLE if given.get("error") else None
    standing.ask(world, account, what=what, days=int(given.get("days", 14)), error=error)


def _announces(world: World, account: JSON, given: JSON) -> None:
    what, days = str(given.get("what", standing.DOCUMENT)), int(given.get("days", 60))
    standing.announce(world, account, what=what, days=days)


DECISIONS: dict[str, Decision] = {
    "closed": lambda world, account, _given: accounts.end(world, account),
    "disconnected": lambda world, account, _given: standing.connect(world, account, applied=False),
    "reconnected": lambda world, account, _given: standing.connect(world, account, applied=True),
    "payouts_disabled": lambda world, account, _given: standing.set_payouts(
        world, account, "restricted"
    ),
    "payouts_enabled": lambda world, account, _given: standing.set_payouts(
        world, account, "active"
    ),
    "requirement": _asks,
    "future_requirement": _announces,
    "satisfied": lambda world, account, _given: standing.satisfy(world, account),
}
KNOWN = sorted(standing.STATES | set(DECISIONS))


def decide(world: World, account: JSON, state: str, *, given: JSON) -> None:
    """Change an account's state, by Stripe or by the account itself."""
    if state in DECISIONS:
        DECISIONS[state](world, account, given)
    elif state in standing.STATES:
        standing.bring_to(world, account, state)
    else:
        raise ParameterError(f"state must be one of {', '.join(KNOWN)}", param="state")


def account(world: World, pieces: list[str], given: JSON) -> JSON:
    """Bring an account to a state, and show it."""
    record = accounts.find(world, pieces[0] if pieces else "")
    decide(world, record, pieces[1] if len(pieces) > 1 else "", given=given)
    return accounts.shown(record, INCLUDED)
