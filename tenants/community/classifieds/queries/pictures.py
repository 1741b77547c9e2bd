"""Pictures of classifieds: their classified, and the viewers allowed to see them."""

from collections.abc import Sequence

from django.db.models import Q

from saas.accounts.models import User
from saas.kernel import private_pictures
from tenants.community.classifieds.models import Classified, Picture
from tenants.spaces.audiences import seen_by


def picture_named(token: str, *, viewer: User) -> Picture | None:
    """Return a picture of a classified visible to the viewer, or of the viewer's own draft."""
    seen = Q(classified__isnull=False) & seen_by(viewer, through="classified__")
    return private_pictures.named(Picture, token, seen=seen, viewer_id=viewer.pk)


def pictures_of(classified: Classified) -> list[Picture]:
    """List the pictures of a classified in their order."""
    return list(Picture.objects.filter(classified=classified))


def own_pictures(
    ids: Sequence[int], *, by: User, classified: Classified | None = None
) -> list[Picture]:
    """List a person's draft pictures and those of the given classified, in the order of the ids."""
    shown = Q(classified=classified) if classified is not None else None
    return private_pictures.own_drafts(Picture, ids, uploader_id=by.pk, besides=shown)


def is_shared(picture: Picture) -> bool:
    """Return True if neighbours can see the classified that a picture belongs to."""
    shared = Classified.objects.filter(audience=Classified.Audience.NEIGHBOURS, hidden_at=None)
    return shared.filter(pictures=picture).exists()
