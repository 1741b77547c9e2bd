"""Things and loans of the demo that stops of the walk show."""

from infra.demo.seed.world import NORD
from infra.screenshots.stops import EMPLOYEE, SPACE, Stop, employee, newest
from tenants.community.lending.models import Loan, Thing
from tenants.community.lending.rules import codes


def colleagues_thing() -> tuple[str, ...]:
    """Return a free thing of a colleague."""
    free = Thing.objects.filter(lends_at_once=True, audience="neighbours")
    return newest(free.exclude(owner=employee()))


def taken_thing() -> tuple[str, ...]:
    """Return a thing on loan."""
    return newest(Thing.objects.filter(title__startswith="Siège auto"))


def own_thing() -> tuple[str, ...]:
    """Find a thing of the employee's own."""
    return newest(Thing.objects.filter(owner=employee(), lends_at_once=False))


def borrowed() -> tuple[str, ...]:
    """Return a loan of a thing that the employee has."""
    return newest(Loan.objects.filter(borrower=employee(), state=Loan.State.OUT))


def requested_loan() -> tuple[str, ...]:
    """Find a loan that the employee has to answer."""
    parsed = Loan.objects.filter(state=Loan.State.REQUESTED)
    return newest(parsed.filter(thing__owner=employee()))


def code_of_the_lender() -> tuple[str, ...]:
    """Write the code that the lender of the employee's loan shows."""
    loan = Loan.objects.select_related("thing").get(reference=borrowed()[0])
    return (codes.write(loan, codes.step_of(loan), loan.thing.owner_id or 0),)


STOPS = (
    Stop("lending:board", SPACE, EMPLOYEE, look="break", query="?free=break"),
    Stop("lending:board", SPACE, EMPLOYEE, look="nothing", query="?q=hydravion"),
    Stop("lending:board", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("lending:thing", SPACE, EMPLOYEE, colleagues_thing),
    Stop("lending:thing", SPACE, EMPLOYEE, taken_thing, "taken"),
    Stop("lending:thing", SPACE, EMPLOYEE, own_thing, "own"),
    Stop("lending:edit", SPACE, EMPLOYEE, own_thing),
    Stop("lending:loans", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("lending:loan", SPACE, EMPLOYEE, borrowed),
    Stop("lending:loan", SPACE, EMPLOYEE, requested_loan, "asked"),
    Stop("lending:handover", SPACE, EMPLOYEE, borrowed),
    Stop("lending:scan", SPACE, EMPLOYEE, code_of_the_lender),
    Stop("lending:damage", SPACE, EMPLOYEE, borrowed),
)
