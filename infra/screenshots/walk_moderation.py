"""Pages of moderation, as the walk sees them."""

from infra.demo.seed.world import NORD
from infra.screenshots.stops import (
    EMPLOYEE,
    MODERATOR,
    OPERATOR,
    OPS,
    SPACE,
    Stop,
    employee,
    newest,
)
from infra.screenshots.walk_fixtures import in_public
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import CatalogueReport
from tenants.community.classifieds.models import Classified
from tenants.community.moderation.models import Case, Report
from tenants.community.neighbourhood.models import MemberReport


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


def _reviewed_twice() -> tuple[str, ...]:
    return _reported(Case.State.CLOSED)


def _own_waiting() -> tuple[str, ...]:
    return _reported(Case.State.WAITING)


def _shop() -> tuple[str, ...]:
    return newest(Merchant.objects.filter(state=Merchant.State.PUBLISHED))


def _answered() -> tuple[str, ...]:
    rows = MemberReport.objects.filter(person=employee(), answered_at__isnull=False)
    return newest(rows, "subject_reference")


def _reported_shop() -> tuple[str, ...]:
    rows = CatalogueReport.objects.filter(answer=None, campaign=None)
    return newest(rows, "merchant__reference")


def _answered_ad() -> tuple[str, ...]:
    rows = CatalogueReport.objects.filter(answer__isnull=False, campaign__isnull=False)
    return newest(rows, "campaign__reference")


STOPS: tuple[Stop, ...] = (
    Stop("moderation:report", SPACE, EMPLOYEE, _anothers_classified),
    Stop("moderation:report", SPACE, EMPLOYEE, _own_classified, "own"),
    Stop("moderation:mine", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("moderation:decision", SPACE, EMPLOYEE, _own_waiting, "waiting"),
    Stop("moderation:decision", SPACE, EMPLOYEE, _removed, "removed"),
    Stop("moderation:decision", SPACE, EMPLOYEE, _reviewed_twice, "twice"),
    Stop("moderation:queue", SPACE, EMPLOYEE, look="403", status=403),
    Stop("moderation:case", SPACE, MODERATOR, _waiting),
    Stop("moderation:case", SPACE, MODERATOR, _hidden, "hidden"),
    Stop("moderation:case", SPACE, MODERATOR, _removed, "decided"),
    Stop("neighbourhood:report", SPACE, EMPLOYEE, in_public(_shop)),
    Stop("neighbourhood:report", SPACE, EMPLOYEE, _answered, "answered"),
    Stop("ops:report", OPS, OPERATOR, _reported_shop),
    Stop("ops:report", OPS, OPERATOR, _answered_ad, "answered"),
    Stop("moderation:charter", SPACE, EMPLOYEE, look="common", space=NORD.slug),
)
