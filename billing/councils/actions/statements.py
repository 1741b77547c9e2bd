"""Statements that a treasurer takes, and the invoices that we write in councils’ names."""

import datetime as dt
import zoneinfo
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.councils import tasks
from billing.councils.queries.statements import statement_of
from billing.councils.rules import statements
from billing.councils.settlement import self_billing
from billing.councils.settlement.statements import redraw
from billing.ledger.queries.seller import seller
from billing.ledger.settlement import cases
from billing.models import Case, Council, Statement
from billing.transitions.transition import transition
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.tasks import after_commit
from tenants.spaces.actors import SpaceActor

_CLICKED_WITHIN = dt.timedelta(minutes=1)


@transaction.atomic
def redraw_paper(*, case_id: int, by: User, at: dt.datetime) -> Case:
    """Have the file of an altered paper drawn again, to the byte. Raises Refused where it is not.

    The altered file stays in the store, at a name that no row leads to.
    """
    case = cases.lock_open_case(case_id)
    if case.kind != Case.Kind.PAPER:
        raise Refused(_("Ce cas n’est pas celui d’un fichier."))
    redraw(case.subject)
    case.closed_at = at
    transition("case", case, "redrawn", by=by.reference, at=at, also=["closed_at"])
    return case


@transaction.atomic
def make_statement(
    *, council: Council, first_day: dt.date, last_day: dt.date, by: SpaceActor, at: dt.datetime
) -> Statement:
    """Create a statement for a council over a range of past days.

    Two clicks create a single statement, unless something was booked between them.
    """
    statements.check_range(first_day, last_day)
    today = timezone.localdate(at, zoneinfo.ZoneInfo(council.tenant.time_zone))
    if last_day > today:
        raise Refused(_("Un relevé s’arrête aujourd’hui au plus tard."), field="last_day")
    Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    page = statement_of(council, first_day=first_day, last_day=last_day)
    columns: dict[str, Any] = {
        "council": council,
        "first_day": first_day,
        "last_day": last_day,
        "opening_cents": page.opening.cents,
        "closing_cents": page.closing.cents,
        "net_cents": page.earned.cents,
        "council_as_it_was": page.council._asdict(),
        "seller": seller(),
        "asked_by_name": by.name,
    }
    same = Statement.objects.filter(
        **columns, number=None, made_at__gt=at - _CLICKED_WITHIN
    ).first()
    if same is not None:
        return same
    statement = Statement(**columns, made_at=at)
    statement.full_clean()
    statement.save()
    after_commit(tasks.render_statement, statement.pk)
    return statement


@transaction.atomic
def bill_council(*, council_id: int, last_day: dt.date, at: dt.datetime) -> Statement | None:
    """Issue an invoice in a council's name for its earnings until a day, not invoiced yet.

    Called by the clock, once a month is over.
    """
    bill = self_billing.bill(council_id, last_day=last_day, at=at)
    if bill is not None:
        after_commit(tasks.render_statement, bill.pk)
    return bill
