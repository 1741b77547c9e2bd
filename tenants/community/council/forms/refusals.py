"""Forms to refuse a merchant, a category or an ad, and to withdraw a refusal."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.catalogue.placements.actions.refusals import Target
from saas.kernel.forms import ActionForm
from tenants.community.council import actions
from tenants.community.council.models import RefusalAct
from tenants.community.council.queries.refusals import Choices


class RefusalForm(ActionForm[RefusalAct]):
    """A refusal: its target and its reason, shown to the merchant."""

    target = forms.ChoiceField(
        label=_("Que refusez-vous ?"),
        error_messages={
            "required": _("Choisissez un commerce, une catégorie ou une annonce dans la liste."),
            "invalid_choice": _(
                "Choisissez un commerce, une catégorie ou une annonce dans la liste."
            ),
        },
    )
    reason = forms.CharField(
        label=_("Motif"),
        max_length=200,
        help_text=_("Le commerçant le lit. Parlez de l’offre, et ne nommez personne."),
        error_messages={"required": _("Dites pourquoi\u00a0: le commerçant le lit.")},
    )

    def __init__(
        self, *args: Any, choices: Choices, councils: list[tuple[int | None, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.councils = councils
        if len(councils) > 1:
            self.fields["company_id"] = forms.TypedChoiceField(
                label=_("Pour quel CSE\u202f?"),
                choices=[(company_id or "", name) for company_id, name in councils],
                coerce=int,
                empty_value=None,
                required=False,
            )
        self.fields["target"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Target:
        """The merchant, category or ad that was chosen."""
        kind, _colon, value = self.cleaned_data["target"].partition(":")
        return Target(**{kind: value})

    def perform(self, *, by: User, at: dt.datetime) -> RefusalAct:  # type: ignore[override]
        """Refuse it."""
        company_id = self.councils[0][0] if self.councils else None
        return actions.refuse(
            target=self.chosen,
            reason=self.cleaned_data["reason"],
            company_id=self.cleaned_data.get("company_id", company_id),
            by=by,
            at=at,
        )


class GateForm(ActionForm[bool]):
    """The button that switches the council's review of ads on or off."""

    def perform(self, *, is_on: bool, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Switch it."""
        actions.set_gate(is_on=is_on, by=by, at=at)
        return True


class PreviewForm(ActionForm[bool]):
    """A council's answer about an ad that waits for it, with the reason of a refusal."""

    reason = forms.CharField(label=_("Motif du refus"), max_length=200, required=False)

    def perform(  # type: ignore[override]
        self, *, reference: str, accepts: bool, by: User, at: dt.datetime
    ) -> bool:
        """Record it."""
        reason = self.cleaned_data["reason"]
        actions.answer_preview(reference=reference, accepts=accepts, reason=reason, by=by, at=at)
        return True


class TakeBackForm(ActionForm[RefusalAct]):
    """The button that withdraws a refusal."""

    def perform(self, **context: Any) -> RefusalAct:
        """Take it back."""
        return actions.take_back(**context)
