"""Minutes of elections: those that wait for an operator, those of a council, those that end."""

import datetime as dt

from django.core.files.storage import default_storage
from django.db.models import F, Q, QuerySet

from billing.councils.rules.mandates import NOTICE_BEFORE, mandate_day
from billing.models import Council, CouncilMandate
from saas.kernel.uploads import papers

State = CouncilMandate.State
DRAWN_WITHIN = dt.timedelta(minutes=1)


def mandates_waiting() -> QuerySet[CouncilMandate]:
    """Return the minutes that wait for an operator."""
    return CouncilMandate.objects.filter(state=State.WAITING).select_related("council__tenant")


def mandate_at(reference: str) -> CouncilMandate | None:
    """Return the minutes of a public reference, answered or not."""
    rows = CouncilMandate.objects.select_related("council__tenant")
    return rows.filter(reference=reference).first()


def mandates_decided() -> QuerySet[CouncilMandate]:
    """Return the minutes that operators answered, the newest answer first."""
    decided = CouncilMandate.objects.filter(state__in=[State.CONFIRMED, State.REFUSED])
    return decided.select_related("council__tenant").order_by("-decided_at", "-pk")


def mandates_of(council: Council) -> list[CouncilMandate]:
    """Return all minutes of a council, the newest first."""
    return list(CouncilMandate.objects.filter(council=council))


def mandates_of_space(schema_name: str) -> list[CouncilMandate]:
    """Return all minutes of a space's councils, the newest first."""
    rows = CouncilMandate.objects.filter(council__tenant__schema_name=schema_name)
    return list(rows.select_related("council").order_by("-pk"))


def mandates_to_notify(*, at: dt.datetime) -> list[CouncilMandate]:
    """Return mandates in force with a notice of their end, coming or past, not mailed yet."""
    today = mandate_day(at)
    ending = Q(ending_notice_at=None, ends_on__lte=today + NOTICE_BEFORE, ends_on__gte=today)
    ended = Q(end_notice_at=None, ends_on__lt=today)
    in_force = Q(council__confirmed_until=F("ends_on"), council__ended_at=None)
    rows = CouncilMandate.objects.filter(ending | ended, in_force, state=State.CONFIRMED)
    return list(rows.select_related("council__tenant").order_by("pk"))


def papers_to_draw(*, at: dt.datetime | None = None) -> QuerySet[CouncilMandate]:
    """Return minutes with a picture still to render; with a moment, only overdue minutes."""
    waiting = CouncilMandate.objects.filter(
        state=State.WAITING, paper__endswith=f".{papers.ORIGINAL}", paper_failure=""
    )
    return waiting if at is None else waiting.filter(submitted_at__lt=at - DRAWN_WITHIN)


def paper_content(mandate: CouncilMandate) -> bytes | None:
    """Return the file of the minutes, or null if it is not rendered yet or lost."""
    if not mandate.is_readable:
        return None
    try:
        with default_storage.open(mandate.paper) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None
