"""A space that is put back to an earlier moment keeps withdrawn what was withdrawn since."""

import datetime as dt

import pytest

from saas.accounts.models import User
from saas.commands import rewinding
from tenants.community.personal_data import queries
from tenants.community.personal_data.models import Erasure

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("was_requested_before", [True, False])
def test_person_erased_since_is_erased_again(
    owner: User, teammate: User, at: dt.datetime, *, was_requested_before: bool
) -> None:
    erasure = Erasure.objects.create(
        person=owner, asked_by=owner, asked_at=at - 2 * DAY, due_at=at - DAY, done_at=at
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
    assert [one.person_id for one in queries.due_erasures(at=at)] == [owner.pk]
    assert User.objects.get(pk=teammate.pk).is_active
    assert not User.objects.get(pk=owner.pk).is_active


def test_person_who_came_later_needs_no_erasure(owner: User, at: dt.datetime) -> None:
    gone = rewinding.Withdrawn([], [(owner.pk + 1000, at - 2 * DAY, at - DAY, at)])

    assert rewinding.reapply_withdrawn(gone) == []
    assert not Erasure.objects.exists()
