"""Pictures of things and of damage: their object, and the viewers allowed to see them."""

from collections.abc import Sequence

from django.db.models import Q

from saas.accounts.models import User
from saas.kernel import private_pictures
from tenants.community.lending.models import LendingPicture, Thing
from tenants.community.lending.queries import people, things
from tenants.spaces.audiences import seen_by


def picture_named(token: str, *, viewer: User) -> LendingPicture | None:
    """Return a picture of a visible thing, of the viewer's loan, or of their own draft."""
    of_thing = Q(thing__isnull=False) & seen_by(viewer, author="owner", through="thing__")
    councils = people.councils_of(viewer)
    handed_out = things.handed_out_by(viewer, councils, through="damage_note__loan__thing__")
    of_loan = Q(damage_note__isnull=False) & (Q(damage_note__loan__borrower=viewer) | handed_out)
    return private_pictures.named(
        LendingPicture, token, seen=of_thing | of_loan, viewer_id=viewer.pk
    )


def pictures_of(thing: Thing) -> list[LendingPicture]:
    """List the pictures of a thing in their order."""
    return list(LendingPicture.objects.filter(thing=thing))


def own_pictures(
    ids: Sequence[int], *, by: User, thing: Thing | None = None
) -> list[LendingPicture]:
    """List a person's draft pictures and those of the given thing, in the order of the ids."""
    shown = Q(thing=thing) if thing is not None else None
    return private_pictures.own_drafts(LendingPicture, ids, uploader_id=by.pk, besides=shown)
