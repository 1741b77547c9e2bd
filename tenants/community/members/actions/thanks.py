"""Thanks from a colleague to another, for a thing of any room."""

import datetime as dt
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.notifying import Event, Kind, Words, notify
from tenants.community.members.models import Thanks
from tenants.community.members.rules import membership as rules

# The room of loans sends its own notification of thanks, with other news about a loan.
NOTIFIED_ELSEWHERE = frozenset({"loan"})


class Thanked(NamedTuple):
    """A thing that colleagues thank its owner for."""

    kind: str
    reference: str
    owner_id: int


@transaction.atomic
def thank_for(*, thing: Thanked, by: User, at: dt.datetime) -> Thanks:
    """Thank the owner of a thing and notify them. Idempotent.

    The thing's room decides if a member may thank; here only members thanking themselves are
    refused.
    """
    rules.check_thanks_another(thing.owner_id, by.pk)
    thanks, is_new = Thanks.objects.get_or_create(
        giver=by,
        subject_kind=thing.kind,
        subject_reference=thing.reference,
        receiver_id=thing.owner_id,
        defaults={"given_at": at},
    )
    if is_new and thing.kind not in NOTIFIED_ELSEWHERE:
        event = Event(
            key=f"thanks:{thanks.pk}",
            kind=Kind.THANKS,
            path=reverse("members:profile"),
            about=f"thanks:{thing.reference}",
            words=lambda: Words(
                title=_("On vous remercie"),
                text=_("%(name)s vous dit merci.") % {"name": by.short_name},
                action=_("Voir mon profil"),
            ),
        )
        notify(event, to=[thing.owner_id], at=at)
    return thanks
