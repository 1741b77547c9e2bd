"""Pages of moderation, as the walk sees them."""

from infra.demo.seed.town import NORD
from infra.screenshots.stops import EMPLOYEE, MODERATOR, SPACE, Stop, employee, newest
from tenants.community.classifieds.models import Classified
from tenants.community.moderation.models import Case, Report


def _anothers_classified() -> tuple[str, ...]:
    rows = Classified.objects.filter(closed_at=None, hidden_at=None).exclude(author=employee())
    return ("classified", *newest(rows))


def _own_classified() -> tuple[str, ...]:
    rows = Classified.objects.filter(closed_at=None, hidden_at=None, author=employee())
    return ("classified", *newest(rows))


def _waiting() -> tuple[str, ...]:
    return newest(Case.objects.filter(state=Case.State.WAITING, hidden_at=None))


def _hidden() -> tuple[str, ...]:
    return newest(Case.objects.filter(state=Case.State.WAITING, hidden_at__isnull=False))


def _reported(state: str) -> tuple[str, ...]:
    cases = Report.objects.filter(reporter=employee()).values("case_id")
    return newest(Case.objects.filter(pk__in=cases, state=state))


def _removed() -> tuple[str, ...]:
    return newest(Case.objects.filter(owner=employee(), state=Case.State.DECIDED))


def _looked_at_twice() -> tuple[str, ...]:
    return _reported(Case.State.CLOSED)


def _own_waiting() -> tuple[str, ...]:
    return _reported(Case.State.WAITING)


STOPS: tuple[Stop, ...] = (
    Stop("moderation:report", SPACE, EMPLOYEE, _anothers_classified),
    Stop("moderation:report", SPACE, EMPLOYEE, _own_classified, "own"),
    Stop("moderation:mine", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("moderation:decision", SPACE, EMPLOYEE, _own_waiting, "waiting"),
    Stop("moderation:decision", SPACE, EMPLOYEE, _removed, "removed"),
    Stop("moderation:decision", SPACE, EMPLOYEE, _looked_at_twice, "twice"),
    Stop("moderation:queue", SPACE, EMPLOYEE, look="403", status=403),
    Stop("moderation:case", SPACE, MODERATOR, _waiting),
    Stop("moderation:case", SPACE, MODERATOR, _hidden, "hidden"),
    Stop("moderation:case", SPACE, MODERATOR, _removed, "decided"),
    Stop("moderation:charter", SPACE, EMPLOYEE, look="common", space=NORD.slug),
)
