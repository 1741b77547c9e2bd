"""Forms of operators about a merchant: blocking with its refunds, and corrections."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.catalogue.merchants.actions.corrections import correct_merchant
from saas.catalogue.merchants.models import Category, Merchant
from saas.catalogue.merchants.rules.corrections import COLUMNS
from saas.catalogue.merchants.wording.corrections import COLUMNS as LABELS
from saas.catalogue.placements.models import ReportAnswer
from saas.console.merchants import actions
from saas.console.spaces.correction_forms import reason_field
from saas.kernel.forms import ActionForm


class BlockForm(ActionForm[ReportAnswer]):
    """Reason to block or unblock a shop; `seen_cents` is the sum of the refunds displayed."""

    seen_cents = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Motif"),
        max_length=200,
        help_text=_("Le commerçant le lit, et les membres qui ont signalé sa page."),
        error_messages={"required": _("Dites pourquoi\u00a0: le motif est gardé et envoyé.")},
    )

    def perform(self, *, merchant: Merchant, by: User, at: dt.datetime) -> ReportAnswer:  # type: ignore[override]
        """Block a published shop, or unblock a blocked shop."""
        reason = self.cleaned_data["reason"]
        if merchant.state == Merchant.State.BLOCKED:
            return actions.unblock_merchant(merchant=merchant, reason=reason, by=by, at=at)
        cents = self.cleaned_data["seen_cents"] or 0
        return actions.block_merchant(
            merchant=merchant, seen_cents=cents, reason=reason, by=by, at=at
        )


class MergeForm(ActionForm[Merchant]):
    """The shop that stays, by its reference, and whether the double's people join it."""

    into = forms.CharField(
        label=_("Référence du commerce qui reste"),
        max_length=12,
        error_messages={"required": _("Écrivez la référence du commerce qui reste.")},
    )
    admits = forms.BooleanField(
        label=_("Ses personnes rejoignent l’équipe du commerce qui reste"), required=False
    )
    reason = reason_field(_("Le commerçant le lit."))

    def perform(self, *, double: Merchant, by: User, at: dt.datetime) -> Merchant:  # type: ignore[override]
        """Merge the double."""
        return actions.merge_merchant(double=double, **self.cleaned_data, by=by, at=at)


class CorrectMerchantForm(ActionForm[Merchant]):
    """Columns of a shop that an operator may correct, with the reason."""

    name = forms.CharField(label=LABELS["name"], max_length=80)
    category = forms.ChoiceField(label=LABELS["category"], choices=Category.choices)
    description = forms.CharField(
        label=LABELS["description"],
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    phone = forms.CharField(label=LABELS["phone"], max_length=20, required=False)
    website = forms.URLField(
        label=LABELS["website"], max_length=200, required=False, assume_scheme="https"
    )
    street = forms.CharField(label=LABELS["street"], max_length=120)
    postcode = forms.CharField(label=LABELS["postcode"], max_length=10)
    city = forms.CharField(label=LABELS["city"], max_length=80)
    legal_name = forms.CharField(label=LABELS["legal_name"], max_length=120)
    siren = forms.CharField(label=LABELS["siren"], max_length=20, required=False)
    seat_street = forms.CharField(label=LABELS["seat_street"], max_length=120, required=False)
    seat_postcode = forms.CharField(label=LABELS["seat_postcode"], max_length=10, required=False)
    seat_city = forms.CharField(label=LABELS["seat_city"], max_length=80, required=False)
    billing_email = forms.EmailField(label=LABELS["billing_email"])
    reason = reason_field(_("Le commerçant le lit."))

    def __init__(self, data: Any = None, *, merchant: Merchant) -> None:
        super().__init__(data, initial={name: getattr(merchant, name) for name in COLUMNS})

    def clean_siren(self) -> str:
        """Return the number without the spaces people type."""
        return "".join(str(self.cleaned_data["siren"]).split())

    def perform(self, *, merchant: Merchant, by: User, at: dt.datetime) -> Merchant:  # type: ignore[override]
        """Correct what differs, and have the merchant mailed."""
        columns = {name: self.cleaned_data[name] for name in COLUMNS}
        reason = self.cleaned_data["reason"]
        return correct_merchant(
            merchant_id=merchant.pk, columns=columns, reason=reason, by=by, at=at
        )
