"""Loans of a member both ways, and what they wait for, for the page of all that runs."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from saas.kernel import hooks
from saas.kernel.offers.home_hooks import Running
from tenants.community.lending.models import Loan
from tenants.community.lending.queries import people
from tenants.community.lending.queries.loan_pages import LoanLine, line_of
from tenants.community.lending.queries.loans import of_sides, waits_of
from tenants.community.lending.rules import loans as rules

MOST_RUNNING = 40


def running(person: Any, at: dt.datetime) -> list[Running]:
    """List the loans of a member by what is due next, then their places on waiting lists."""
    sides = of_sides(person, people.councils_of(person)).filter(ended_at=None)
    rows = list(sides.order_by("ends_at", "pk")[:MOST_RUNNING])
    others = {row.borrower_id for row in rows} | {row.thing.owner_id or 0 for row in rows}
    cards = hooks.cards_of(others - {0})
    lines = [line_of(row, person, cards, at=at) for row in rows]
    return [
        *(_of_loan(line) for line in lines),
        *(
            Running(
                entry.starts_at,
                _("Liste d’attente"),
                entry.thing.title,
                entry.thing.get_absolute_url(),
                rules.SYMBOL,
            )
            for entry in waits_of(person)
        ),
    ]


def _of_loan(line: LoanLine) -> Running:
    is_out = line.loan.state == Loan.State.OUT
    at = line.loan.ends_at if is_out else line.loan.starts_at
    if is_out:
        words = _("%(name)s vous le rend") if line.lends else _("À rendre à %(name)s")
    else:
        words = _("%(state)s · pour %(name)s") if line.lends else _("%(state)s · de %(name)s")
    note = words % {"name": line.name, "state": line.state} if line.name else line.state
    return Running(at, note, line.title, line.url, rules.SYMBOL, due=line.due or line.overdue)
