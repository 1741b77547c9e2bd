"""Forms for operators' corrections of a space or a shop, each with a reason."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.catalogue.merchants.actions.corrections import correct_pin
from saas.catalogue.merchants.models import Merchant
from saas.console import actions
from saas.console.queries.corrections import SpaceAdministration
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm, DegreesField, split_pairs
from saas.kernel.uploads import papers
from tenants.community.members.actions.administrators import Appointed
from tenants.spaces.actions.corrections import correct_company
from tenants.spaces.forms.companies import HeadsField, SirenField
from tenants.spaces.models import Company, SpaceOperation, Tenant


def reason_field(help_text: Any) -> forms.CharField:
    """Return the field for why something is corrected."""
    return forms.CharField(
        label=_("Motif"),
        max_length=280,
        help_text=help_text,
        error_messages={"required": _("Dites pourquoi : le motif est gardé et envoyé.")},
    )


class AdministratorForm(ActionForm[SpaceOperation]):
    """Change of a space's administrators: the new person, the former person, and the document."""

    ended = forms.TypedChoiceField(
        label=_("N’administre plus"), coerce=int, empty_value=None, required=False
    )
    email = forms.EmailField(
        label=_("Adresse e-mail de qui administre désormais"),
        max_length=254,
        required=False,
        help_text=_("Une personne qui n’est pas encore membre le devient."),
    )
    first_name = forms.CharField(label=_("Prénom"), max_length=60, required=False)
    last_name = forms.CharField(label=_("Nom de famille"), max_length=60, required=False)
    company_id = forms.TypedChoiceField(
        label=_("Administre"), coerce=int, empty_value=None, required=False
    )
    paper = forms.FileField(
        label=_("Pièce"),
        help_text=_("Lettre signée de l’entreprise, Kbis… PDF de 8 Mo au plus, ou photo lisible."),
        error_messages={
            "required": _("Joignez la pièce."),
            "empty": _("Ce fichier est vide : choisissez la pièce."),
        },
        widget=forms.FileInput(attrs={"accept": ".pdf,image/jpeg,image/png,image/webp"}),
    )
    reason = reason_field(_("L’ancienne et la nouvelle administration le lisent."))

    def __init__(self, *args: Any, shown: SpaceAdministration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [(row.role.pk, row.role.user.display_name) for row in shown.rows]
        self.fields["ended"].choices = [("", _("Personne")), *held]  # type: ignore[attr-defined]
        named = [(company.pk, company.name) for company in shown.companies]
        several = len(named) > 1
        self.fields["company_id"].choices = [("", _("Tout l’espace")), *(named if several else [])]  # type: ignore[attr-defined]

    def perform(self, *, tenant: Tenant, by: User, at: dt.datetime) -> SpaceOperation:  # type: ignore[override]
        """Record the change in the space, and have both sides mailed."""
        typed = self.cleaned_data
        try:
            paper = papers.read_paper(typed["paper"])
        except Refused as refusal:
            raise Refused(refusal.sentence, field="paper") from refusal
        names = [typed[name] for name in ("email", "first_name", "last_name", "company_id")]
        return actions.replace_administrator(
            tenant=tenant,
            appointed=Appointed(*names) if typed["email"] else None,
            ended_role=typed["ended"],
            paper=paper,
            reason=typed["reason"],
            by=by,
            at=at,
        )


class CompanyForm(ActionForm[SpaceOperation]):
    """Corrected data of a space's company, with the reason."""

    company_id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Nom de l’entreprise"),
        max_length=80,
        error_messages={"required": _("Donnez le nom de cette entreprise.")},
    )
    siren = SirenField()
    head_count = HeadsField(
        label=_("Effectif"),
        help_text=_("Compte à partir du mois prochain ; les commandes en cours gardent le leur."),
    )
    reason = reason_field(_("Il reste dans l’historique, et les administrateurs le lisent."))

    def perform(self, *, tenant: Tenant, by: User, at: dt.datetime) -> SpaceOperation:  # type: ignore[override]
        """Have the company corrected, or added."""
        return correct_company(schema_name=tenant.schema_name, **self.cleaned_data, by=by, at=at)


class DepartureForm(ActionForm[Company]):
    """The last day of a company in its park; without a day, its departure is cancelled."""

    day = forms.DateField(
        label=_("Dernier jour dans le parc"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Écrivez une date, par exemple 31/12/2026.")},
    )

    def perform(self, *, tenant: Tenant, company_id: int, by: User, at: dt.datetime) -> Company:  # type: ignore[override]
        """Announce or cancel the departure, and notify the company's people."""
        day = self.cleaned_data["day"]
        return actions.plan_departure(tenant=tenant, company_id=company_id, day=day, by=by, at=at)


class PinForm(ActionForm[Merchant]):
    """The right place of a shop's pin, and why."""

    latitude = DegreesField(
        label=_("Latitude"),
        error_messages={"required": _("Il manque la latitude, par exemple 48,8566.")},
    )
    longitude = DegreesField(
        label=_("Longitude"),
        error_messages={"required": _("Il manque la longitude, par exemple 2,3522.")},
    )
    reason = reason_field(_("Le commerçant le lit."))

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(split_pairs(data), **kwargs)

    def perform(self, *, merchant: Merchant, by: User, at: dt.datetime) -> Merchant:  # type: ignore[override]
        """Move the pin, and have the merchant told."""
        place: dict[str, Decimal] = {
            name: self.cleaned_data[name] for name in ("latitude", "longitude")
        }
        reason = self.cleaned_data["reason"]
        return correct_pin(merchant_id=merchant.pk, **place, reason=reason, by=by, at=at)
