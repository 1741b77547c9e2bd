"""Forms that take pictures of members: those that came once stay through every error."""

from typing import Any, cast

from django import forms
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import signing
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from saas.kernel import private_pictures
from saas.kernel.display.widgets import Pictures
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm
from saas.kernel.private_pictures import PrivatePicture
from saas.kernel.secrets import tokens
from saas.kernel.web import rate_limit

MOST_PICTURES = 6
MOST_UPLOADS = 60
AN_HOUR = 3600
DRAFT_SECONDS = int(private_pictures.DRAFT_RETENTION.total_seconds())


class PicturesField(forms.FileField):
    """Several files at once."""

    widget = Pictures

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the uploaded files; the list may be empty."""
        return [super(PicturesField, self).clean(file, initial) for file in data or [] if file]


class PicturesForm[R, P: PrivatePicture](ActionForm[R]):
    """A form with pictures; `attached` lists the pictures received so far, in the form's order.

    A room defines how a picture is received, the pictures that a person may keep, and the former
    pictures.
    """

    pictures = PicturesField(label=_("Photos"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attached: list[P] = self._remaining()
        self.fields["pictures"].help_text = self._help_on_pictures()

    def receive_picture(self, upload: private_pictures.Upload, **context: Any) -> P:
        """Call the room's action that keeps a picture as a draft."""
        raise NotImplementedError

    def own_pictures(self, ids: list[int]) -> list[P]:
        """Return those of these pictures that the person may put here, in this order."""
        raise NotImplementedError

    def pictures_before(self) -> list[P]:
        """Return the pictures that the thing has had until now."""
        return []

    def submit(self, **context: Any) -> R | None:
        """Take the pictures first, so that a mistake elsewhere does not lose them."""
        self.is_valid()
        self._receive(**context)
        if "move_pictures" in self.data or "preview" in self.data:
            self._show_again()
            return None
        return super().submit(**context)

    @property
    def shown_files(self) -> list[dict[str, str]]:
        """The pictures that are already here, as the part `files.html` draws them."""
        return [
            {
                "ref": tokens.sign(self._purpose(), picture.pk),
                "url": _thumb_of(picture),
                "name": gettext("la photo %(number)d") % {"number": number},
            }
            for number, picture in enumerate(self.attached, start=1)
        ]

    def _remaining(self) -> list[P]:
        if not self.is_bound:
            return self.pictures_before()
        refs = cast("QueryDict", self.data).getlist("keep_pictures")
        ids = [pk for ref in refs[: 2 * MOST_PICTURES] for pk in self._ids_in(ref)]
        return self.own_pictures(ids)

    def _receive(self, **context: Any) -> None:
        room = MOST_PICTURES - len(self.attached)
        uploads = self.cleaned_data.get("pictures") or []
        for upload in uploads[:room]:
            try:
                check_pace(context["by"].pk)
                self.attached.append(self.receive_picture(upload, **context))
            except Refused as refusal:
                self.add_error(
                    "pictures",
                    gettext("%(name)s : %(sentence)s")
                    % {"name": upload.name, "sentence": refusal.sentence},
                )
        if len(uploads) > room:
            self.add_error(
                "pictures",
                gettext("%(count)d photos au plus : les premières sont gardées.")
                % {"count": MOST_PICTURES},
            )
        self["pictures"].help_text = self._help_on_pictures()

    def _show_again(self) -> None:
        """Move a picture if requested; keep only errors about pictures, since nothing is sent."""
        ref, _colon, step = str(self.data.get("move_pictures", "")).rpartition(":")
        ids = [picture.pk for picture in self.attached]
        moved = [pk for pk in self._ids_in(ref) if pk in ids]
        if moved and step in {"-1", "1"}:
            place = ids.index(moved[0])
            picture = self.attached.pop(place)
            self.attached.insert(max(0, place + int(step)), picture)
        errors = self.errors
        self._errors = ErrorDict({name: errors[name] for name in errors if name == "pictures"})

    def _help_on_pictures(self) -> str:
        erased = gettext("La position et l’appareil sont effacés des fichiers.")
        if not self.attached or not self.is_bound:
            return gettext("Six au plus, en JPEG, PNG, WebP ou HEIC. %(erased)s") % {
                "erased": erased
            }
        sentence = ngettext(
            "Votre photo est gardée.", "Vos %(count)d photos sont gardées.", len(self.attached)
        )
        return f"{sentence % {'count': len(self.attached)}} {erased}"

    def _purpose(self) -> str:
        return f"pictures.{type(self).__module__}"

    def _ids_in(self, ref: str) -> list[int]:
        try:
            return [int(tokens.unsign(self._purpose(), ref, max_age_seconds=DRAFT_SECONDS))]
        except (signing.BadSignature, TypeError, ValueError):
            return []


def check_pace(person_id: int) -> None:
    """Refuse pictures that come faster than anybody takes them."""
    rate_limit.check(
        "pictures",
        str(person_id),
        most=MOST_UPLOADS,
        per_seconds=AN_HOUR,
        when_silent=rate_limit.Silent.LET_PASS,
    )


def _thumb_of(picture: PrivatePicture) -> str:
    if picture.state == PrivatePicture.State.READY:
        return private_pictures.url_of(picture, private_pictures.THUMB_WIDTH)
    return staticfiles_storage.url("rings.svg")
