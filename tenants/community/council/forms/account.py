"""Forms about a council's account: its address, its proofs, its VAT."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.councils.actions.accounts import (
    Billing,
    ask_personality,
    describe_billing,
    open_account,
)
from billing.councils.rules.self_billing import has_old_mandate
from billing.models import Council, StripeCall
from billing.orders.actions.links import ask_for_onboarding
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.forms import ActionForm
from saas.kernel.values import legal
from tenants.community.council import rules
from tenants.spaces.actors import SpaceActor, actor_of
from tenants.spaces.rules.workplaces import check_siren, normal_siren


def treasurer(by: User) -> SpaceActor:
    """Return the treasurer that a member is while they decide."""
    return actor_of(by, schema_name=schema.current(), role=rules.TREASURER)


class SirenField(forms.CharField):
    """A SIREN as people type it; its value is nine digits, or nothing."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)
        self.widget.attrs.update({"inputmode": "numeric", "autocomplete": "off"})

    def clean(self, value: Any) -> str:
        """Return the digits alone."""
        return normal_siren(str(super().clean(value)))


class OpenAccountForm(ActionForm[StripeCall]):
    """The details that open an account; Stripe asks the rest itself."""

    contact_email = forms.EmailField(
        label=_("Adresse e-mail du CSE"),
        help_text=_("Stripe y écrit. Une adresse du CSE vaut mieux que celle d’une personne."),
        error_messages={
            "required": _("Donnez l’adresse à laquelle Stripe écrira."),
            "invalid": _("Cette adresse e-mail a une faute\u00a0: vérifiez-la."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    siren = SirenField(
        label=_("SIREN du CSE"),
        required=False,
        help_text=_("Celui du CSE, pas celui de l’entreprise. Stripe peut le demander plus tard."),
    )

    def perform(  # type: ignore[override]
        self, *, council: Council, by: User, at: dt.datetime
    ) -> StripeCall:
        """Have Stripe open it, once this is committed."""
        siren = self.cleaned_data["siren"]
        if siren:
            check_siren(siren)
        actor = treasurer(by)
        with schema.in_public():
            return open_account(
                council=council,
                contact_email=self.cleaned_data["contact_email"],
                siren=siren,
                by=actor,
                at=at,
            )


class LinkForm(ActionForm[StripeCall]):
    """The button that asks Stripe for an address where an account is completed."""

    def perform(  # type: ignore[override]
        self,
        *,
        council: Council,
        account: str,
        return_url: str,
        refresh_url: str,
        by: User,
        at: dt.datetime,
    ) -> StripeCall:
        """Have a new address made; it serves once, and the page that waits for it shows it."""
        actor = treasurer(by)
        with schema.in_public():
            return ask_for_onboarding(
                council=council,
                account=account,
                return_url=return_url,
                refresh_url=refresh_url,
                by=actor,
                at=at,
            )


class PersonalityForm(ActionForm[Council]):
    """The proof that a council has become a legal person."""

    evidence = forms.CharField(
        label=_("Ce qui le montre"),
        max_length=150,
        help_text=_("Par exemple l’effectif des douze derniers mois, et d’où il vient."),
        error_messages={"required": _("Dites ce qui le montre\u00a0: Troovon le vérifie.")},
    )

    def perform(  # type: ignore[override]
        self, *, council: Council, by: User, at: dt.datetime
    ) -> Council:
        """Ask Troovon to note it."""
        actor = treasurer(by)
        with schema.in_public():
            evidence = self.cleaned_data["evidence"]
            return ask_personality(council=council, evidence=evidence, by=actor, at=at)


class BillingForm(ActionForm[Council]):
    """The council's VAT status, and its identity on the invoices issued in its name."""

    is_vat_payer = forms.BooleanField(
        label=_("Le CSE est assujetti à la TVA et la facture"),
        required=False,
        help_text=_("La plupart des CSE ne le sont pas\u00a0: laissez alors la case vide."),
    )
    vat_number = forms.CharField(label=_("Numéro de TVA"), required=False, max_length=20)
    siren = SirenField(label=_("SIREN du CSE"), required=False)
    street = forms.CharField(label=_("Rue"), required=False, max_length=120)
    postcode = forms.CharField(label=_("Code postal"), required=False, max_length=10)
    city = forms.CharField(label=_("Ville"), required=False, max_length=80)
    lets_us_bill = forms.BooleanField(
        label=_(
            "Le CSE donne mandat à Troovon d’établir ses factures en son nom (autofacturation)"
        ),
        required=False,
    )
    mandate_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @staticmethod
    def of(council: Council) -> dict[str, Any]:
        """Return the council's current values as initial data."""
        names = ("is_vat_payer", "vat_number", "siren", "street", "postcode", "city")
        is_mandated = council.self_billing_since is not None
        initial = {name: getattr(council, name) for name in names}
        return {
            **initial,
            "lets_us_bill": is_mandated and not has_old_mandate(council),
            "mandate_version": legal.current(legal.SELF_BILLING).version,
        }

    def clean_vat_number(self) -> str:
        """Return the number without its spaces, in capitals."""
        return "".join(self.cleaned_data["vat_number"].split()).upper()

    def perform(  # type: ignore[override]
        self, *, council: Council, by: User, at: dt.datetime
    ) -> Council:
        """Keep it for the papers that are made from now on."""
        actor = treasurer(by)
        with schema.in_public():
            return describe_billing(
                council=council, billing=Billing(**self.cleaned_data), by=actor, at=at
            )
