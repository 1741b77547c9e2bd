"""Actions of operators on a difference between Stripe and the books."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from billing.ledger import tasks
from billing.ledger.settlement import cases
from billing.models import Case
from billing.transitions.transition import record
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.tasks import after_commit


@transaction.atomic
def close_case(*, case_id: int, explanation: str, by: User, at: dt.datetime) -> Case:
    """Close a case with a reason; nothing in the books changes. Raises Refused."""
    case = cases.lock_open_case(case_id)
    if not explanation.strip():
        raise Refused(_("Dites ce qui explique l’écart."), field="explanation")
    cases.close(case, explanation=explanation.strip(), by=by, at=at)
    return case


@transaction.atomic
def refetch_case(*, case_id: int, by: User, at: dt.datetime) -> Case:
    """Queue the refetching and comparison of an open case's object. Raises Refused."""
    case = cases.lock_open_case(case_id)
    record("case", case.pk, "looked", states=(case.state, case.state), by=by.reference, at=at)
    after_commit(tasks.refetch_case, case.pk)
    return case
