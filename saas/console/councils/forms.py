"""Forms of operators about councils: terms, legal personality, a park's councils."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.councils.actions.councils import (
    answer_personality,
    count_heads,
    declare_personality,
    end_council,
    offer_terms,
    open_council,
)
from billing.councils.rules import terms
from billing.models import Council, ShareTerms
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.forms import ActionForm, DayField, PercentField
from tenants.community.members.actions import council as seats
from tenants.community.members.actions import leaving as members
from tenants.community.members.models import Role
from tenants.spaces.models import Company, Tenant

YES, NO = "yes", "no"
_WHY = {"required": _("Dites pourquoi\u00a0: le motif reste dans l’historique.")}


class TermsForm(ActionForm[ShareTerms]):
    """New terms for a council: the rate and its first day."""

    rate_bp = PercentField(
        label=_("Part du montant hors taxe"),
        error_messages={"required": _("Écrivez un taux, par exemple 40 ou 12,5.")},
    )
    valid_from = DayField(
        label=_("À partir du"),
        error_messages={
            "required": _("Choisissez le premier jour."),
            "invalid": _("Écrivez un jour, par exemple 25/11/2026."),
        },
    )

    def perform(self, *, council: Council, by: User, at: dt.datetime) -> ShareTerms:  # type: ignore[override]
        """Offer them; the council's treasurer accepts them at their desk."""
        begins_at = terms.begins_at(
            self.cleaned_data["valid_from"], zone=council.tenant.time_zone, at=at
        )
        rate_bp = self.cleaned_data["rate_bp"]
        return offer_terms(council=council, rate_bp=rate_bp, valid_from=begins_at, by=by, at=at)


class PersonalityForm(ActionForm[Council]):
    """Proof that a council is, or is not, a legal person."""

    is_person = forms.ChoiceField(choices=[(YES, YES), (NO, NO)], widget=forms.HiddenInput())
    evidence = forms.CharField(
        label=_("Justification"),
        max_length=200,
        help_text=_("Par exemple l’effectif des douze derniers mois, et d’où il vient."),
        error_messages={"required": _("Dites ce qui le justifie. Cela reste dans l’historique.")},
    )

    def perform(self, **context: Any) -> Council:
        """Note it; without legal personality shares wait in the books."""
        cleaned = self.cleaned_data
        is_person = cleaned["is_person"] == YES
        return declare_personality(is_person=is_person, evidence=cleaned["evidence"], **context)


class NotYetForm(ActionForm[Council]):
    """Why a council is not noted as a legal person yet; it reads this."""

    reason = forms.CharField(label=_("Motif"), max_length=150, error_messages=_WHY)

    def perform(self, **context: Any) -> Council:
        """Answer the council that asked."""
        return answer_personality(reason=self.cleaned_data["reason"], **context)


class EndForm(ActionForm[Council]):
    """Why a council has no further share."""

    reason = forms.CharField(label=_("Motif"), max_length=200, error_messages=_WHY)

    def perform(self, **context: Any) -> Council:
        """End the council; money that it already owns is still paid out."""
        return end_council(reason=self.cleaned_data["reason"], **context)


class HeadsForm(ActionForm[Council]):
    """For how many people a council speaks."""

    weight = forms.IntegerField(
        label=_("Effectif"),
        error_messages={
            "required": _("Écrivez l’effectif, en nombre de personnes."),
            "invalid": _("Écrivez l’effectif, en nombre de personnes."),
        },
    )

    def perform(self, **context: Any) -> Council:
        """Note it for the sales to come."""
        return count_heads(weight=self.cleaned_data["weight"], **context)


class OpenForm(ActionForm[Council]):
    """Which company of a park gets a council of its own, and its first terms."""

    company = forms.TypedChoiceField(
        label=_("Entreprise"),
        coerce=int,
        error_messages={
            "required": _("Choisissez une entreprise."),
            "invalid_choice": _("Choisissez une entreprise de ce parc, sans CSE encore."),
        },
    )
    rate_bp = PercentField(
        label=_("Part du montant hors taxe"),
        initial="40",
        error_messages={"required": _("Écrivez un taux, par exemple 40 ou 12,5.")},
    )

    def __init__(self, *args: Any, companies: list[Company], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.companies = {company.pk: company for company in companies}
        choices = [(company.pk, company.name) for company in companies]
        self.fields["company"].choices = choices  # type: ignore[attr-defined]

    def perform(self, *, tenant: Tenant, by: User, at: dt.datetime) -> Council:  # type: ignore[override]
        """Open it; its treasurer signs the terms at their desk."""
        company = self.companies[self.cleaned_data["company"]]
        rate_bp = self.cleaned_data["rate_bp"]
        return open_council(tenant=tenant, company=company, rate_bp=rate_bp, by=by, at=at)


class SeatForm(ActionForm[bool]):
    """A role of a council that a paper of the council names, or the closing that it confirms."""

    act = forms.ChoiceField(
        label=_("Que dit la pièce ?"),
        choices=[
            ("give treasurer", _("Inscrire à la trésorerie")),
            ("give council", _("Inscrire comme membre du CSE")),
            ("end treasurer", _("Mettre fin au rôle à la trésorerie")),
            ("end council", _("Mettre fin au rôle de membre du CSE")),
            ("close", _("Confirmer la fermeture du compte, demandée par l’administration")),
        ],
    )
    email = forms.EmailField(
        label=_("Adresse e-mail de la personne"),
        max_length=254,
        error_messages={"required": _("Écrivez son adresse, telle qu’elle entre dans l’espace.")},
    )
    company_id = forms.TypedChoiceField(
        label=_("Pour le CSE de"), coerce=int, empty_value=None, required=False
    )
    paper = forms.CharField(
        label=_("Référence de la pièce"),
        max_length=120,
        help_text=_("Par exemple : délibération du 12/11/2026, page 3, au dossier CSE-114."),
        error_messages={"required": _("Indiquez la référence de la pièce.")},
    )
    reason = forms.CharField(
        label=_("Motif"),
        max_length=280,
        help_text=_("Les membres de l’espace le liront."),
        error_messages={"required": _("Dites pourquoi : les membres le liront.")},
    )

    def __init__(self, *args: Any, companies: list[Company], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(company.pk, company.name) for company in companies]
        self.fields["company_id"].choices = [("", _("Tout l’espace")), *named]  # type: ignore[attr-defined]

    def perform(self, *, schema_name: str, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Write it in the space, where its council and its members read it."""
        cleaned = self.cleaned_data
        verb, _space, role = cleaned["act"].partition(" ")
        shown: dict[str, Any] = {
            "email": cleaned["email"],
            "by": by.display_name,
            "paper": cleaned["paper"],
            "reason": cleaned["reason"],
            "at": at,
        }
        with schema.crossing(schema_name):
            if verb == "close":
                members.confirm_closing(**shown)
            else:
                seats.record_seat(
                    role=Role.Kind(role),
                    company_id=cleaned["company_id"],
                    ends=verb == "end",
                    **shown,
                )
        return True
