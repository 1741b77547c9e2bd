"""The form of a member's card: picture, languages, and visibility of each field."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import private_pictures
from saas.kernel.forms import ActionForm
from saas.kernel.uploads.picture_forms import PicturesForm
from tenants.community.members.actions import card as actions
from tenants.community.members.models import Portrait, Profile
from tenants.community.members.queries import cards, directory
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import membership as rules

LABELS = {
    "picture": _("Ma photo"),
    "team": _("Mon service ou mon équipe"),
    "site": _("Mon site"),
    "about": _("Mes quelques mots"),
    "languages": _("Mes langues"),
    "offers": _("Ce que je prête et propose"),
    "thanks": _("Les mercis que j’ai reçus"),
}


class CardForm(PicturesForm[Profile, Portrait]):
    """A card as its member shows it, field by field."""

    languages = forms.CharField(
        label=_("Langues que je parle"),
        help_text=_("Par exemple : français, portugais."),
        max_length=120,
        required=False,
    )

    found = forms.BooleanField(
        label=_("Mes collègues me trouvent par mon nom"),
        help_text=_(
            "Dans l’annuaire et la recherche : prénom, initiale, équipe, ce que vous prêtez "
            "et proposez. Ils peuvent vous écrire ici, sans voir votre adresse."
        ),
        required=False,
    )

    def __init__(self, *args: Any, person: User, is_park: bool, **kwargs: Any) -> None:
        self.person = person
        self.profile = queries.profile_of(person)
        super().__init__(*args, **kwargs)
        self.fields["found"].initial = bool(self.profile and self.profile.found_as)
        self.fields["pictures"].label = _("Votre photo")
        self.fields["languages"].initial = self.profile.languages if self.profile else ""
        seen = [one for one in Profile.Seen.choices if is_park or one[0] != Profile.Seen.COMPANY]
        for name, label in LABELS.items():
            now = getattr(self.profile, f"{name}_seen", Profile.Seen.SPACE)
            self.fields[f"{name}_seen"] = forms.ChoiceField(
                label=label, choices=seen, initial=now if now in dict(seen) else Profile.Seen.NOBODY
            )

    @property
    def sees(self) -> list[forms.BoundField]:
        """The fields for the visibility of each part of the card."""
        return [self[f"{name}_seen"] for name in LABELS]

    @property
    def portrait_state(self) -> str:
        """Return whether the picture is being drawn, is ready or could not be read."""
        return cards.state_of_portrait(self.profile)

    def receive_picture(self, upload: private_pictures.Upload, **context: Any) -> Portrait:
        """Keep a picture as a draft."""
        return actions.receive_portrait(upload=upload, **context)

    def own_pictures(self, ids: list[int]) -> list[Portrait]:
        """Return the member's own picture and drafts."""
        return cards.own_portraits(ids, by=self.person)

    def pictures_before(self) -> list[Portrait]:
        """Return the picture that there is."""
        return cards.portraits_of(self.profile)

    def perform(self, **context: Any) -> Profile:
        """Keep it."""
        cleaned = self.cleaned_data
        seen = {name: cleaned[f"{name}_seen"] for name in rules.FIELDS}
        if cleaned["found"] != bool(self.profile and self.profile.found_as):
            actions.be_found(agrees=cleaned["found"], **context)
        return actions.show(
            seen=seen, languages=cleaned["languages"].strip(), portraits=self.attached, **context
        )

    def _help_on_pictures(self) -> str:
        return gettext(
            "Une seule, en JPEG, PNG, WebP ou HEIC\u00a0: la dernière ajoutée compte. La position "
            "et l’appareil sont effacés du fichier."
        )


class FoundForm(ActionForm[Profile]):
    """A member's answer whether colleagues may find them by name."""

    found = forms.ChoiceField(
        label=_("Voulez-vous que vos collègues vous trouvent ici ?"),
        choices=[("yes", _("Oui")), ("no", _("Non"))],
        error_messages={
            "required": _("Répondez oui ou non."),
            "invalid_choice": _("Répondez oui ou non."),
        },
    )

    def perform(self, **context: Any) -> Profile:
        """Record the answer."""
        return actions.be_found(agrees=self.cleaned_data["found"] == "yes", **context)


class DirectoryForm(forms.Form):
    """The filters of the directory; a bad value counts as no filter."""

    q = forms.CharField(max_length=120, required=False)
    company = forms.IntegerField(min_value=1, max_value=2**31, required=False)
    team = forms.CharField(max_length=60, required=False)
    page = forms.IntegerField(min_value=1, max_value=200, required=False)

    def filters(self) -> directory.Filters:
        """Return the filters of the address."""
        self.is_valid()
        cleaned = self.cleaned_data
        return directory.Filters(
            " ".join((cleaned.get("q") or "").split()),
            cleaned.get("company"),
            cleaned.get("team") or "",
        )

    def number(self) -> int:
        """Return the number of the page."""
        self.is_valid()
        return self.cleaned_data.get("page") or 1
