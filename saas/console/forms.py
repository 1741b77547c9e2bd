"""Forms of operators: refunds, terms, evidence, reasons, retries."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.adjustments.actions.refunds import approve_refund, reject_refund, request_refund
from billing.adjustments.rules import refunds
from billing.models import Order, Refund, StripeCall, StripeEvent
from billing.stripe.actions.operators import let_go_of_call, retry_call, retry_event
from saas.accounts.models import User
from saas.console.queries import things as queries
from saas.kernel.display.widgets import Chips
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm, EurosField, MomentField
from saas.kernel.watching import job_deaths
from saas.monitoring.actions import announce
from saas.monitoring.heartbeats import UNREACHABLE
from saas.monitoring.models import Announcement
from tenants.spaces.actions import foundings as spaces
from tenants.spaces.models import Founding

WHOLE, PART = "whole", "part"
APPROVE, REJECT = "approve", "reject"


class RefundForm(ActionForm[Refund]):
    """Refund to a merchant with its reason: the whole remainder, or a typed amount.

    No option is preselected. The form is submitted twice: first to show the exact amount, then to
    confirm it. `confirmed_cents` is the confirmed amount, `seen_cents` the remainder at that time.
    """

    how = forms.ChoiceField(
        label=_("Combien"),
        choices=[(PART, _("Une partie")), (WHOLE, _("Tout ce qui reste"))],
        required=False,
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
    confirmed_cents = forms.IntegerField(required=False, widget=forms.HiddenInput())
    seen_cents = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        """Require either an amount or the whole remainder, not both."""
        given = super().clean() or {}
        typed = str(self.data.get("amount_cents", "")).strip()
        if given.get("how") == WHOLE and typed:
            sentence = gettext(
                "Vous avez choisi tout ce qui reste et tapé un montant (%(typed)s)\u00a0:"
                " effacez le montant, ou choisissez une partie."
            )
            self.add_error("amount_cents", sentence % {"typed": typed})
        elif given.get("how") != WHOLE and not typed:
            self.add_error("amount_cents", gettext("Donnez le montant à rembourser."))
        return given

    def price(self, *, refundable_cents: int) -> int | None:
        """Return the amount to be refunded, for confirmation; None if the form has an error."""
        if not self.is_valid():
            return None
        try:
            refunds.check_refund(self._cents(refundable_cents), refundable_cents=refundable_cents)
        except Refused as refusal:
            self.add_error(refusal.field, refusal.sentence)
            return None
        return self._cents(refundable_cents)

    def _cents(self, refundable_cents: int) -> int:
        if self.cleaned_data["how"] == WHOLE:
            return refundable_cents
        return int(self.cleaned_data["amount_cents"])

    def perform(self, *, order: Order, by: User, at: dt.datetime) -> Refund:  # type: ignore[override]
        """Request the confirmed refund; a large refund needs a second person's approval."""
        given = self.cleaned_data
        seen_cents, confirmed_cents = given["seen_cents"] or 0, given["confirmed_cents"]
        if self._cents(seen_cents) != confirmed_cents:
            raise Refused(
                gettext(
                    "Rien n’est remboursé\u00a0: ce n’est pas le montant confirmé. Vérifiez-le."
                )
            )
        return request_refund(
            order=order,
            amount_cents=confirmed_cents,
            seen_cents=seen_cents,
            reason=given["reason"],
            by=by,
            at=at,
        )


class DecisionForm(ActionForm[Refund]):
    """Decision on a refund requested by another operator."""

    verdict = forms.ChoiceField(choices=[(APPROVE, APPROVE), (REJECT, REJECT)])

    def perform(self, *, refund: Refund, by: User, at: dt.datetime) -> Refund:  # type: ignore[override]
        """Approve or reject it."""
        if self.cleaned_data["verdict"] == APPROVE:
            return approve_refund(refund=refund, by=by, at=at)
        return reject_refund(refund=refund, by=by, at=at)


class RetryForm(ActionForm[str]):
    """A retry of a call, an event, a founding or a job; each can safely run twice.

    A call may be let go instead.
    """

    kind = forms.ChoiceField(
        choices=[(kind, kind) for kind in ("call", "let_go", "event", "founding", "job")]
    )
    key = forms.CharField(max_length=20)

    def perform(self, *, by: User, at: dt.datetime) -> str:  # type: ignore[override]
        """Retry the row or give it up. Raises Refused if it is no longer in the list."""
        kind = self.cleaned_data["kind"]
        if kind == "job":
            _try_job_again(self.cleaned_data["key"])
            return str(kind)
        found = queries.retried(kind, self.cleaned_data["key"])
        if isinstance(found, StripeCall) and kind == "let_go":
            let_go_of_call(call=found, by=by, at=at)
        elif isinstance(found, StripeCall):
            retry_call(call=found, by=by, at=at)
        elif isinstance(found, StripeEvent):
            retry_event(event=found, by=by, at=at)
        elif isinstance(found, Founding):
            spaces.build_again(founding_id=found.pk, at=at)
        else:
            raise Refused(gettext("Ce n’est plus dans la liste. Rechargez la page."))
        return str(kind)


def _try_job_again(key: str) -> None:
    """Queue a job that was set aside again. Raises Refused if it is no longer in the list."""
    try:
        is_queued = job_deaths.try_again(key)
    except UNREACHABLE as error:
        raise Refused(gettext("Le broker ne répond pas. Réessayez dans un instant.")) from error
    if not is_queued:
        raise Refused(gettext("Ce n’est plus dans la liste. Rechargez la page."))


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


class AnnouncementForm(ActionForm[Announcement]):
    """Planned maintenance: a sentence in each language, and its times in Paris time."""

    text_fr = forms.CharField(
        label=_("En français"),
        max_length=280,
        help_text=_("Ce qui sera ralenti ou fermé, en une phrase."),
        error_messages={"required": _("Dites-le en une phrase.")},
    )
    text_en = forms.CharField(
        label=_("En anglais"),
        max_length=280,
        error_messages={"required": _("Dites-le aussi en anglais.")},
    )
    starts_at = MomentField(label=_("Début, heure de Paris"), widget=_moment())
    ends_at = MomentField(label=_("Fin, heure de Paris"), widget=_moment())

    def perform(self, *, by: User, at: dt.datetime) -> Announcement:  # type: ignore[override]
        """Publish the announcement to all visitors."""
        return announce(**self.cleaned_data, by=by, at=at)
