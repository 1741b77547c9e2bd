"""Thanks: how many a thing or a person had, and whether somebody has given theirs."""

from django.db.models import Count, Q

from saas.accounts.models import User
from saas.kernel.hooks import ThanksOn
from tenants.community.members.models import Thanks


def thanks_on(kind: str, reference: str, viewer: User) -> ThanksOn:
    """Count the thanks for a thing, with one statement."""
    found = Thanks.objects.filter(subject_kind=kind, subject_reference=reference).aggregate(
        total=Count("pk"), own=Count("pk", filter=Q(giver=viewer))
    )
    return ThanksOn(found["total"], given=bool(found["own"]))


def received_by(person: User) -> int:
    """Count the thanks that somebody had from colleagues."""
    return Thanks.objects.filter(receiver=person).count()
