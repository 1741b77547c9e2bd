"""Thanks: the count for a thing or a person, and if the viewer has given theirs."""

from typing import NamedTuple

from django.db.models import Count, Q

from saas.accounts.models import User
from tenants.community.members.models import Thanks


class ThanksOn(NamedTuple):
    """The thanks for a thing: how many, and whether the viewer has given theirs."""

    total: int = 0
    given: bool = False


def thanks_on(kind: str, reference: str, viewer: User) -> ThanksOn:
    """Return the number of thanks for a thing, with a single query."""
    found = Thanks.objects.filter(subject_kind=kind, subject_reference=reference).aggregate(
        total=Count("pk"), own=Count("pk", filter=Q(giver=viewer))
    )
    return ThanksOn(found["total"], given=bool(found["own"]))


def received_by(person: User) -> int:
    """Return the number of thanks that a person received from colleagues."""
    return Thanks.objects.filter(receiver=person).count()
