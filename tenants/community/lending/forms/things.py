"""Forms to search for things, and to lend a thing."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import private_pictures
from saas.kernel.display.tiles import Tile
from saas.kernel.display.widgets import Chips
from saas.kernel.forms import DayField, OnScreensField
from saas.kernel.uploads.picture_forms import PicturesForm
from saas.kernel.web import drafts
from saas.kernel.web.drafts import DraftedForm
from tenants.community.lending.actions import things as actions
from tenants.community.lending.forms.pace import check_pace
from tenants.community.lending.models import DRAFT, LendingPicture, Thing
from tenants.community.lending.queries import people as people_queries
from tenants.community.lending.queries import pictures as picture_queries
from tenants.community.lending.queries import things as thing_queries
from tenants.community.lending.rules import loans as rules
from tenants.community.lending.rules import slots
from tenants.spaces import audiences
from tenants.spaces.audiences import Audience
from tenants.spaces.spot_forms import SpotFields, typed_place

MOST_PAGES = 500
MINE = "mine"
FREE = {"now": _("Libre maintenant"), "break": _("Libre à la pause")}


class ThingFilterForm(forms.Form):
    """The search, as given in the query string; invalid parameters are ignored."""

    q = forms.CharField(max_length=80, required=False)
    where = forms.ChoiceField(choices=Thing.Whereabouts.choices, required=False)
    free = forms.ChoiceField(choices=FREE.items(), required=False)
    council = forms.BooleanField(required=False)
    page = forms.IntegerField(min_value=1, max_value=MOST_PAGES, required=False)

    def filters(self) -> thing_queries.ThingFilters:
        """Return the filters that make sense."""
        self.is_valid()
        cleaned = self.cleaned_data
        return thing_queries.ThingFilters(
            q=cleaned.get("q") or "",
            where=cleaned.get("where") or "",
            free=cleaned.get("free") or "",
            council=bool(cleaned.get("council")),
        )

    def number(self) -> int:
        """Return which page is asked for."""
        self.is_valid()
        return self.cleaned_data.get("page") or 1


class DayForm(forms.Form):
    """The day of a calendar, as given in the query string."""

    day = DayField(required=False)

    def chosen(self) -> dt.date | None:
        """Return the requested day if it is valid."""
        self.is_valid()
        day: dt.date | None = self.cleaned_data.get("day")
        return day


class ThingForm(SpotFields, PicturesForm[Thing, LendingPicture]):
    """A thing as its lender describes it."""

    field_order = ("title", "pictures", "description", "condition", "whereabouts", "spot", "place")

    title = forms.CharField(
        label=_("Que prêtez-vous ?"),
        help_text=_("Ce que c’est, en quelques mots. 80 caractères au plus."),
        max_length=80,
        error_messages={"required": _("Dites ce que vous prêtez.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = forms.CharField(
        label=_("Bon à savoir"),
        help_text=_("Comment s’en servir, ce qui va avec, ce qui est à rendre."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    condition = forms.ChoiceField(
        label=_("État de l’objet"),
        choices=Thing.Condition.choices,
        widget=Chips(icons=rules.CONDITION_SYMBOLS),
        initial=Thing.Condition.GOOD,
    )
    whereabouts = forms.ChoiceField(
        label=_("Où est-il rangé ?"),
        choices=Thing.Whereabouts.choices,
        widget=Chips(icons=rules.WHERE_SYMBOLS),
        initial=Thing.Whereabouts.DESK,
    )
    longest_minutes = forms.TypedChoiceField(
        label=_("Prêté au plus"),
        choices=slots.DURATIONS.items(),
        coerce=int,
        initial=slots.USUAL_LONGEST,
    )
    lends_at_once = forms.BooleanField(
        label=_("Sans attendre ma réponse"),
        help_text=_("Un créneau libre se réserve aussitôt : utile pour une pause de dix minutes."),
        required=False,
    )
    deposit = forms.CharField(
        label=_("Ce que l’on promet"),
        help_text=_("Une caution en mots, jamais en argent : « je la rends chargée »."),
        max_length=160,
        required=False,
    )

    on_screens = OnScreensField()

    def __init__(self, *args: Any, person: User, thing: Thing | None = None, **kwargs: Any) -> None:
        self.person, self.thing = person, thing
        super().__init__(*args, **kwargs)
        self.fields["spot"].label = _("Où se fait la remise ?")
        choices = audiences.audiences_for(person)
        if thing and thing.audience not in choices:
            choices.append(thing.audience)
        if len(choices) > 1:
            self.fields["audience"] = forms.ChoiceField(
                label=_("Qui le voit ?"),
                choices=[(value, Audience(value).label) for value in choices],
                widget=Chips(icons=audiences.SYMBOLS),
                initial=Audience.SPACE,
                required=False,
            )

    def receive_picture(self, upload: private_pictures.Upload, **context: Any) -> LendingPicture:
        """Keep a picture as a draft."""
        return actions.receive_picture(upload=upload, **context)

    def own_pictures(self, ids: list[int]) -> list[LendingPicture]:
        """Return the person's draft pictures and the pictures of the edited thing."""
        return picture_queries.own_pictures(ids, by=self.person, thing=self.thing)

    def pictures_before(self) -> list[LendingPicture]:
        """Return the existing pictures of the edited thing."""
        return picture_queries.pictures_of(self.thing) if self.thing else []

    def description_of(self) -> rules.Description:
        """Return the form's values as a Description."""
        cleaned = self.cleaned_data
        chosen = self.chosen_place()
        return rules.Description(
            title=cleaned["title"],
            description=cleaned["description"],
            condition=cleaned["condition"],
            whereabouts=cleaned["whereabouts"],
            place=chosen.place,
            site_id=chosen.site_id,
            deposit=cleaned["deposit"],
            longest_minutes=cleaned["longest_minutes"],
            lends_at_once=cleaned["lends_at_once"],
            audience=cleaned.get("audience") or Audience.SPACE,
            on_screens=cleaned["on_screens"],
        )


