"""Forms about the site, the space's name on the web, and how it looks."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts.forms import PasswordField
from saas.geocoding.forms import AddressFields
from saas.kernel.forms import ActionForm, DegreesField, split_pairs
from tenants.spaces.actions import foundings as actions
from tenants.spaces.actions import sites as site_actions
from tenants.spaces.actors import SpaceActor
from tenants.spaces.forms import parts
from tenants.spaces.forms.companies import HeadsField
from tenants.spaces.models import Founding, Site
from tenants.spaces.queries.register import PlacedSite
from tenants.spaces.rules import sites as rules

_QUARTERS = [dt.time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]


class SiteFields[R](AddressFields, ActionForm[R]):
    """A site: its address, the hours of the break, and its gates."""

    name = forms.CharField(
        label=_("Nom du site"),
        max_length=80,
        help_text=_("Comme on le dit entre collègues, par exemple Siège ou Saint-Avel."),
        error_messages={"required": _("Donnez un nom à ce site.")},
    )
    street = forms.CharField(
        label=_("Rue et numéro"),
        max_length=120,
        error_messages={"required": _("Écrivez l’adresse du site.")},
    )
    postcode = forms.RegexField(
        r"^[0-9A-Za-z][0-9A-Za-z \-]{2,8}$",
        label=_("Code postal"),
        max_length=10,
        error_messages={
            "required": _("Écrivez le code postal."),
            "invalid": _("Ce code postal n’est pas complet."),
        },
    )
    city = forms.CharField(
        label=_("Ville"), max_length=80, error_messages={"required": _("Écrivez la ville.")}
    )
    head_count = HeadsField(label=_("Nombre de personnes sur ce site"))
    break_starts = forms.TypedChoiceField(label=_("La pause commence à"))
    break_ends = forms.TypedChoiceField(label=_("Elle finit à"))
    gate_name = forms.CharField(label=_("Entrée"), max_length=60, required=False)
    latitude = DegreesField(
        label=_("Latitude"),
        help_text=_(
            "Sur une carte en ligne, appuyez longuement sur votre entrée, "
            "puis collez ici les deux nombres."
        ),
        error_messages={"required": _("Collez ici les coordonnées de votre entrée.")},
    )
    longitude = DegreesField(
        label=_("Longitude"),
        error_messages={"required": _("Il manque la longitude, par exemple 2,3522.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(split_pairs(data), **kwargs)
        quarters = [(f"{time:%H:%M}", f"{time:%H:%M}") for time in _QUARTERS]
        for name in ("break_starts", "break_ends"):
            field = self.fields[name]
            if isinstance(field, forms.TypedChoiceField):
                field.choices, field.coerce = quarters, dt.time.fromisoformat
        self.fields["street"].widget.attrs["autocomplete"] = "street-address"
        self.fields["postcode"].widget.attrs["autocomplete"] = "postal-code"
        self.fields["city"].widget.attrs["autocomplete"] = "address-level2"
        for number in range(2, rules.MOST_GATES + 1):
            self.fields[f"gate{number}_name"] = forms.CharField(
                label=_("Autre entrée"), max_length=60, required=False
            )
            self.fields[f"gate{number}_latitude"] = DegreesField(
                label=_("Latitude"), required=False
            )
            self.fields[f"gate{number}_longitude"] = DegreesField(
                label=_("Longitude"), required=False
            )

    @property
    def more_gates(self) -> list[list[forms.BoundField]]:
        """The fields of each further gate."""
        return [
            [self[f"gate{number}_{part}"] for part in ("name", "latitude", "longitude")]
            for number in range(2, rules.MOST_GATES + 1)
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for both coordinates of each further gate, or for neither."""
        cleaned = super().clean() or {}
        for number in range(2, rules.MOST_GATES + 1):
            parts = [
                cleaned.get(f"gate{number}_{part}") for part in ("name", "latitude", "longitude")
            ]
            if any(part not in {None, ""} for part in parts) and None in parts[1:]:
                self.add_error(
                    f"gate{number}_latitude",
                    _("Donnez les deux coordonnées de cette entrée, ou laissez-la vide."),
                )
        return cleaned

    def described(self) -> dict[str, Any]:
        """Return the columns of the site, and those of its gates."""
        columns = ("name", "street", "postcode", "city", "latitude", "longitude")
        site = {key: self.cleaned_data[key] for key in (*columns, "break_starts", "break_ends")}
        heads = {"head_count": self.cleaned_data.get("head_count")}
        return {**site, **heads, "gates": self._gates()}

    def _gates(self) -> list[dict[str, Any]]:
        cleaned = self.cleaned_data
        gates = [_gate(cleaned["gate_name"] or str(_("Entrée principale")), cleaned, "")]
        for number in range(2, rules.MOST_GATES + 1):
            if cleaned[f"gate{number}_latitude"] is not None:
                name = cleaned[f"gate{number}_name"] or str(_("Entrée n° %d")) % number
                gates.append(_gate(name, cleaned, f"gate{number}_"))
        return gates


