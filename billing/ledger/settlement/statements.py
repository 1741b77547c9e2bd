"""A file of our bank becomes lines that an operator sees before they are booked."""

from typing import Any

from django.core.files.storage import default_storage
from django.db.models import F

from billing.ledger.queries.bank import statements_to_read
from saas.kernel.sandbox import runner
from saas.kernel.sandbox.verdicts import UnfitError, tried_twice


def read_statement(statement_id: int) -> bool:
    """Read a statement in a child; return False if it is to be tried once more.

    Each attempt is counted before it begins; after the second the row has its reason.
    """
    waiting = statements_to_read().filter(pk=statement_id)
    row = waiting.values_list("file", "attempts").first()
    if row is None:
        return True
    file, attempts = row
    found: dict[str, Any] = {}
    failure = tried_twice(
        attempts,
        lambda: waiting.update(attempts=F("attempts") + 1),
        lambda: found.update(_opened(file)),
    )
    if failure is None:
        return False
    waiting.update(**({"failure": failure[:20]} if failure else _columns(found)))
    return True


def _opened(file: str) -> dict[str, Any]:
    """Return the account, the balances and the lines. Raises UnfitError or TooHeavyError."""
    try:
        with default_storage.open(file) as stored:
            [piece] = runner.opened("statement", stored.read())
    except FileNotFoundError as error:
        raise UnfitError("unreadable") from error
    return dict(piece.words)


def _columns(found: dict[str, Any]) -> dict[str, Any]:
    days = sorted(line["day"] for line in found["lines"])
    return {
        "form": found["form"],
        "account": found["account"],
        "first_day": days[0],
        "last_day": days[-1],
        "opening_cents": found["opening"],
        "closing_cents": found["closing"],
        "lines": found["lines"],
    }
