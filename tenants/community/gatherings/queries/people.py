"""The people of a gathering: participants, waiting list, and representatives of a council."""

from saas.accounts.models import User
from tenants.community.gatherings.models import Gathering, Participation

State = Participation.State


def participation_of(person: User, gathering: Gathering) -> Participation | None:
    """Return a person's participation in a gathering, or their entry in its waiting list."""
    return Participation.objects.filter(gathering=gathering, person=person).first()


def count_of_coming(gathering: Gathering) -> int:
    """Count the participants."""
    return Participation.objects.filter(gathering=gathering, state=State.COMING).count()


def waiting_for(gathering: Gathering) -> list[Participation]:
    """List the waiting list, the first to get a place first."""
    waiting = Participation.objects.filter(
        gathering=gathering, state=State.WAITING, person__is_active=True
    )
    return list(waiting.select_related("person"))


def people_of(gathering: Gathering) -> list[int]:
    """List the keys of the participants and of the waiting list."""
    rows = Participation.objects.filter(gathering=gathering)
    return list(rows.values_list("person_id", flat=True))
