"""Queries of second factors."""

from django.utils.translation import gettext as _

from saas.accounts.models import SecondFactor, User
from saas.kernel.people.personal import PersonalTable, table


def factor_of(person: User, *, lock: bool = False) -> SecondFactor | None:
    """Return the second factor of a person."""
    found = SecondFactor.objects.filter(user_id=person.pk)
    return (found.select_for_update() if lock else found).first()


def has_factor(person: User) -> bool:
    """Return whether a person has a second factor."""
    return SecondFactor.objects.filter(user_id=person.pk).exists()


def personal_data(person: User) -> list[PersonalTable]:
    """Return what is kept of a person's second factor: no secret, only when."""
    rows = SecondFactor.objects.filter(user=person)
    return [table("second_factor", _("Second facteur"), rows, "made_at", "used_at")]
