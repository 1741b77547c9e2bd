"""A space restored to an earlier moment keeps later withdrawals."""

import datetime as dt

import pytest

from saas.accounts.models import User
from saas.commands import rewinding
from tenants.community.personal_data import queries
from tenants.community.personal_data.models import Erasure
from tests.fixtures.people import AT

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("was_requested_before", [True, False])
def test_person_erased_since_is_erased_again(
    owner: User, teammate: User, *, was_requested_before: bool
) -> None:
    erasure = Erasure.objects.create(
        person=owner, asked_by=owner, asked_at=AT - 2 * DAY, due_at=AT - DAY, done_at=AT
    )
    User.objects.filter(pk=owner.pk).update(is_active=False)
    gone = rewinding.withdrawn()

    # As it was before: the account open, the erasure not carried out, or not asked for.
    User.objects.filter(pk=owner.pk).update(is_active=True)
    if was_requested_before:
        Erasure.objects.filter(pk=erasure.pk).update(done_at=None)
    else:
        erasure.delete()

    assert rewinding.reapply_withdrawn(gone) == [owner.reference]
    assert [one.person_id for one in queries.due_erasures(at=AT)] == [owner.pk]
    assert User.objects.get(pk=teammate.pk).is_active
    assert not User.objects.get(pk=owner.pk).is_active


def test_person_who_came_later_needs_no_erasure(owner: User) -> None:
    gone = rewinding.Withdrawn([], [(owner.pk + 1000, AT - 2 * DAY, AT - DAY, AT)])

    assert rewinding.reapply_withdrawn(gone) == []
    assert not Erasure.objects.exists()
