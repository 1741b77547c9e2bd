"""Queries of second factors."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from saas.accounts.models import SecondFactor, User
from saas.kernel.people.personal import PersonalTable, table


def factor_of(person: User, *, lock: bool = False) -> SecondFactor | None:
    """Return the second factor of a person."""
    found = SecondFactor.objects.filter(user_id=person.pk).select_related("user")
    return (found.select_for_update(of=("self",)) if lock else found).first()


def has_factor(person: User) -> bool:
    """Return whether a person has a second factor."""
    return SecondFactor.objects.filter(user_id=person.pk).exists()


def count_without() -> int:
    """Return the number of active people of this space without a second factor."""
    protected = SecondFactor.objects.filter(user_id=OuterRef("pk"))
    return User.objects.filter(~Exists(protected), is_active=True).count()


def due_resets(at: dt.datetime) -> list[User]:
    """Return the people with a due removal of their second factor."""
    due = SecondFactor.objects.filter(reset_due_at__lte=at).select_related("user")
    return [factor.user for factor in due.order_by("reset_due_at")]


def personal_data(person: User) -> list[PersonalTable]:
    """Return the data about a person's second factor: dates and reasons, no secret."""
    rows = SecondFactor.objects.filter(user=person)
    columns = ("made_at", "used_at", "reset_due_at", "reset_reason", "reset_by")
    return [table("second_factor", _("Second facteur"), rows, *columns)]
