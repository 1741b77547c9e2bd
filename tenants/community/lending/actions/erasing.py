"""Erasure of a person's things and loans."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import private_pictures
from saas.kernel.web import drafts
from tenants.community.lending.models import (
    DRAFT,
    DamageNote,
    LendingPicture,
    Loan,
    Thing,
    WaitingListEntry,
)


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Delete things without loans, and clear the others; loans stay for the other party."""
    own = Thing.objects.filter(owner=by)
    loans = Loan.objects.filter(Q(borrower=by) | Q(thing__owner=by))
    gone = [*own.values_list("reference", flat=True), *loans.values_list("reference", flat=True)]
    private_pictures.erase_of(LendingPicture, by.pk)
    DamageNote.objects.filter(author=by).delete()
    drafts.discard(DRAFT, person_id=by.pk)
    WaitingListEntry.objects.filter(person=by).delete()
    loans.update(reason="")
    own.exclude(Exists(Loan.objects.filter(thing=OuterRef("pk")))).delete()
    own.update(title=_("Objet d’un ancien membre"), description="", place="", deposit="")
    return gone
