"""Pictures, and where their files lie."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.urls import reverse

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.classifieds import rules
from tenants.community.classifieds.models import Classified, Picture
from tenants.community.classifieds.queries.audiences import seen_by

FOLDER = "classifieds"


def file_of(name: str, width: int) -> str:
    """Return where one width of a picture is stored."""
    return f"{name}-{width}.webp"


def original_of(picture: Picture) -> str:
    """Return where the file lies that somebody sent, until it has been re-encoded."""
    return f"{picture.name}.original"


def name_in(file: str) -> str:
    """Return the picture's name in the name of one of its files."""
    if file.endswith(".original"):
        return file.removesuffix(".original")
    return file.rpartition("-")[0]


def names_of_pictures() -> set[str]:
    """Return the names of all pictures of this space."""
    return set(Picture.objects.values_list("name", flat=True))


def url_of(picture: Picture, width: int) -> str:
    """Return the address of the smallest stored width that is at least `width`."""
    return reverse("classifieds:picture", args=[picture.token, _stored_for(picture, width)])


def file_for(picture: Picture, width: int) -> str:
    """Return where the smallest stored width lies that is at least `width`."""
    return file_of(picture.name, _stored_for(picture, width))


def _stored_for(picture: Picture, width: int) -> int:
    stored = [label for label, _ in rules.widths_of(picture)]
    return next((label for label in stored if label >= width), stored[-1])


def srcset_of(picture: Picture) -> str:
    """Return all stored widths as `srcset` wants them."""
    return ", ".join(
        f"{reverse('classifieds:picture', args=[picture.token, label])} {width}w"
        for label, width in rules.widths_of(picture)
    )


def picture_named(token: str, *, viewer: User) -> Picture | None:
    """Find a picture that may be shown: of what the viewer sees, or their own draft."""
    shown = Q(classified__isnull=False) & seen_by(viewer, through="classified__")
    return Picture.objects.filter(
        shown | Q(uploader=viewer),
        name=f"{schema.current()}/{FOLDER}/{token}",
        state=Picture.State.READY,
    ).first()


def picture_waiting(picture_id: int) -> Picture | None:
    """Find a picture that still waits."""
    return _waiting().filter(pk=picture_id).first()


def picture_to_prepare(picture_id: int) -> Picture | None:
    """Take a picture that still waits, once nobody else has it in hand."""
    return _waiting().filter(pk=picture_id).select_for_update().first()


def _waiting() -> QuerySet[Picture]:
    return Picture.objects.filter(state=Picture.State.WAITING)


def pictures_waiting(*, at: dt.datetime) -> QuerySet[Picture]:
    """List pictures that should have been re-encoded by now."""
    late = _waiting().filter(uploaded_at__lt=at - rules.PICTURES_TAKE)
    return late.order_by("uploaded_at")


def pictures_of(classified: Classified) -> list[Picture]:
    """List the pictures of a classified in their order."""
    return list(Picture.objects.filter(classified=classified))


def own_pictures(
    ids: Sequence[int], *, by: User, classified: Classified | None = None
) -> list[Picture]:
    """List somebody's drafts, and pictures of the classified at hand, in the order asked for."""
    free = Q(classified=None)
    if classified is not None:
        free |= Q(classified=classified)
    found = Picture.objects.filter(free, uploader=by).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def is_shared(picture: Picture) -> bool:
    """Say whether neighbours see what a picture belongs to."""
    shared = Classified.objects.filter(audience=Classified.Audience.NEIGHBOURS)
    return shared.filter(pictures=picture).exists()


def old_drafts(*, at: dt.datetime) -> QuerySet[Picture]:
    """List drafts that nobody will come back to."""
    return Picture.objects.filter(
        classified=None, uploaded_at__lt=at - rules.DRAFTS_ARE_KEPT
    ).order_by("uploaded_at")
