"""A model of a round of the drill `community`: the objects each member should have."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

from infra.drills.inside.community.acts import Line
from infra.drills.inside.community.world import PLACES, SEATS, World
from tenants.community.classifieds.models import Classified
from tenants.community.gatherings.models import Gathering, Participation
from tenants.community.lending.models import Loan
from tenants.community.rides.models import Booking, Departure

GAINS = {"borrow": "loan", "join": "place", "ask": "seat", "reserve": "hold"}
LOSSES = {"bring": "loan", "leave": "place", "give_up": "seat", "release": "hold"}
KIND_OF = GAINS | LOSSES


class Belief:
    """A member's count of each kind by the responses, and the kinds without a response."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.held: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self.unknown: defaultdict[str, set[int]] = defaultdict(set)
        self.found: list[str] = []
        for line in lines:
            self._apply(line)

    def _apply(self, line: Line) -> None:
        kind, member = KIND_OF[line.act], line.member
        if line.outcome == "begun":
            self.unknown[kind].add(member)
            return
        self.unknown[kind].discard(member)
        if line.outcome == "nothing" and self.held[kind][member]:
            self.found.append(f"{kind} of {member} was lost")
        elif line.outcome == "done" and line.act in GAINS:
            self.held[kind][member] = self.held[kind][member] + 1 if kind == "loan" else 1
        elif line.outcome == "done":
            self.held[kind][member] = 0

    def compare(self, kind: str, rows: Counter[int]) -> list[str]:
        """Return each member with more or less than their responses confirmed."""
        held = self.held[kind]
        members = (held.keys() | rows.keys()) - self.unknown[kind]
        return [
            f"{kind}: {member} was told {held[member]} and has {rows[member]}"
            for member in sorted(members)
            if held[member] != rows[member]
        ]


def differences(world: World, lines: Iterable[Line]) -> list[str]:
    """Compare the rows of a round with the responses to its members and with the apps' rules."""
    belief = Belief(lines)
    return [
        *belief.found,
        *_loans(world, belief),
        *_places(world, belief),
        *_seats(world, belief),
        *_holds(world, belief),
    ]


def _loans(world: World, belief: Belief) -> list[str]:
    rows = list(Loan.objects.filter(thing=world.thing, state="accepted").order_by("starts_at"))
    twice = [
        f"loan: {one.reference} and {other.reference} at once"
        for one, other in pairwise(rows)
        if one.ends_at > other.starts_at
    ]
    return [*twice, *belief.compare("loan", Counter(row.borrower_id for row in rows))]


def _places(world: World, belief: Belief) -> list[str]:
    taken = Gathering.objects.get(pk=world.gathering).taken
    rows = list(Participation.objects.filter(gathering=world.gathering))
    coming = sum(row.state == Participation.State.COMING for row in rows)
    guests = Counter(row.person_id for row in rows if row.person_id != world.owner)
    found = belief.compare("place", guests)
    if taken != coming:
        found.append(f"place: {taken} are counted and {coming} come")
    if coming != min(PLACES, len(rows)):
        found.append(f"place: {coming} come of {len(rows)} who wish to")
    return found


def _seats(world: World, belief: Belief) -> list[str]:
    taken = Departure.objects.get(pk=world.departure).taken
    rows = list(Booking.objects.filter(departure=world.departure, state="accepted"))
    found = belief.compare("seat", Counter(row.person_id for row in rows))
    if taken != len(rows):
        found.append(f"seat: {taken} are counted and {len(rows)} sit")
    if len(rows) > SEATS:
        found.append(f"seat: {len(rows)} sit on {SEATS}")
    return found


def _holds(world: World, belief: Belief) -> list[str]:
    holder = Classified.objects.get(reference=world.reference).reserved_for_id
    return belief.compare("hold", Counter([holder] if holder else []))
