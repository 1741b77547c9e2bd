"""Fields that a founding and the settings of a space ask alike."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.kernel.forms import DayField
from tenants.spaces.rules import foundings as rules

OWN = "own"


def slug_field(label: Any, *, max_length: int) -> forms.CharField:
    """Return the field for a subdomain; a rule, not the column, limits its length."""
    return forms.CharField(
        label=label,
        max_length=max_length,
        help_text=_("De 3 à 40 signes : lettres sans accent, chiffres, tirets."),
        error_messages={"required": _("Choisissez une adresse.")},
    )


def judge_while_typing(field: forms.Field, judge_url: str) -> None:
    """Have a subdomain judged by the page's script as it is typed."""
    field.widget.attrs.update(
        {
            "autocapitalize": "none",
            "autocomplete": "off",
            "spellcheck": "false",
            "data-check-url": judge_url,
            "data-check-target": "#slug-verdict",
        }
    )


def accent_field() -> forms.ChoiceField:
    """Return the field for the colour: our colours, or a custom colour."""
    return forms.ChoiceField(
        label=_("Couleur de l’espace"),
        choices=[*((colour, colour) for colour in rules.SWATCHES), (OWN, _("La vôtre"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une couleur.")},
    )


def own_colour_field() -> forms.CharField:
    """Return the field for a custom colour."""
    return forms.CharField(
        label=_("Votre propre couleur"),
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("Nous la corrigeons un peu s’il le faut, pour qu’elle reste lisible."),
    )


def launch_field() -> DayField:
    """Return the field for the launch day; without a day, invitations leave at once."""
    return DayField(
        label=_("Jour du lancement"),
        help_text=_(
            "Facultatif. Avant ce jour, personne n’est invité\u00a0: les invitations d’une liste "
            "du personnel attendent, et partent ce jour-là à partir de 8\u00a0h."
        ),
        required=False,
    )


def chosen_accent(cleaned: dict[str, Any]) -> str:
    """Return the colour that was chosen by the two fields above, as `#rrggbb`."""
    accent: str = cleaned["own"] if cleaned["accent"] == OWN else cleaned["accent"]
    return accent.lower()