class SiteForm(SiteFields[Founding]):
    """The first site, when a space is founded, and further establishments of the register."""

    def __init__(self, *args: Any, placed: list[PlacedSite], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.placed = {site.siret: site for site in placed}
        if placed:
            self.fields["others"] = forms.MultipleChoiceField(
                label=_("Vos autres sites, d’après le registre"),
                choices=[(site.siret, f"{site.name}, {site.found.label}") for site in placed],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def perform(self, *, founding_id: UUID, at: dt.datetime) -> Founding:  # type: ignore[override]
        """Keep where the sites are."""
        site = self.described()
        chosen = [self.placed[siret] for siret in self.cleaned_data.get("others", [])]
        others = [self._further(one, site) for one in chosen]
        return actions.locate(founding_id=founding_id, site=site, others=others, at=at)

    def _further(self, placed: PlacedSite, first: dict[str, Any]) -> dict[str, Any]:
        """Return an establishment as a site with the break of the first, and a single gate."""
        hours = {name: first[name] for name in ("break_starts", "break_ends")}
        place = placed.described()
        gate: dict[str, Any] = {"name": str(_("Entrée principale"))}
        gate |= {name: place[name] for name in ("latitude", "longitude")}
        heads = placed.band.middle if placed.band else 1
        return {**place, **hours, "name": placed.name, "head_count": heads, "gates": [gate]}


class WorkplaceForm(SiteFields[Site]):
    """A new or existing site of a space; its head-count is asked only on creation."""

    more_breaks = forms.CharField(
        label=_("Autres pauses"),
        help_text=_("Facultatif, par exemple 10:00-10:15, 16:00-16:15."),
        max_length=60,
        required=False,
    )

    def __init__(self, data: Any = None, *, site: Site | None = None, **kwargs: Any) -> None:
        super().__init__(data, initial=rules.site_as_typed(site), **kwargs)
        self.site = site
        if site is not None:
            del self.fields["head_count"]

    def described(self) -> dict[str, Any]:
        """Return the columns of the site, with its short breaks."""
        return super().described() | {"more_breaks": self.cleaned_data["more_breaks"]}

    def perform(self, *, by: SpaceActor, at: dt.datetime) -> Site:  # type: ignore[override]
        """Add the site, or update it."""
        context: dict[str, Any] = {
            "schema_name": by.schema_name,
            "described": self.described(),
            "by": by,
            "at": at,
        }
        if self.site is None:
            return site_actions.add_site(**context)
        return site_actions.change_site(site_id=self.site.pk, **context)


def _gate(name: str, cleaned: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {
        "name": name,
        "latitude": cleaned[f"{prefix}latitude"],
        "longitude": cleaned[f"{prefix}longitude"],
    }


class AddressForm(ActionForm[Founding]):
    """The subdomain of the space."""

    slug = parts.slug_field(_("Adresse de votre espace"), max_length=60)

    def __init__(self, *args: Any, judge_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts.judge_while_typing(self.fields["slug"], judge_url)

    def perform(self, *, founding_id: UUID, at: dt.datetime) -> Founding:  # type: ignore[override]
        """Reserve the subdomain."""
        slug = self.cleaned_data["slug"]
        if "build" in self.data:
            return actions.reserve_and_build(founding_id=founding_id, slug=slug, at=at)
        return actions.reserve(founding_id=founding_id, slug=slug, at=at)


class AppearanceForm(ActionForm[Founding]):
    """The colour of the space, and a password for its first administrator."""

    accent = parts.accent_field()
    own = parts.own_colour_field()
    launches_on = parts.launch_field()
    password = PasswordField(
        purpose="new-password",
        label=_("Votre mot de passe"),
        required=False,
        help_text=_(
            "Dix caractères au moins. Sans mot de passe, vous entrerez par un lien reçu par e-mail."
        ),
    )

    def perform(self, *, founding_id: UUID, at: dt.datetime) -> Founding:  # type: ignore[override]
        """Have the space built."""
        return actions.build(
            founding_id=founding_id,
            accent=parts.chosen_accent(self.cleaned_data),
            password=self.cleaned_data["password"],
            launches_on=self.cleaned_data["launches_on"],
            at=at,
        )
