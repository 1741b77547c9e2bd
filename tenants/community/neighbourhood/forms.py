"""Forms to report a merchant or an ad, and to get a code of an offer."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import PublishedMerchant
from saas.catalogue.placements.models import CatalogueReport
from saas.kernel.display.widgets import Chips
from saas.kernel.forms import ActionForm
from saas.kernel.web import rate_limit
from tenants.community.neighbourhood import actions, rules
from tenants.community.neighbourhood.models import HeldVoucher, MemberReport
from tenants.community.neighbourhood.queries.reported import Reportable

MOST_REPORTS = 20
A_DAY = 24 * 3600
SYMBOLS: dict[str, str] = {
    CatalogueReport.Reason.MISLEADING: "triangle-alert",
    CatalogueReport.Reason.FORBIDDEN: "shield",
    CatalogueReport.Reason.OFFENSIVE: "message-circle",
    CatalogueReport.Reason.CLOSED: "store",
    CatalogueReport.Reason.OTHER: "ellipsis",
}


class ReportForm(ActionForm[MemberReport]):
    """A report: the reason, and a few words that operators of Troovon read."""

    reason = forms.ChoiceField(
        label=_("Pour quelle raison ?"),
        choices=CatalogueReport.Reason.choices,
        widget=Chips(icons=SYMBOLS),
        error_messages={"required": _("Choisissez une raison.")},
    )
    words = forms.CharField(
        label=_("En quelques mots"),
        help_text=_(
            "Lus par Troovon. Parlez du commerce, et ne nommez personne. "
            "Nécessaire pour «\u00a0Autre chose\u00a0»."
        ),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def perform(self, *, subject: Reportable, by: User, at: dt.datetime) -> MemberReport:  # type: ignore[override]
        """Report it."""
        _check_pace(by)
        given: dict[str, Any] = self.cleaned_data
        return actions.report(
            subject=subject, reason=given["reason"], words=given["words"], by=by, at=at
        )


class MarkForm(ActionForm[bool]):
    """The buttons that recommend or follow a shop."""

    change = forms.ChoiceField(choices=[(name, name) for name in rules.CHANGES])

    def perform(self, *, shop: PublishedMerchant, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Change the mark."""
        actions.mark(shop=shop, change=self.cleaned_data["change"], by=by, at=at)
        return True


class TakeCodeForm(ActionForm[HeldVoucher]):
    """The button to get a code of an offer."""

    def perform(self, **context: Any) -> HeldVoucher:
        """Take it."""
        return actions.take_code(**context)


def _check_pace(person: User) -> None:
    """Refuse more reports a day than anybody has reasons for, those to moderators among them."""
    rate_limit.check(
        "reports",
        str(person.pk),
        most=MOST_REPORTS,
        per_seconds=A_DAY,
        when_silent=rate_limit.Silent.LET_PASS,
    )
