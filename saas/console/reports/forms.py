"""Form for an operator to answer reports about a merchant or an ad."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import ReportAnswer
from saas.catalogue.placements.queries.reports import Thing
from saas.console import actions
from saas.kernel.display.widgets import Chips
from saas.kernel.forms import ActionForm

Outcome = ReportAnswer.Outcome


class ReportAnswerForm(ActionForm[ReportAnswer]):
    """Outcome of a report, with its reason; `seen_cents` is the refund displayed."""

    outcome = forms.ChoiceField(
        label=_("Que décidez-vous ?"),
        widget=Chips(icons={"kept": "eye", "removed": "eye-off", "restored": "undo-2"}),
        error_messages={"required": _("Choisissez l’un des deux.")},
    )
    words = forms.CharField(
        label=_("Motif"),
        max_length=200,
        help_text=_(
            "Les membres qui ont signalé le lisent, et le commerçant si quelque chose est retiré."
        ),
        error_messages={"required": _("Dites pourquoi\u00a0: les membres le lisent.")},
    )
    seen_cents = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput())

    def __init__(self, *args: Any, thing: Thing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing = thing
        is_blocked = not thing.campaign and thing.merchant.state == Merchant.State.BLOCKED
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (Outcome.KEPT.value, _("Ne rien changer")),
            (Outcome.RESTORED.value, _("Rétablir"))
            if is_blocked
            else (Outcome.REMOVED.value, _("Retirer")),
        ]

    def perform(self, *, by: User, at: dt.datetime) -> ReportAnswer:  # type: ignore[override]
        """Answer all that wait."""
        given = self.cleaned_data
        return actions.answer_reports(
            thing=self.thing,
            outcome=given["outcome"],
            words=given["words"],
            seen_cents=given["seen_cents"] or 0,
            by=by,
            at=at,
        )
