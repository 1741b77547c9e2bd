"""Forms of operators about a whole space: an act, a new address, a deletion, a restoration."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel.forms import ActionForm
from tenants.spaces.actions import addresses, standing
from tenants.spaces.actions import life as actions
from tenants.spaces.models import Archive, SpaceOperation, SpaceStanding, Tenant

SUSPEND, REOPEN, ARCHIVE, EXPORT = "suspend", "reopen", "archive", "export"
PROVE, REFUSE = "prove", "refuse"
_WHY = {"required": _("Dites pourquoi\u00a0: les administrateurs de l’espace le liront.")}


def reason_field() -> forms.CharField:
    """Return the field for why something is done."""
    return forms.CharField(
        label=_("Motif"),
        max_length=280,
        help_text=_("Il reste dans l’historique, et les administrateurs le lisent."),
        error_messages=_WHY,
    )


class ActForm(ActionForm[SpaceOperation]):
    """Operation on a space, chosen by the button, with its reason."""

    reason = reason_field()
    act = forms.ChoiceField(
        choices=[(act, act) for act in (SUSPEND, REOPEN, ARCHIVE, EXPORT)],
        error_messages={"required": _("Choisissez ce qui doit être fait.")},
    )

    def perform(self, *, tenant: Tenant, by: User, at: dt.datetime) -> SpaceOperation:  # type: ignore[override]
        """Do the immediate operations at once, and queue the others for the privileged worker."""
        values: dict[str, Any] = {
            "tenant_id": tenant.pk,
            "reason": self.cleaned_data["reason"],
            "by": by.display_name,
            "at": at,
        }
        act = self.cleaned_data["act"]
        if act == SUSPEND:
            return actions.suspend(**values)
        if act == REOPEN:
            return actions.reopen(**values)
        return actions.archive(closes=act == ARCHIVE, **values)


class DeletionForm(ActionForm[SpaceOperation]):
    """A deletion, confirmed by the web address of the space."""

    reason = reason_field()
    keep_until = forms.DateField(
        label=_("Garder ses archives jusqu’au"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Sans date, elles sont supprimées avec l’espace."),
        error_messages={"invalid": _("Écrivez un jour, par exemple 25/11/2026.")},
    )
    confirmation = forms.CharField(
        label=_("Adresse web de l’espace, pour confirmer"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        error_messages={"required": _("Écrivez l’adresse web de l’espace pour confirmer.")},
    )

    def perform(self, *, tenant: Tenant, by: User, at: dt.datetime) -> SpaceOperation:  # type: ignore[override]
        """Have it deleted for good."""
        return actions.delete(tenant_id=tenant.pk, **self.cleaned_data, by=by.display_name, at=at)


class TakeoutForm(ActionForm[SpaceOperation]):
    """Why an archive is taken out: the administrators of its space are told."""

    reason = reason_field()

    def perform(self, *, archive: Archive, by: User, at: dt.datetime) -> SpaceOperation:  # type: ignore[override]
        """Have them told, and then hand it out."""
        return actions.take_out(
            archive=archive, operator_id=by.pk, **self.cleaned_data, by=by.display_name, at=at
        )


class RestorationForm(ActionForm[SpaceOperation]):
    """The address at which a space is built again from its archive, and why."""

    slug = forms.CharField(
        label=_("Adresse web"),
        max_length=63,
        help_text=_("Une adresse libre\u202f; un espace supprimé peut reprendre la sienne."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        error_messages={"required": _("Choisissez une adresse web.")},
    )
    reason = forms.CharField(label=_("Motif"), max_length=280, required=False)

    def perform(self, *, archive: Archive, by: User, at: dt.datetime) -> SpaceOperation:  # type: ignore[override]
        """Have it built again."""
        return actions.restore(archive=archive, **self.cleaned_data, by=by.display_name, at=at)


class RenameForm(ActionForm[Tenant]):
    """Another subdomain for a space, where its own administrators cannot or may not choose it."""

    slug = forms.CharField(
        label=_("Nouvelle adresse web"),
        max_length=255,
        help_text=_("L’ancienne mènera à la nouvelle, et reste à l’espace."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Choisissez une adresse web.")},
    )

    def perform(self, *, tenant: Tenant, by: User, at: dt.datetime) -> Tenant:  # type: ignore[override]
        """Move it there."""
        return addresses.rename(
            schema_name=tenant.schema_name, slug=self.cleaned_data["slug"], by=by, at=at
        )


class ProofForm(ActionForm[SpaceStanding]):
    """Verification of a space by its SIREN: method, note, and the button pressed."""

    way = forms.ChoiceField(
        label=_("Comment"),
        choices=(
            (SpaceStanding.Way.CALL, _("Appel au numéro du SIREN")),
            (SpaceStanding.Way.LETTER, _("Courrier à l’adresse du SIREN")),
        ),
        required=False,
    )
    note = forms.CharField(
        label=_("Note, ou motif du refus"),
        max_length=280,
        required=False,
        help_text=_("Qui a répondu, ce que vous avez lu. En cas de refus, l’espace lit ce motif."),
    )
    verdict = forms.ChoiceField(
        choices=[(PROVE, PROVE), (REFUSE, REFUSE)],
        error_messages={"required": _("Choisissez ce qui doit être fait.")},
    )

    def perform(self, *, tenant: Tenant, by: User, at: dt.datetime) -> SpaceStanding:  # type: ignore[override]
        """Prove the space, or refuse to."""
        typed = self.cleaned_data
        if typed["verdict"] == REFUSE:
            return standing.refuse(tenant=tenant, note=typed["note"], by=by, at=at)
        way = typed["way"] or SpaceStanding.Way.CALL
        return standing.prove(tenant=tenant, note=typed["note"], way=way, by=by, at=at)


class TryAgainForm(ActionForm[SpaceOperation]):
    """Retry of a failed operation; the form has no fields."""

    def perform(self, *, operation: SpaceOperation, by: User, at: dt.datetime) -> SpaceOperation:  # type: ignore[override]
        """Have it tried."""
        return actions.try_again(operation_id=operation.pk, by=by.display_name, at=at)
