"""Batches of independent rows: a failing row does not stop the others, and opens a case."""

import datetime as dt
import logging
from collections.abc import Callable, Iterable

from celery.exceptions import SoftTimeLimitExceeded

from billing.ledger.settlement import cases
from billing.models import Case

logger = logging.getLogger(__name__)


def each_row(
    what: str, row_ids: Iterable[int], act: Callable[[int], object], *, at: dt.datetime
) -> None:
    """Call a function with each row; a failure is logged and opens a case until a later success.

    The case names the row and the kind of error only: the error's text may contain personal data.
    """
    done = []
    for row_id in row_ids:
        try:
            act(row_id)
        except SoftTimeLimitExceeded:  # the job's time is up, whichever row is at it
            raise
        except Exception as error:
            logger.exception("%s %s was left as it is", what, row_id)
            cases.open_case(
                kind=Case.Kind.FAILING_STEP,
                subject=f"{what} {row_id}",
                at=at,
                details=type(error).__name__,
            )
        else:
            done.append(f"{what} {row_id}")
    cases.explain(Case.Kind.FAILING_STEP, done, at=at)
