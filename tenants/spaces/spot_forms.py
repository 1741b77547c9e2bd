"""Fields of a form that asks where two people meet."""

from typing import Any, NamedTuple, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenants.spaces.spots import place_of, spot_of, spots

ELSEWHERE = "elsewhere"


class ChosenPlace(NamedTuple):
    """A place as a row keeps it: the site it belongs to, if any, and its words."""

    site_id: int | None
    place: str


class SpotFields(forms.Form):
    """A well-known spot, or another place as text; with both, the text adds precision."""

    spot = forms.ChoiceField(label=_("Où se voir"))
    place = forms.CharField(
        label=_("Précision sur le lieu"),
        help_text=_("Par exemple : hall B, casier 12."),
        max_length=60,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spots = {spot.value: spot for spot in spots()}
        choices = [(spot.value, spot.label) for spot in self.spots.values()]
        field = cast("forms.ChoiceField", self.fields["spot"])
        field.choices = [*choices, (ELSEWHERE, _("Un autre lieu"))]

    def clean(self) -> dict[str, Any]:
        """Require a place if no spot of the list is chosen."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("spot") == ELSEWHERE and not cleaned.get("place"):
            self.add_error("place", gettext("Dites où vous voir."))
        return cleaned

    def chosen_place(self) -> ChosenPlace:
        """Return where to meet."""
        spot = self.spots.get(self.cleaned_data["spot"])
        precision = self.cleaned_data["place"]
        return ChosenPlace(spot.site_id if spot else None, place_of(spot, precision))


def typed_place(site_id: int | None, place: str) -> dict[str, str]:
    """Return the initial values of these fields for a stored place."""
    spot = spot_of(site_id, place)
    return {
        "spot": spot.value if spot else ELSEWHERE,
        "place": "" if spot and spot.place == place else place,
    }
