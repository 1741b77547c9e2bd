"""Objects of a round of the drill `community`: each has more requests than places."""

import datetime as dt
from dataclasses import dataclass

from saas.accounts.models import User
from saas.kernel.values import legal
from tenants.community.classifieds import actions as classifieds
from tenants.community.classifieds.rules import Offer
from tenants.community.gatherings import actions as gatherings
from tenants.community.gatherings.rules import Plan
from tenants.community.lending.actions import things as lending
from tenants.community.lending.rules.loans import Description
from tenants.community.lending.rules.slots import floor_quarter
from tenants.community.members.models import Profile
from tenants.community.rides import actions as rides
from tenants.community.rides.models import Departure
from tenants.community.rides.rules import Spot, Terms, Timing
from tenants.spaces.spots import site_ids

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
PLACES, SEATS = 8, 3
SPOT = Spot("Gare de Lorvaux", 12, "n")


@dataclass(frozen=True)
class World:
    """Primary keys of a round's wanted objects, and the start of the first slot."""

    owner: int
    members: list[int]
    thing: int
    first_slot: dt.datetime
    gathering: int
    departure: int
    reference: str


def join(name: str, at: dt.datetime) -> User:
    """Return a new member of the space."""
    person = User(email=f"{name}@drill.example", first_name=name, last_name="Essai", created_at=at)
    person.set_unusable_password()
    person.save()
    Profile.objects.create(
        user=person, joined_by="domain", joined_at=at, **legal.accepted_at(legal.CGU, at)
    )
    return person


def build(members: list[int], number: int, at: dt.datetime) -> World:
    """Create the wanted objects with a new owner, since offers per person are limited."""
    owner = join(f"owner{number}", at)
    ride = rides.offer(
        terms=Terms("driver", "to", min(site_ids()), SPOT, SEATS, 0, ""),
        timing=Timing((at + 3 * DAY).date(), dt.time(8)),
        by=owner,
        at=at,
    )
    return World(
        owner=owner.pk,
        members=members,
        thing=lending.offer(description=_drill(), by=owner, at=at).pk,
        first_slot=floor_quarter(at) + DAY,
        gathering=gatherings.announce(plan=_run(at), by=owner, at=at).pk,
        departure=Departure.objects.get(ride=ride).pk,
        reference=classifieds.post(offer=_bike(), days=30, by=owner, at=at).reference,
    )


def _drill() -> Description:
    return Description(
        title="Perceuse",
        description="",
        condition="good",
        whereabouts="car",
        place="Hall B",
        site_id=None,
        deposit="",
        longest_minutes=24 * 60,
        lends_at_once=True,
    )


def _run(at: dt.datetime) -> Plan:
    starts = at + 2 * DAY
    return Plan(
        kind="sport",
        title="Course",
        description="",
        site_id=None,
        place="Porte Sud",
        starts_at=starts,
        ends_at=starts + HOUR,
        places=PLACES,
    )


def _bike() -> Offer:
    return Offer(
        kind="sell",
        title="Vélo",
        description="",
        price_cents=100,
        price_unit="whole",
        site_id=None,
        place="Porte Sud",
    )
