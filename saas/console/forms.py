"""What operators type: refunds, terms, evidence, reasons, what is tried again."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing import actions as billing
from billing.models import (
    Council,
    Order,
    Refund,
    Reversal,
    ShareTerms,
    StripeEvent,
    StripeIntent,
)
from billing.rules import terms
from saas.accounts.models import User
from saas.console import queries
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm, EurosField
from saas.kernel.looks.widgets import Chips
from tenants.spaces import actions as spaces
from tenants.spaces.models import Founding

_PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%?")

WHOLE, PART = "whole", "part"
APPROVE, REJECT = "approve", "reject"


class RefundForm(ActionForm[Refund]):
    """How much goes back to a merchant, and why."""

    how = forms.ChoiceField(
        label=_("Combien"),
        choices=[(WHOLE, _("Tout ce qui reste")), (PART, _("Une partie"))],
        initial=WHOLE,
        widget=Chips(),
    )
    amount_cents = EurosField(
        label=_("Montant TTC, pour une partie"),
        required=False,
    )
    reason = forms.CharField(
        label=_("Motif"),
        max_length=200,
        help_text=_("Il reste dans l’historique de la commande."),
        error_messages={"required": _("Dites pourquoi\u00a0: le motif reste dans l’historique.")},
    )

    def clean(self) -> dict[str, Any]:
        """Ask for an amount where only a part goes back."""
        said = super().clean() or {}
        partly = said.get("how") == PART
        if partly and not said.get("amount_cents") and "amount_cents" not in self.errors:
            self.add_error("amount_cents", gettext("Donnez le montant à rembourser."))
        return said

    def perform(  # type: ignore[override]
        self, *, order: Order, refundable_cents: int, by: User, at: dt.datetime
    ) -> Refund:
        """Ask for the refund; a large one waits for a second person."""
        partly = self.cleaned_data["how"] == PART
        return billing.request_refund(
            order=order,
            amount_cents=self.cleaned_data["amount_cents"] if partly else refundable_cents,
            reason=self.cleaned_data["reason"],
            by=by,
            at=at,
        )


class DecisionForm(ActionForm[Refund]):
    """Whether a refund that somebody else asked for is made."""

    verdict = forms.ChoiceField(choices=[(APPROVE, APPROVE), (REJECT, REJECT)])

    def perform(self, *, refund: Refund, by: User, at: dt.datetime) -> Refund:  # type: ignore[override]
        """Approve or reject it."""
        if self.cleaned_data["verdict"] == APPROVE:
            return billing.approve_refund(refund=refund, by=by, at=at)
        return billing.reject_refund(refund=refund, by=by, at=at)


class PercentField(forms.CharField):
    """A rate as people type it; its value is integer basis points."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 8)
        super().__init__(**kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "data-unit": "%"})

    def clean(self, value: Any) -> Any:
        """Return basis points."""
        text = super().clean(value)
        match = _PERCENT.fullmatch(text)
        if match is None:
            raise ValidationError(gettext("Écrivez un taux, par exemple 40 ou 12,5."))
        return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


class TermsForm(ActionForm[ShareTerms]):
    """Other terms for a council: which part, and from which day on."""

    rate_bp = PercentField(
        label=_("Part du montant hors taxe"),
        error_messages={"required": _("Écrivez un taux, par exemple 40 ou 12,5.")},
    )
    valid_from = forms.DateField(
        label=_("À partir du"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
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
        return billing.offer_terms(
            council=council, rate_bp=rate_bp, valid_from=begins_at, by=by, at=at
        )


class PersonalityForm(ActionForm[Council]):
    """What shows that a council is a legal person, or that it is none."""

    evidence = forms.CharField(
        label=_("Justification"),
        max_length=200,
        help_text=_("Par exemple l’effectif des douze derniers mois, et d’où il vient."),
        error_messages={"required": _("Dites ce qui le justifie. Cela reste dans l’historique.")},
    )

    def perform(self, **context: Any) -> Council:
        """Note it; without legal personality shares wait in the books."""
        return billing.declare_personality(evidence=self.cleaned_data["evidence"], **context)


class WriteOffForm(ActionForm[Reversal]):
    """Why what a council owes is given up."""

    reason = forms.CharField(
        label=_("Motif"),
        max_length=200,
        error_messages={"required": _("Dites pourquoi\u00a0: le motif reste dans l’historique.")},
    )

    def perform(self, **context: Any) -> Reversal:
        """Book it as lost; nobody is asked for it any more."""
        return billing.write_off(reason=self.cleaned_data["reason"], **context)


class RetryForm(ActionForm[str]):
    """What is tried again: a call, an event, a founding; each can safely run twice."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in ("intent", "event", "founding")])
    key = forms.CharField(max_length=20)

    def perform(self, *, by: User, at: dt.datetime) -> str:  # type: ignore[override]
        """Have it tried again. Raises Refused where it waits for nobody any more."""
        kind = self.cleaned_data["kind"]
        found = queries.retried(kind, self.cleaned_data["key"])
        if isinstance(found, StripeIntent):
            billing.retry_intent(intent=found, by=by, at=at)
        elif isinstance(found, StripeEvent):
            billing.retry_event(event=found, by=by, at=at)
        elif isinstance(found, Founding):
            spaces.build_again(founding_id=found.pk, at=at)
        else:
            raise Refused(gettext("Ce n’est plus dans la liste. Rechargez la page."))
        return str(kind)
