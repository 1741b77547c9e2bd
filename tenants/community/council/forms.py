"""What is typed in this room."""

import datetime as dt

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing import actions as billing
from billing import queries
from billing.gateway import writes
from billing.gateway.values import StripeSaidNo
from billing.models import Council, ShareTerms
from billing.settlement import sending
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm
from tenants.community.council import rules
from tenants.spaces.actors import SpaceActor, actor_of
from tenants.spaces.rules import check_siren, plain_siren


def _treasurer(by: User) -> SpaceActor:
    return actor_of(by, schema_name=schema.current(), role=rules.TREASURER)


class AcceptForm(ActionForm[ShareTerms]):
    """A signature under terms: that they were read, and a typed name."""

    read = forms.BooleanField(
        label=_("J’ai lu ces conditions et je les accepte au nom du CSE"),
        error_messages={"required": _("Cochez la case une fois les conditions lues.")},
    )
    name = forms.CharField(
        label=_("Votre nom, en signature"),
        max_length=121,
        error_messages={"required": _("Écrivez votre nom pour signer.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def perform(  # type: ignore[override]
        self, *, council: Council, by: User, at: dt.datetime
    ) -> ShareTerms:
        """Accept what was offered, in the name of who signs."""
        rules.check_signature(self.cleaned_data["name"], by.display_name)
        actor = _treasurer(by)
        with schema.in_public():
            return billing.accept_terms(council=council, by=actor, at=at)


class OpenAccountForm(ActionForm[Council]):
    """What an account is opened with; Stripe asks the rest itself."""

    contact_email = forms.EmailField(
        label=_("Adresse e-mail du CSE"),
        help_text=_("Stripe y écrit. Une adresse du CSE vaut mieux que celle d’une personne."),
        error_messages={
            "required": _("Donnez l’adresse à laquelle Stripe écrira."),
            "invalid": _("Cette adresse e-mail a une faute\u00a0: vérifiez-la."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    siren = forms.CharField(
        label=_("SIREN du CSE"),
        required=False,
        max_length=20,
        help_text=_("Celui du CSE, pas celui de l’entreprise. Stripe peut le demander plus tard."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_siren(self) -> str:
        """Return nine digits, or nothing."""
        return plain_siren(self.cleaned_data["siren"])

    def perform(  # type: ignore[override]
        self, *, council: Council, by: User, at: dt.datetime
    ) -> Council:
        """Write down that an account is wanted, then ask Stripe for it after the commit."""
        siren = self.cleaned_data["siren"]
        if siren:
            check_siren(siren)
        actor = _treasurer(by)
        with schema.in_public():
            intent = billing.open_account(
                council=council,
                contact_email=self.cleaned_data["contact_email"],
                siren=siren,
                by=actor,
                at=at,
            )
            sending.send(intent.pk, at=at)
            return (
                queries.council_of_space(council.reference, schema_name=actor.schema_name)
                or council
            )


class LinkForm(ActionForm[str]):
    """The button that asks Stripe for an address where the account is completed."""

    def perform(  # type: ignore[override]
        self, *, council: Council, return_url: str, refresh_url: str
    ) -> str:
        """Ask for a new address; it serves once, so it is neither kept nor mailed."""
        try:
            with schema.in_public():
                return writes.onboarding_url(
                    council.stripe_account, return_url=return_url, refresh_url=refresh_url
                )
        except StripeSaidNo as no:
            raise Refused(
                gettext(
                    "Stripe ne répond pas pour l’instant. Réessayez dans quelques minutes\u00a0: "
                    "la part du CSE attend, rien n’est perdu."
                )
            ) from no
