"""Ways to give a thing twice, built in on purpose: each room without the lock that it takes."""

from typing import Any

from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.queries import single as classifieds
from tenants.community.gatherings.models import Gathering
from tenants.community.gatherings.queries import single as gatherings
from tenants.community.rides.models import Booking, Departure
from tenants.community.rides.queries import changes as rides


def place_without_lock() -> None:
    """Count places by rows read before others took theirs."""
    room: Any = gatherings
    room.for_change = lambda gathering_id: Gathering.objects.get(pk=gathering_id)


def seat_without_lock() -> None:
    """Give seats by rows read before others were given theirs."""
    room: Any = rides

    def booking(booking_id: int) -> tuple[Booking, Departure]:
        found = Booking.objects.select_related("departure__ride").get(pk=booking_id)
        return found, found.departure

    room.booking_for_change = booking


def hold_without_lock() -> None:
    """Reserve a thing by a row read before it was reserved for another member."""
    room: Any = classifieds
    room.to_reserve = lambda reference: Classified.objects.filter(reference=reference).first()


FAULTS = {
    planted.__name__: planted
    for planted in (place_without_lock, seat_without_lock, hold_without_lock)
}
