"""Forms to report, to decide and to ask for a second look."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.display.widgets import Chips
from saas.kernel.forms import ActionForm
from saas.kernel.web import rate_limit
from tenants.community.moderation import actions, wording
from tenants.community.moderation.models import Appeal, Case, Charter, Decision, Reason, Report
from tenants.community.moderation.queries import cases as queries
from tenants.community.moderation.rules import cases as rules

MOST_REPORTS = 20
A_DAY = 24 * 3600


def check_pace(person: User) -> None:
    """Refuse more reports a day than anybody has reasons for (DSA art. 23)."""
    rate_limit.check(
        "reports",
        str(person.pk),
        most=MOST_REPORTS,
        per_seconds=A_DAY,
        when_silent=rate_limit.Silent.LET_PASS,
    )


class AutofocusChips(Chips):
    """Chips with autofocus and an access key on the first chip."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Mark the first choice only: autofocus and access key must be unique on a page."""
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        if str(option["index"]) == "0":
            option["attrs"] |= {"autofocus": True, "accesskey": "d"}
        return option


class ReportForm(ActionForm[Report]):
    """A report: the reason, and a short text; if there are photos, also the part reported."""

    part = forms.ChoiceField(label=_("Qu’est-ce qui pose problème ?"), required=False)
    reason = forms.ChoiceField(
        label=_("Pour quelle raison ?"),
        choices=Reason.choices,
        widget=Chips(icons=wording.REASON_SYMBOLS),
        error_messages={"required": _("Choisissez une raison.")},
    )
    words = forms.CharField(
        label=_("En quelques mots"),
        help_text=_("Ce qui aidera à comprendre. Nécessaire pour « Autre chose »."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        subject: hooks.Subject,
        reference: str,
        viewer: User,
        pictures: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.subject, self.reference, self.viewer = subject, reference, viewer
        if pictures:
            numbered = [
                (token, _("La photo n° %(number)d") % {"number": number})
                for number, token in enumerate(pictures, start=1)
            ]
            self.fields["part"].choices = [("", _("Le tout")), *numbered]  # type: ignore[attr-defined]
        else:
            del self.fields["part"]

    def perform(self, **context: Any) -> Report:
        """Report it."""
        check_pace(context["by"])
        subject, reference = self._what()
        return actions.report(
            subject=subject,
            reference=reference,
            reason=self.cleaned_data["reason"],
            words=self.cleaned_data["words"],
            **context,
        )

    def _what(self) -> tuple[hooks.Subject, str]:
        token = self.cleaned_data.get("part")
        picture = queries.subject(rules.PICTURE, token, viewer=self.viewer) if token else None
        if token and picture:
            return picture, token
        return self.subject, self.reference


class VerdictForm(ActionForm[Decision]):
    """The outcome for a thing, and why: the two sides read it."""

    outcome = forms.ChoiceField(
        label=_("Que décidez-vous ?"),
        choices=Decision.Outcome.choices,
        widget=AutofocusChips(icons={"keep": "eye", "remove": "eye-off"}),
        error_messages={"required": _("Choisissez : garder ou retirer.")},
    )
    rule = forms.ChoiceField(
        label=_("Si vous retirez : quelle règle n’est pas respectée ?"),
        choices=[("", _("Choisissez…"))],
        required=False,
    )
    facts = forms.CharField(
        label=_("Les faits, pour les deux côtés"),
        help_text=_("Ce que l’on voit, et pourquoi cela respecte la règle ou non. Sans nom."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Dites sur quels faits vous décidez.")},
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        chosen = [
            (value, f"{label} ({wording.source_of(value)})") for value, label in Reason.choices
        ]
        self.fields["rule"].choices = [("", _("Choisissez…")), *chosen]  # type: ignore[attr-defined]

    def perform(self, **context: Any) -> Decision:
        """Decide."""
        verdict = rules.Verdict(
            outcome=self.cleaned_data["outcome"],
            rule=self.cleaned_data["rule"],
            facts=self.cleaned_data["facts"].strip(),
        )
        return actions.decide(case=self.case, verdict=verdict, **context)


class CharterForm(ActionForm[Charter]):
    """A new version of the charter: the space's additions to the common rules, and the grace."""

    text = forms.CharField(
        label=_("Ce que votre espace ajoute aux règles communes"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": _("Écrivez au moins une phrase.")},
    )
    days = forms.IntegerField(
        label=_("Jours pour lire et accepter"),
        help_text=_("De 7 à 90. Ensuite, qui n’a pas accepté lit d’abord la charte."),
        initial=rules.USUAL_DAYS,
        error_messages={"required": _("Écrivez un nombre."), "invalid": _("Écrivez un nombre.")},
    )

    def perform(self, **context: Any) -> Charter:
        """Publish it."""
        cleaned = self.cleaned_data
        return actions.publish_charter(text=cleaned["text"], days=cleaned["days"], **context)


class AppealForm(ActionForm[Appeal]):
    """Why the decision seems wrong."""

    words = forms.CharField(
        label=_("Pourquoi la décision vous semble-t-elle fausse ?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Dites pourquoi la décision vous semble fausse.")},
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case

    def perform(self, **context: Any) -> Appeal:
        """Ask for a second look."""
        return actions.appeal(case=self.case, words=self.cleaned_data["words"], **context)
