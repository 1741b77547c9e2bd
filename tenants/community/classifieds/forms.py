"""Forms to look for, to post and to close a classified."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import private_pictures
from saas.kernel.display.tiles import Tile
from saas.kernel.display.widgets import Chips
from saas.kernel.forms import ActionForm, EurosField, OnScreensField, WeekField
from saas.kernel.uploads.picture_forms import PicturesForm
from saas.kernel.values import week
from saas.kernel.web import drafts, rate_limit
from saas.kernel.web.drafts import DraftedForm
from tenants.community.classifieds import actions, rules
from tenants.community.classifieds.models import DRAFT, Classified, Picture
from tenants.community.classifieds.queries import board, pictures, single, tiles
from tenants.spaces import audiences
from tenants.spaces.audiences import Audience
from tenants.spaces.spot_forms import SpotFields, typed_place

MOST_PAGES = 500
MOST_POSTED = 200
AN_HOUR = 3600
PERIODS = {
    15: _("deux semaines"),
    30: _("un mois"),
    rules.USUAL_DAYS: _("deux mois"),
    rules.MOST_DAYS: _("trois mois"),
}
ENDINGS = {
    Classified.Outcome.HERE: _("Entre collègues"),
    Classified.Outcome.ELSEWHERE: _("Ailleurs"),
    Classified.Outcome.NONE: _("Plus d’actualité"),
}
ENDING_SYMBOLS = {"here": "users", "elsewhere": "map-pin", "none": "archive"}
SORTS = {
    "new": _("Les plus récentes"),
    "price": _("Les moins chères"),
    "ending": _("Bientôt terminées"),
}


def kinds() -> list[tuple[str, str, str]]:
    """Return each kind with its word and icon."""
    return [(kind.value, str(kind.label), rules.SYMBOLS[kind]) for kind in Classified.Kind]


def services() -> list[tuple[str, str, str]]:
    """Return each service with its word and icon."""
    every = Classified.Service
    return [(one.value, str(one.label), rules.SERVICE_SYMBOLS[one]) for one in every]


def weekdays() -> list[tuple[int, str]]:
    """Return each weekday with its number and name."""
    return [(day, week.day_name(day)) for day in week.DAYS]


def fresh_key() -> uuid.UUID:
    """Return the idempotency key for a form that a template renders by hand."""
    return uuid.uuid4()


def check_pace(person: User) -> None:
    """Refuse to post faster than anybody has things to post."""
    rate_limit.check(
        "classifieds",
        str(person.pk),
        most=MOST_POSTED,
        per_seconds=AN_HOUR,
        when_silent=rate_limit.Silent.LET_PASS,
    )


def suggested(params: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that a link may prefill in an empty form."""
    return {name: params[name] for name in ("kind", "title") if name in params}


class FilterForm(forms.Form):
    """The board's search, as given in the query string; invalid parameters are ignored."""

    q = forms.CharField(max_length=80, required=False)
    kind = forms.ChoiceField(choices=Classified.Kind.choices, required=False)
    site = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    service = forms.ChoiceField(choices=Classified.Service.choices, required=False)
    weekday = forms.TypedChoiceField(
        choices=[(day, "") for day in week.DAYS], coerce=int, empty_value=None, required=False
    )
    hour = forms.TimeField(required=False)
    max = EurosField(required=False)
    free = forms.BooleanField(required=False)
    photo = forms.BooleanField(required=False)
    sort = forms.ChoiceField(choices=SORTS.items(), required=False)
    page = forms.IntegerField(min_value=1, max_value=MOST_PAGES, required=False)

    def filters(self) -> board.Filters:
        """Return the filters that make sense."""
        self.is_valid()
        cleaned = self.cleaned_data
        return board.Filters(
            q=cleaned.get("q") or "",
            kind=cleaned.get("kind") or "",
            site=cleaned.get("site"),
            most_cents=cleaned.get("max"),
            free=bool(cleaned.get("free")),
            photo=bool(cleaned.get("photo")),
            sort=cleaned.get("sort") or "",
            service=cleaned.get("service") or "",
            weekday=cleaned.get("weekday"),
            minute=_minute_in(cleaned.get("hour")),
        )

    def number(self) -> int:
        """Return which page is asked for."""
        self.is_valid()
        return self.cleaned_data.get("page") or 1


