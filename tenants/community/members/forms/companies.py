"""Forms about the companies of a space: their data, and their departure from a park.

Permissions are checked in the space, rows are stored in public: no transaction spans both.
"""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.forms import ActionForm
from tenants.community.members.actions import departures
from tenants.community.members.forms.mail_domains import administering
from tenants.spaces.actions import companies as shared
from tenants.spaces.actions.corrections import correct_company
from tenants.spaces.forms.companies import HeadsField, SirenField
from tenants.spaces.models import Company, SpaceOperation


class DetailsForm(ActionForm[SpaceOperation]):
    """Name, number and head-count of a company; a new company of a park if it has no id."""

    name = forms.CharField(
        label=_("Nom de l’entreprise"),
        max_length=80,
        error_messages={"required": _("Donnez le nom de cette entreprise.")},
    )
    siren = SirenField()
    head_count = HeadsField(label=_("Effectif"))

    def __init__(self, *args: Any, company_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company_id = company_id
        if company_id is not None:
            self.fields["head_count"].help_text = _(
                "Compte à partir du mois prochain ; les commandes en cours gardent le leur."
            )

    def perform(self, *, by: User, at: dt.datetime) -> SpaceOperation:  # type: ignore[override]
        """Have the company corrected or added by the founder's worker."""
        here = schema.current()
        actor = administering(by, self.company_id)
        with schema.in_public():
            return correct_company(
                schema_name=here,
                company_id=self.company_id,
                **self.cleaned_data,
                reason="",
                by=actor,
                at=at,
            )


class CompanyLeaveForm(ActionForm[Company]):
    """The last day of a company in its park."""

    day = forms.DateField(
        label=_("Dernier jour"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Choisissez son dernier jour ici."),
            "invalid": _("Écrivez une date, par exemple 31/12/2026."),
        },
    )

    def perform(self, *, company_id: int, by: User, at: dt.datetime) -> Company:  # type: ignore[override]
        """Announce the departure, and notify its people."""
        here = schema.current()
        actor = administering(by, company_id)
        day = self.cleaned_data["day"]
        with schema.in_public():
            company = shared.plan_leave(
                schema_name=here, company_id=company_id, day=day, by=actor, at=at
            )
        departures.announce(company_id=company_id, day=day, at=at)
        return company


def cancel_leave(*, company_id: int, by: User, at: dt.datetime) -> None:
    """Cancel a company's departure, and notify its people."""
    here = schema.current()
    actor = administering(by, company_id)
    with schema.in_public():
        shared.cancel_leave(schema_name=here, company_id=company_id, by=actor, at=at)
    departures.announce(company_id=company_id, day=None, at=at)


def readmit(*, company_id: int, by: User, at: dt.datetime) -> Company:
    """Let a company return to its park, for an administrator of the whole park."""
    here = schema.current()
    actor = administering(by, None)
    with schema.in_public():
        return shared.readmit(schema_name=here, company_id=company_id, by=actor, at=at)


class BadgeForm(ActionForm[bool]):
    """How a company of the park is told from the others."""

    badge = forms.CharField(
        label=_("Insigne"),
        help_text=_("Douze signes au plus, à côté du nom de vos collègues. Par exemple : ORSEL."),
        max_length=12,
        required=False,
        error_messages={"max_length": _("Douze signes au plus.")},
    )
    colour = forms.CharField(
        label=_("Couleur"),
        help_text=_("Nous l’éclaircissons ou l’assombrissons jusqu’à ce qu’elle se voie partout."),
        widget=forms.TextInput(attrs={"type": "color"}),
        required=False,
    )

    def perform(self, *, by: User, company_id: int, at: dt.datetime) -> bool:  # type: ignore[override]
        """Save the badge and colour in public, on behalf of the company's administrator."""
        actor = administering(by, company_id)
        with schema.in_public():
            shared.dress_company(company_id=company_id, by=actor, at=at, **self.cleaned_data)
        return True
