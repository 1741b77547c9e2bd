"""Forms of operators for city services: one service, and a file of many."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.catalogue.city_services import actions, rules
from saas.catalogue.city_services.actions import Imported
from saas.catalogue.city_services.models import CityService, ServiceFile
from saas.catalogue.city_services.queries import openings_of
from saas.catalogue.merchants.rules import typed_hours
from saas.catalogue.merchants.wording.hours import hours_as_typed
from saas.geocoding.forms import COLUMNS, AddressFields
from saas.kernel.forms import ActionForm, DegreesField

_WORDS = ("name", "kind", "description", "phone", "website", *COLUMNS)


class ServiceForm(AddressFields, ActionForm[CityService]):
    """A city service as an operator describes it."""

    name = forms.CharField(label=_("Nom"), max_length=80)
    kind = forms.ChoiceField(label=_("Genre"), choices=CityService.Kind.choices)
    hours = forms.CharField(
        label=_("Horaires d’ouverture"),
        help_text=_("Comme on les dit\u00a0: mar–ven 10 h–18 h 30, sam 10 h–12 h."),
        max_length=typed_hours.LONGEST,
        required=False,
    )
    description = forms.CharField(
        label=_("Ce qu’on y trouve"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    phone = forms.CharField(label=_("Téléphone"), max_length=20, required=False)
    website = forms.URLField(
        label=_("Site web"), max_length=200, required=False, assume_scheme="https"
    )
    street = forms.CharField(label=_("Rue et numéro"), max_length=120)
    postcode = forms.CharField(label=_("Code postal"), max_length=10)
    city = forms.CharField(label=_("Ville"), max_length=80)
    latitude = DegreesField(label=_("Latitude"))
    longitude = DegreesField(label=_("Longitude"))

    def __init__(self, *args: Any, service: CityService | None = None, **kwargs: Any) -> None:
        self.service = service
        if service is not None:
            typed = {name: getattr(service, name) for name in _WORDS}
            kwargs["initial"] = typed | {"hours": hours_as_typed(openings_of(service))}
        super().__init__(*args, **kwargs)

    def perform(self, **context: Any) -> CityService:
        """Save the service with its hours."""
        columns = {name: self.cleaned_data[name] for name in _WORDS}
        hours = typed_hours.openings_of(self.cleaned_data["hours"])
        return actions.save_service(service=self.service, hours=hours, columns=columns, **context)


class FileForm(ActionForm[ServiceFile]):
    """A file of city services, or its pasted content."""

    file = forms.FileField(
        label=_("Fichier"),
        required=False,
        help_text=_(
            "CSV avec nom, genre, rue, code postal, ville, latitude et longitude, ou un "
            "extrait d’OpenStreetMap en GeoJSON. 5 Mo au plus."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.json,.geojson"}),
    )
    text = forms.CharField(
        label=_("Ou son contenu"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )

    def perform(self, **context: Any) -> ServiceFile:
        """Keep the file, which a job reads."""
        upload = self.cleaned_data["file"]
        if upload is None:
            content = self.cleaned_data["text"].encode("utf-8", "replace")
            return actions.send_file(name=str(_("texte collé")), content=content, **context)
        content = upload.read(rules.MOST_BYTES + 1)
        return actions.send_file(name=upload.name, content=content, **context)


class ImportForm(ActionForm[Imported]):
    """The import of a file that was seen."""

    removes_others = forms.BooleanField(
        label=_("Retirer les services d’un fichier d’avant qui manquent dans celui-ci"),
        required=False,
    )

    def perform(self, *, file: ServiceFile, **context: Any) -> Imported:  # type: ignore[override]
        """Import its services."""
        removes = self.cleaned_data["removes_others"]
        return actions.import_file(file_id=file.pk, removes_others=removes, **context)
