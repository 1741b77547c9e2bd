"""Pages of what colleagues do together, as the walk sees them."""

from infra.demo.seed.town import NORD
from infra.screenshots.stops import EMPLOYEE, SPACE, TREASURER, Stop, employee, newest
from tenants.community.gatherings.models import Gathering


def _full_gathering() -> tuple[str, ...]:
    return newest(Gathering.objects.filter(places=6, taken=6))


def _own_gathering() -> tuple[str, ...]:
    return newest(Gathering.objects.filter(cancelled_at=None, organiser=employee()))


STOPS: tuple[Stop, ...] = (
    Stop("gatherings:board", SPACE, EMPLOYEE),
    Stop("gatherings:board", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("gatherings:announce", SPACE, EMPLOYEE),
    Stop("gatherings:mine", SPACE, EMPLOYEE),
    Stop("gatherings:mine", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("gatherings:calendar", SPACE, EMPLOYEE),
    Stop("gatherings:detail", SPACE, EMPLOYEE, _full_gathering, "full"),
    Stop("gatherings:detail", SPACE, EMPLOYEE, _own_gathering, "own"),
    Stop("gatherings:edit", SPACE, EMPLOYEE, _own_gathering),
    Stop("gatherings:cancel", SPACE, EMPLOYEE, _own_gathering),
    Stop("gatherings:budget", SPACE, TREASURER, _full_gathering),
)
