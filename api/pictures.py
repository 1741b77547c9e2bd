"""Pictures in the API: how one is sent, checked as pages do, and how those that stand are named."""

from typing import Any, cast

from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from saas.accounts.models import as_any
from saas.kernel.private_pictures import Upload
from saas.kernel.uploads import pictures
from saas.kernel.uploads.picture_forms import check_pace
from saas.kernel.web.bodies import USUAL_BYTES

MOST_BYTES = pictures.MOST_BYTES + USUAL_BYTES
PARSERS = [MultiPartParser]


class PictureOut(serializers.Serializer[Any]):
    """A picture, as large as it is stored; `srcset` names the other widths."""

    url = serializers.CharField(source="full")
    srcset = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class PictureIn(serializers.Serializer[Any]):
    """A picture in JPEG, PNG or WebP; what its file tells of its taker is erased."""

    picture = serializers.FileField()


SENT = {"multipart/form-data": PictureIn}


def received(request: Request) -> Upload:
    """Return the picture that was sent. Raises ValidationError; Refused where too soon."""
    sent = PictureIn(data=request.data)
    sent.is_valid(raise_exception=True)
    check_pace(as_any(request.user).pk)
    return cast("Upload", sent.validated_data["picture"])
