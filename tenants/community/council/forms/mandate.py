"""The form for a council's minutes of its election."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.councils.actions.mandates import Elected, Minutes, submit_mandate
from billing.models import Council, CouncilMandate
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.display.widgets import PICTURES
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm, DayField
from saas.kernel.uploads import papers
from saas.kernel.values.mailboxes import mailbox_of
from tenants.community.council import rules
from tenants.community.council.queries.mandates import Candidates
from tenants.spaces.actors import actor_of

_DAY = {
    "required": _("Choisissez un jour."),
    "invalid": _("Écrivez un jour, par exemple 25/11/2026."),
}


class MandateForm(ActionForm[CouncilMandate]):
    """The minutes: the file, the two elected people, the election date, the end of the mandate."""

    treasurer = forms.ChoiceField(
        label=_("Trésorerie"),
        error_messages={"required": _("Choisissez la personne élue à la trésorerie.")},
    )
    secretary = forms.ChoiceField(
        label=_("Secrétariat"),
        error_messages={"required": _("Choisissez la personne élue au secrétariat.")},
    )
    elected_on = DayField(label=_("Jour de l’élection"), error_messages=_DAY)
    ends_on = DayField(
        label=_("Fin du mandat"),
        help_text=_("Quatre ans après l’élection, sauf accord plus court."),
        error_messages=_DAY,
    )
    paper = forms.FileField(
        label=_("Procès-verbal de l’élection"),
        help_text=_("PDF de 8 Mo au plus, ou photo lisible de la page signée."),
        error_messages={
            "required": _("Joignez le procès-verbal."),
            "empty": _("Ce fichier est vide : choisissez le procès-verbal."),
        },
        widget=forms.FileInput(attrs={"accept": f".pdf,{PICTURES}"}),
    )

    def __init__(self, *args: Any, candidates: Candidates, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        for name, people in (
            ("treasurer", candidates.treasurers),
            ("secretary", candidates.secretaries),
        ):
            choices = [(one.reference, one.display_name) for one in people]
            self.fields[name].choices = choices if len(choices) == 1 else [("", "—"), *choices]  # type: ignore[attr-defined]

    def perform(  # type: ignore[override]
        self, *, council: Council, by: User, at: dt.datetime
    ) -> CouncilMandate:
        """Submit them; an operator reads them and answers."""
        cleaned = self.cleaned_data
        try:
            paper = papers.read_paper(cleaned["paper"])
        except Refused as refusal:
            raise Refused(refusal.sentence, field="paper") from refusal
        actor = actor_of(by, schema_name=schema.current(), role=rules.COUNCIL)
        with schema.in_public():
            return submit_mandate(
                council=council,
                treasurer=_elected(self.candidates.treasurers, cleaned["treasurer"]),
                secretary=_elected(self.candidates.secretaries, cleaned["secretary"]),
                minutes=Minutes(*paper, cleaned["elected_on"], cleaned["ends_on"]),
                by=actor,
                at=at,
            )


def _elected(people: list[User], reference: str) -> Elected:
    person = next(one for one in people if one.reference == reference)
    return Elected(person.reference, person.display_name, mailbox_of(person.email))
