"""Pages of shared activities and of searches among colleagues, as the walk sees them."""

import uuid

from django.utils import timezone

from infra.demo.seed.world import NORD
from infra.screenshots.stops import EMPLOYEE, SPACE, TREASURER, Stop, employee, newest
from tenants.community.gatherings.models import Gathering
from tenants.community.rides.models import Ride
from tenants.community.search.models import SavedSearch
from tenants.community.treaties import actions as neighbours
from tenants.spaces.models import OpenClause, OpenItem


def _full_gathering() -> tuple[str, ...]:
    return newest(Gathering.objects.filter(places=6, taken=6))


def _own_gathering() -> tuple[str, ...]:
    return newest(Gathering.objects.filter(cancelled_at=None, organiser=employee()))


def _own_ride() -> tuple[str, ...]:
    return newest(Ride.objects.filter(closed_at=None, author=employee()))


def _anothers_ride() -> tuple[str, ...]:
    rows = Ride.objects.filter(closed_at=None, role=Ride.Role.DRIVER, audience="space", seats=3)
    return newest(rows.exclude(author=employee()))


def _saved_search() -> tuple[str, ...]:
    return newest(SavedSearch.objects.filter(person=employee(), words="vélo"))


def _neighbours_thread() -> tuple[str, ...]:
    clause = OpenClause.objects.earliest("pk")
    item = OpenItem.objects.filter(tenant_id=clause.tenant_id).earliest("pk")
    sent = neighbours.ask(
        item=item,
        clause=clause,
        text="Bonjour, est-ce encore libre jeudi ?",
        key=uuid.uuid5(uuid.NAMESPACE_URL, f"{clause.slug}/{item.reference}"),
        by=employee(),
        at=timezone.now(),
    )
    return (sent.thread,)


STOPS: tuple[Stop, ...] = (
    Stop("treaties:thread", SPACE, EMPLOYEE, _neighbours_thread),
    Stop("search:results", SPACE, EMPLOYEE, query="?q=velo"),
    Stop("search:results", SPACE, EMPLOYEE, look="start"),
    Stop("search:results", SPACE, EMPLOYEE, look="kind", query="?q=vélos&kind=classifieds"),
    Stop("search:results", SPACE, EMPLOYEE, look="typo", query="?q=perceuze"),
    Stop("search:results", SPACE, EMPLOYEE, look="nothing", query="?q=montgolfière&free=on"),
    Stop("search:saved", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("search:kept", SPACE, EMPLOYEE, _saved_search),
    Stop("gatherings:board", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("gatherings:mine", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("gatherings:detail", SPACE, EMPLOYEE, _full_gathering, "full"),
    Stop("gatherings:detail", SPACE, EMPLOYEE, _own_gathering, "own"),
    Stop("gatherings:edit", SPACE, EMPLOYEE, _own_gathering),
    Stop("gatherings:cancel", SPACE, EMPLOYEE, _own_gathering),
    Stop("gatherings:budget", SPACE, TREASURER, _full_gathering),
    Stop("rides:board", SPACE, EMPLOYEE, look="detour", query="?km=12&bearing=e"),
    Stop("rides:board", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("rides:mine", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("rides:detail", SPACE, EMPLOYEE, _anothers_ride),
    Stop("rides:detail", SPACE, EMPLOYEE, _own_ride, "own"),
    Stop("rides:edit", SPACE, EMPLOYEE, _own_ride),
    Stop("rides:close", SPACE, EMPLOYEE, _own_ride),
)
