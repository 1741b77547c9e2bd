"""Pictures in the API: how they are sent, checked like on pages, and listed."""

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from api.parsers import SmallJSONParser
from saas.accounts.models import User, as_any
from saas.kernel.private_pictures import PrivatePicture, Upload
from saas.kernel.uploads import pictures
from saas.kernel.uploads.picture_forms import MOST_PICTURES, check_pace
from saas.kernel.web.bodies import USUAL_BYTES

# Options of an action that takes only a picture, and of an action that takes fields besides.
ALONE: dict[str, Any] = {
    "url_path": "pictures",
    "url_name": "pictures",
    "parser_classes": [MultiPartParser],
    "most_bytes": pictures.MOST_BYTES + USUAL_BYTES,
}
WITH_WORDS: dict[str, Any] = {
    "parser_classes": [SmallJSONParser, MultiPartParser],
    "most_bytes": MOST_PICTURES * pictures.MOST_BYTES + USUAL_BYTES,
}


class PictureOut(serializers.Serializer[Any]):
    """A picture, as large as it is stored; `srcset` names the other widths, `token` itself."""

    token = serializers.CharField()
    url = serializers.CharField(source="full")
    srcset = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class PictureIn(serializers.Serializer[Any]):
    """A picture in JPEG, PNG, WebP or HEIC; metadata about its photographer is erased."""

    picture = serializers.FileField()


class PicturesIn(serializers.Serializer[Any]):
    """Pictures besides words, where they come as a form."""

    pictures = serializers.ListField(
        child=serializers.FileField(), required=False, default=list, max_length=MOST_PICTURES
    )


class PicturesStay(serializers.Serializer[Any]):
    """Pictures that stay when an object is edited; pictures still being processed always stay."""

    pictures = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        default=None,
        allow_null=True,
        max_length=MOST_PICTURES,
        help_text="Jetons des photos qui restent, dans cet ordre ; sans cette liste, toutes",
    )

    def staying[P: PrivatePicture](self, there: list[P]) -> list[P]:
        """Return the pictures to keep. Raises ValidationError for a token of another object."""
        tokens = self.validated_data["pictures"]
        if tokens is None:
            return there
        shown = {row.token: row for row in there if row.state == PrivatePicture.State.READY}
        if not shown.keys() >= set(tokens):
            raise serializers.ValidationError({"pictures": [_("Une de ces photos n’y est pas.")]})
        rest = [row for row in there if row.token not in shown]
        return [*(shown[token] for token in dict.fromkeys(tokens)), *rest]


SENT = {"multipart/form-data": PictureIn}


def received(request: Request) -> Upload:
    """Return the picture that was sent. Raises ValidationError; Refused where too soon."""
    sent = PictureIn(data=request.data)
    sent.is_valid(raise_exception=True)
    check_pace(as_any(request.user).pk)
    return cast("Upload", sent.validated_data["picture"])


def drafts[P](
    uploads: list[Upload], receive: Callable[..., P], *, by: User, at: dt.datetime
) -> list[P]:
    """Store uploads through a module's action until their object is created. Raises Refused."""
    received = []
    for upload in uploads:
        check_pace(by.pk)
        received.append(receive(upload=upload, by=by, at=at))
    return received
