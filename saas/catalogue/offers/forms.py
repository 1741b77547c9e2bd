"""Forms of the desk and of the till: an offer, and the confirmation of a code."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.catalogue.offers import actions, rules
from saas.catalogue.offers.models import Offer, Rhythm, Till, Voucher
from saas.kernel.display.widgets import Chips
from saas.kernel.forms import ActionForm

LONGEST_TYPED = 20


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class OfferForm(ActionForm[Offer]):
    """An offer: the advantage, on which terms, when, how often."""

    title = forms.CharField(
        label=_("L’offre"),
        max_length=80,
        help_text=_("Ce que l’on gagne, par exemple : Un café offert avec la formule du midi."),
    )
    conditions = forms.CharField(
        label=_("Conditions"),
        max_length=300,
        required=False,
        help_text=_("Ce que la caisse doit savoir, par exemple : du lundi au vendredi, sur place."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    starts_on = forms.DateField(label=_("Premier jour"), widget=_day())
    ends_on = forms.DateField(label=_("Dernier jour"), widget=_day())
    rhythm = forms.ChoiceField(
        label=_("Par personne"),
        choices=Rhythm.choices,
        initial=Rhythm.DAILY,
        widget=Chips(icons={"daily": "repeat", "once": "ticket"}),
        help_text=_("C’est l’espace de la personne qui y veille : vous ne savez jamais qui c’est."),
    )
    most_uses = forms.IntegerField(
        label=_("Codes en tout"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_("Vide : sans limite."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def perform(self, **context: Any) -> Offer:
        """Create the offer, or update the existing offer."""
        terms = rules.Terms(**{name: self.cleaned_data[name] for name in rules.Terms._fields})
        if context.get("offer") is None:
            context.pop("offer", None)
            return actions.make(terms=terms, **context)
        return actions.change(terms=terms, **context)


class RedeemForm(ActionForm[Voucher]):
    """Confirmation of a code at a till; `redemption` makes a repeated submission idempotent."""

    code = forms.CharField(
        label=_("Le code"),
        max_length=LONGEST_TYPED,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    redemption = forms.UUIDField(widget=forms.HiddenInput())

    def perform(self, **context: Any) -> Voucher:
        """Use the code."""
        typed, redemption = self.cleaned_data["code"], self.cleaned_data["redemption"]
        return actions.redeem(typed=typed, redemption=redemption, **context)


class OpenTillForm(ActionForm[Till]):
    """The button that makes a link for the shop's staff."""

    def perform(self, **context: Any) -> Till:
        """Make it."""
        return actions.open_till(**context)


def as_typed(offer: Offer | None) -> dict[str, Any]:
    """Return the initial values of the form of an offer."""
    return {name: getattr(offer, name) for name in rules.Terms._fields} if offer else {}


def fresh_redemption() -> uuid.UUID:
    """Return the idempotency key of a new confirmation."""
    return uuid.uuid4()
