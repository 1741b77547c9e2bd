"""Actions of operators on a difference between Stripe and the books."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from billing import tasks
from billing.models import Case
from billing.settlement import cases, rendering
from billing.settlement.transitions import record
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.tasks import after_commit


@transaction.atomic
def close_case(*, case_id: int, explanation: str, by: User, at: dt.datetime) -> Case:
    """Close a case with a reason; nothing in the books changes. Raises Refused."""
    case = _open_case(case_id)
    if not explanation.strip():
        raise Refused(_("Dites ce qui explique l’écart."), field="explanation")
    case.state, case.closed_at, case.closed_by = Case.State.CLOSED, at, by
    case.explanation = explanation.strip()
    case.full_clean()
    case.save(update_fields=["state", "closed_at", "closed_by", "explanation"])
    return case


@transaction.atomic
def refetch_case(*, case_id: int, by: User, at: dt.datetime) -> Case:
    """Have what an open case is about fetched again, and compared again. Raises Refused."""
    case = _open_case(case_id)
    record("case", case.pk, "looked", states=(case.state, case.state), by=by.reference, at=at)
    after_commit(tasks.refetch_case, case.pk)
    return case


@transaction.atomic
def redraw_paper(*, case_id: int, by: User, at: dt.datetime) -> Case:
    """Have the file of an altered paper drawn again, to the byte. Raises Refused where it is not.

    The altered file stays in the store, at a name that no row leads to.
    """
    case = _open_case(case_id)
    if case.kind != Case.Kind.PAPER:
        raise Refused(_("Ce cas n’est pas celui d’un fichier."))
    rendering.redraw(case.subject)
    record("case", case.pk, "redrawn", states=(case.state, "explained"), by=by.reference, at=at)
    cases.explain(Case.Kind.PAPER, [case.subject], at=at)
    return case


def _open_case(case_id: int) -> Case:
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if case.state != Case.State.OPEN:
        raise Refused(_("Ce cas est déjà classé."))
    return case
