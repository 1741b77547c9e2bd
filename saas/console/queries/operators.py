"""Queries on operators."""

import datetime as dt
from typing import NamedTuple

from saas.accounts.models import SecondFactor, User
from saas.console.models import Operator


class OperatorLine(NamedTuple):
    """An operator of the console's list."""

    user: User
    since: dt.datetime
    has_factor: bool


def operators() -> list[OperatorLine]:
    """Return the operators, the longest-serving first."""
    rows = list(Operator.objects.select_related("user").order_by("since", "pk"))
    people = [row.user_id for row in rows]
    factors = set(SecondFactor.objects.filter(user_id__in=people).values_list("user_id", flat=True))
    return [OperatorLine(row.user, row.since, row.user_id in factors) for row in rows]


def operator_named(reference: str) -> User | None:
    """Return an operator by the reference of their account."""
    row = Operator.objects.select_related("user").filter(user__reference=reference).first()
    return row.user if row else None


def operator_at(email: str) -> User | None:
    """Return an operator by address."""
    row = Operator.objects.select_related("user").filter(user__email=email).first()
    return row.user if row else None
