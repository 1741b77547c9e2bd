"""Thanks of one colleague to another, for a thing of any room."""

import datetime as dt

from django.db import transaction

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.members import rules
from tenants.community.members.models import Thanks


@transaction.atomic
def thank(*, thing: hooks.Thanked, by: User, at: dt.datetime) -> Thanks:
    """Thank somebody for a thing; a second time changes nothing.

    The thing's room says who may; here nobody thanks themselves.
    """
    rules.check_thanks_another(thing.owner_id, by.pk)
    thanks, _ = Thanks.objects.get_or_create(
        giver=by,
        subject_kind=thing.kind,
        subject_reference=thing.reference,
        receiver_id=thing.owner_id,
        defaults={"given_at": at},
    )
    return thanks
