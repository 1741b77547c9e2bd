"""Rate limits of lending and borrowing."""

from saas.accounts.models import User
from saas.kernel.web import rate_limit

MOST_REQUESTS = 40
AN_HOUR = 3600


def check_pace(person: User) -> None:
    """Refuse requests that come faster than anybody borrows."""
    rate_limit.check(
        "loans",
        str(person.pk),
        most=MOST_REQUESTS,
        per_seconds=AN_HOUR,
        when_silent=rate_limit.Silent.LET_PASS,
    )