class OfferForm(DraftedForm[Thing, LendingPicture], ThingForm):
    """A new thing; its key makes a double click idempotent, and a draft is saved."""

    draft_kind = DRAFT

    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        councils = people_queries.councils_of(self.person)
        if councils:
            named = [(str(one or 0), thing_queries.council_name(one)) for one in councils]
            self.fields["lender"] = forms.ChoiceField(
                label=_("Qui prête ?"),
                choices=[(MINE, _("Moi")), *named],
                widget=Chips(icons={value: "landmark" for value, _name in named}),
                initial=MINE,
                required=False,
            )

    def perform(self, **context: Any) -> Thing:
        """Put it among the things that are lent."""
        check_pace(context["by"])
        lender = self.cleaned_data.get("lender") or MINE
        company_id = None if lender == MINE else int(lender) or None
        return actions.offer(
            description=self.description_of(),
            pictures=self.attached,
            of_council=lender != MINE,
            council_company_id=company_id,
            key=self.cleaned_data["key"],
            **context,
        )

    def save_draft(self, *, by: User, at: dt.datetime) -> bool:
        """Save the form as a draft; return False if it was sent meanwhile."""
        self.is_valid()
        key = self.cleaned_data.get("key")
        return actions.save_draft(fields=self.values(), key=key, by=by, at=at)

    def preview(self, *, at: dt.datetime) -> Tile:
        """Return a preview card of the form's current values."""
        cleaned = self.cleaned_data
        of_council = (cleaned.get("lender") or MINE) != MINE
        sketch = Thing(
            owner=None if of_council else self.person,
            of_council=of_council,
            company_id=(int(cleaned["lender"]) or None) if of_council else None,
            title=cleaned.get("title") or gettext("Votre titre"),
            place=self.chosen_place().place if {"spot", "place"} <= cleaned.keys() else "",
            created_at=at,
        )
        return thing_queries.preview_of(sketch, self.attached)


def draft_of(person: User, *, at: dt.datetime) -> drafts.Draft | None:
    """Return a person's draft of a thing, if any."""
    return drafts.draft_of(DRAFT, person_id=person.pk, at=at)


class DescribeForm(ThingForm):
    """A thing that its lender edits."""

    def perform(self, **context: Any) -> Thing:
        """Save the changes."""
        assert self.thing is not None  # noqa: S101 - the view found it
        return actions.describe(
            thing=self.thing, description=self.description_of(), pictures=self.attached, **context
        )


def initial_of(thing: Thing) -> dict[str, Any]:
    """Return the initial values of the form for an edited thing."""
    names = ("title", "description", "condition", "whereabouts", "deposit", "audience")
    initial = {name: getattr(thing, name) for name in names}
    initial |= {"longest_minutes": thing.longest_minutes, "lends_at_once": thing.lends_at_once}
    initial["on_screens"] = thing.on_screens
    return initial | typed_place(thing.site_id, thing.place)