class ClassifiedForm(SpotFields, PicturesForm[Classified, Picture]):
    """A classified as its author describes it."""

    field_order = (
        "kind",
        "title",
        "pictures",
        "description",
        "price_cents",
        "price_unit",
        "spot",
        "place",
    )

    kind = forms.ChoiceField(
        label=_("C’est…"),
        choices=Classified.Kind.choices,
        widget=Chips(icons=rules.SYMBOLS),
        initial=Classified.Kind.SELL,
    )
    title = forms.CharField(
        label=_("Titre"),
        help_text=_("Ce que c’est, en quelques mots. 80 caractères au plus."),
        max_length=80,
        error_messages={"required": _("Donnez un titre à votre annonce.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    service = forms.ChoiceField(
        label=_("Quel service"),
        choices=Classified.Service.choices,
        widget=Chips(icons=rules.SERVICE_SYMBOLS),
        initial=Classified.Service.OTHER,
        required=False,
    )
    availability = WeekField(
        label=_("Quand êtes-vous libre ?"),
        help_text=_("Laissez vide les jours où vous ne l’êtes pas."),
        required=False,
    )
    description = forms.CharField(
        label=_("Description"),
        help_text=_("L’état, la taille, ce qui est bon à savoir."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    price_cents = EurosField(
        label=_("Prix"),
        help_text=_("Laissez vide pour un don ou un troc."),
        required=False,
    )
    price_unit = forms.ChoiceField(
        label=_("Ce prix est pour"),
        choices=Classified.Unit.choices,
        initial=Classified.Unit.WHOLE,
        required=False,
    )
    on_screens = OnScreensField()

    def __init__(
        self, *args: Any, person: User, classified: Classified | None = None, **kwargs: Any
    ) -> None:
        self.person, self.classified = person, classified
        super().__init__(*args, **kwargs)
        self._ask_who_sees(person)

    def receive_picture(self, upload: private_pictures.Upload, **context: Any) -> Picture:
        """Keep a picture as a draft."""
        return actions.receive_picture(upload=upload, **context)

    def own_pictures(self, ids: list[int]) -> list[Picture]:
        """Return the person's draft pictures and the pictures of the edited classified."""
        return pictures.own_pictures(ids, by=self.person, classified=self.classified)

    def pictures_before(self) -> list[Picture]:
        """Return the existing pictures of the edited classified."""
        return pictures.pictures_of(self.classified) if self.classified else []

    def offer(self) -> rules.Offer:
        """Return the form's values as an Offer."""
        cleaned = self.cleaned_data
        chosen = self.chosen_place()
        return rules.Offer(
            kind=cleaned["kind"],
            title=cleaned["title"],
            description=cleaned["description"],
            price_cents=cleaned["price_cents"],
            price_unit=cleaned["price_unit"] or Classified.Unit.WHOLE,
            site_id=chosen.site_id,
            place=chosen.place,
            audience=cleaned.get("audience") or Audience.SPACE,
            service=cleaned["service"],
            availability=tuple(cleaned["availability"]),
            on_screens=cleaned["on_screens"],
        )

    def _ask_who_sees(self, person: User) -> None:
        choices = audiences.audiences_for(person)
        if self.classified and self.classified.audience not in choices:
            choices.append(self.classified.audience)
        if len(choices) > 1:
            self.fields["audience"] = forms.ChoiceField(
                label=_("Qui la voit ?"),
                choices=[(value, Audience(value).label) for value in choices],
                widget=Chips(icons=audiences.SYMBOLS),
                initial=Audience.SPACE,
                required=False,
            )


class PostForm(DraftedForm[Classified, Picture], ClassifiedForm):
    """A new classified; its key makes a double click idempotent, and a draft is saved."""

    draft_kind = DRAFT

    days = forms.TypedChoiceField(
        label=_("En ligne pendant"), choices=PERIODS.items(), coerce=int, initial=rules.USUAL_DAYS
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def perform(self, **context: Any) -> Classified:
        """Put it on the board."""
        check_pace(context["by"])
        return actions.post(
            offer=self.offer(),
            days=self.cleaned_data["days"],
            pictures=self.attached,
            key=self.cleaned_data["key"],
            **context,
        )

    def save_draft(self, *, by: User, at: dt.datetime) -> bool:
        """Save the form as a draft; return False if it was posted meanwhile."""
        self.is_valid()
        key = self.cleaned_data.get("key")
        return actions.save_draft(fields=self.values(), key=key, by=by, at=at)

    def preview(self, *, at: dt.datetime) -> Tile:
        """Return a preview card of the form's current values."""
        cleaned = self.cleaned_data
        sketch = Classified(
            author=self.person,
            kind=cleaned.get("kind") or Classified.Kind.SELL,
            service=(cleaned.get("service") or "") if cleaned.get("kind") == "service" else "",
            title=cleaned.get("title") or gettext("Votre titre"),
            price_cents=cleaned.get("price_cents"),
            price_unit=cleaned.get("price_unit") or Classified.Unit.WHOLE,
            place=self.chosen_place().place if {"spot", "place"} <= cleaned.keys() else "",
            audience=cleaned.get("audience") or Audience.SPACE,
            created_at=at,
            expires_at=at + dt.timedelta(days=rules.USUAL_DAYS),
        )
        return tiles.preview_of(sketch, self.attached, at=at)


def draft_of(person: User, *, at: dt.datetime) -> drafts.Draft | None:
    """Return a person's unposted draft, if any."""
    return drafts.draft_of(DRAFT, person_id=person.pk, at=at)


class EditForm(ClassifiedForm):
    """A classified that its author edits."""

    def perform(self, **context: Any) -> Classified:
        """Save the changes."""
        assert self.classified is not None  # noqa: S101 - the view found it
        return actions.edit(
            classified=self.classified, offer=self.offer(), pictures=self.attached, **context
        )


class CloseForm(ActionForm[Classified]):
    """The outcome of a classified and, if named, the colleague that it was closed with."""

    outcome = forms.ChoiceField(
        label=_("Comment cela s’est-il terminé ?"),
        choices=ENDINGS.items(),
        widget=Chips(icons=ENDING_SYMBOLS),
        error_messages={"required": _("Dites comment cela s’est terminé.")},
    )
    closed_with = forms.CharField(max_length=12, required=False)
    thanks = forms.BooleanField(required=False)

    def __init__(self, *args: Any, classified: Classified, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.classified = classified
        named = self["closed_with"].value()
        self.colleague = single.person_with(named, but=by) if named else None
        if self.colleague is None:
            del self.fields["closed_with"], self.fields["thanks"]

    def perform(self, **context: Any) -> Classified:
        """Take it off the board; where it is said, thank the other."""
        closed = actions.close(
            classified=self.classified,
            outcome=self.cleaned_data["outcome"],
            closed_with=self.colleague,
            **context,
        )
        if self.cleaned_data.get("thanks") and closed.closed_with_id is not None:
            actions.thank(classified=closed, **context)
        return closed


class RenewForm(ActionForm[Classified]):
    """The button that keeps a classified for another month."""

    def __init__(self, *args: Any, classified: Classified, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.classified = classified

    def perform(self, **context: Any) -> Classified:
        """Keep it."""
        return actions.renew(classified=self.classified, **context)


def initial_of(classified: Classified) -> dict[str, Any]:
    """Return the initial values of the form for an edited classified."""
    cents = classified.price_cents
    return {
        "kind": classified.kind,
        "service": classified.service or Classified.Service.OTHER,
        "availability": single.hours_of(classified),
        "title": classified.title,
        "description": classified.description,
        "price_cents": "" if cents is None else f"{cents // 100},{cents % 100:02d}",
        "price_unit": classified.price_unit,
        "audience": classified.audience,
        "on_screens": classified.on_screens,
        **typed_place(classified.site_id, classified.place),
    }


def _minute_in(hour: dt.time | None) -> int | None:
    return None if hour is None else hour.hour * 60 + hour.minute
