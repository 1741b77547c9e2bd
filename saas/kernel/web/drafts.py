"""Drafts of forms: a person's input is saved while they type, and kept for some days.

A form that is kept extends `DraftedForm`, which writes and reads the draft of its kind.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel
from saas.kernel.private_pictures import DRAFT_RETENTION, PrivatePicture
from saas.kernel.uploads.picture_forms import PicturesForm

MOST_FIELDS, MOST_VALUES, LONGEST_VALUE = 60, 12, 4000
NOT_SAVED = {"csrfmiddlewaretoken", "key", "move_pictures", "preview"}


class Draft(SpaceModel):
    """A member's answers to a form that they have not sent yet.

    One table serves the forms of all rooms; it is among those of the members, below them.
    """

    RETENTION = retention.by_room(DRAFT_RETENTION, _("Formulaires commencés"))

    id = RowNumber(primary_key=True)
    kind = models.CharField(max_length=12)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        app_label = "members"
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], name="a_member_has_one_draft_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


def save(kind: str, fields: Mapping[str, list[str]], *, person_id: int, at: dt.datetime) -> None:
    """Save a member's answers in place of the earlier ones."""
    values = {"fields": fields, "saved_at": at}
    Draft.objects.update_or_create(person_id=person_id, kind=kind, defaults=values)


def discard(kind: str, *, person_id: int) -> None:
    """Delete a member's draft."""
    Draft.objects.filter(person_id=person_id, kind=kind).delete()


def forget_old(kind: str, *, at: dt.datetime) -> None:
    """Delete drafts to which nobody came back."""
    Draft.objects.filter(kind=kind, saved_at__lt=at - DRAFT_RETENTION).delete()


def draft_of(kind: str, *, person_id: int, at: dt.datetime) -> Draft | None:
    """Return a member's draft, unless it is too old."""
    drafts = Draft.objects.filter(kind=kind, saved_at__gte=at - DRAFT_RETENTION)
    return drafts.filter(person_id=person_id).first()


class DraftedForm[R, P: PrivatePicture](PicturesForm[R, P]):
    """A form with saved answers: after an error, with its preview, and during typing."""

    draft_kind: ClassVar[str]

    def __init__(self, *args: Any, draft: Draft | None = None, **kwargs: Any) -> None:
        self.draft = draft
        self._saved: MultiValueDict[str, str] = MultiValueDict(draft.fields if draft else {})
        super().__init__(*args, **kwargs)
        if draft is not None:
            self._fill_in()

    def pictures_before(self) -> list[P]:
        """Return the pictures of the draft."""
        refs = self._saved.getlist("keep_pictures")
        return self.own_pictures([pk for ref in refs for pk in self._ids_in(ref)])

    def submit(self, **context: Any) -> R | None:
        """Submit the form; save the draft after an error, and discard it after success."""
        done = super().submit(**context)
        person_id = context["by"].pk
        if done is None:
            save(self.draft_kind, self.values(), person_id=person_id, at=context["at"])
        else:
            discard(self.draft_kind, person_id=person_id)
        return done

    def values(self) -> dict[str, list[str]]:
        """Return the input within its limits, including pictures received meanwhile."""
        data = cast("QueryDict", self.data)
        names = [name for name in data if name not in NOT_SAVED and len(name) <= LONGEST_VALUE]
        typed = {
            _plain(name): [
                _plain(value)[:LONGEST_VALUE] for value in data.getlist(name)[:MOST_VALUES]
            ]
            for name in names[:MOST_FIELDS]
        }
        return typed | {"keep_pictures": [file["ref"] for file in self.shown_files]}

    def _fill_in(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.FileInput) or name in NOT_SAVED:
                continue
            if not field.widget.value_omitted_from_data(self._saved, {}, name):
                self.initial[name] = field.widget.value_from_datadict(self._saved, {}, name)


def _plain(text: str) -> str:
    """Return a text without NUL, the only character that PostgreSQL cannot store."""
    return text.replace("\x00", "")
