"""Levers on disputes: a bank opens, continues and decides them."""

from infra.stripe_simulator.errors import JSON, ParameterError
from infra.stripe_simulator.expand import public
from infra.stripe_simulator.objects.returns import disputes
from infra.stripe_simulator.store import PLATFORM
from infra.stripe_simulator.world import World

# The lever's commands for a dispute, and the statuses that follow in turn.
VERDICTS = {
    "under_review": ["under_review"],
    "warning_under_review": ["warning_under_review"],
    "warning_closed": ["warning_closed"],
    "needs_response": ["needs_response"],
    "won": ["won"],
    "lost": ["lost"],
    "prevented": ["prevented"],
    "appeal": ["appeal_needs_response"],
    "appeal_needs_response": ["appeal_needs_response"],
    "appeal_under_review": ["appeal_under_review"],
    "appeal_won": ["appeal_needs_response", "appeal_under_review", "won"],
    "appeal_lost": ["appeal_needs_response", "appeal_under_review", "lost"],
}


def truth(value: object) -> bool:
    """Read a yes or no, whether it came as JSON or as a form."""
    return value in {True, "true", "1", "yes", "on"}


def dispute(world: World, pieces: list[str], given: JSON) -> JSON:
    """Open a dispute over a charge, or move a dispute to its next status."""
    if len(pieces) > 1:
        record = world.find("dispute", pieces[0], owner=PLATFORM, param="dispute")
        back = truth(given.get("give_back_fee"))
        _lead(world, record, pieces[1], give_back_fee=back)
        return public(record)
    charge = world.find("charge", pieces[0] if pieces else "", owner=PLATFORM, param="charge")
    amount = int(given["amount"]) if "amount" in given else None
    reason = str(given.get("reason", "fraudulent"))
    if truth(given.get("lost")):
        return public(disputes.open_lost(world, charge, reason, amount=amount))
    inquiry = truth(given.get("inquiry"))
    record = disputes.open_dispute(world, charge, amount=amount, reason=reason, inquiry=inquiry)
    return public(record)


def _lead(world: World, record: JSON, verdict: str, *, give_back_fee: bool) -> None:
    if verdict not in VERDICTS:
        raise ParameterError(f"Say one of {', '.join(VERDICTS)}.", param="status")
    steps = VERDICTS[verdict]
    if verdict.startswith("appeal_") and record["status"] in steps:
        steps = steps[steps.index(record["status"]) + 1 :]
    for step in steps:
        disputes.decide(world, record, step, give_back_fee=give_back_fee)
