"""Forms of operators about periods of the books and entries by hand."""

import datetime as dt
from typing import IO, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from billing.councils.actions.paper_payments import post_payment
from billing.ledger.actions import manual as actions
from billing.ledger.actions import periods
from billing.ledger.queries.entries import owner_of
from billing.ledger.rules import manual
from billing.ledger.rules.postings import Line
from billing.models import Account, Case, ClosedYear, ManualEntry, PeriodAct
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm, DayField, EurosField
from saas.kernel.uploads import papers
from saas.kernel.uploads.papers import Paper

LINES = 6


def reason_field() -> forms.CharField:
    """Return the field for the reason of an entry."""
    return forms.CharField(
        label=later("Motif"),
        max_length=280,
        help_text=later("Il reste avec l’écriture, pour qui contrôle les comptes."),
        error_messages={"required": later("Dites pourquoi\u00a0: le motif reste avec l’écriture.")},
    )


def pdf_field(**words: Any) -> forms.FileField:
    """Return the field for the paper of an entry, a PDF, perhaps with its own words."""
    usual = {
        "label": later("Pièce justificative"),
        "help_text": later("Un PDF de 8\u00a0Mo au plus."),
    }
    return forms.FileField(
        **{**usual, **words},
        error_messages={
            "required": later("Joignez la pièce en PDF."),
            "empty": later("Ce fichier est vide\u00a0: choisissez la pièce."),
        },
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
    )


def read_pdf(upload: IO[bytes]) -> Paper:
    """Return the paper of an entry. Raises Refused about its field."""
    try:
        return papers.read_paper(upload)
    except Refused as refusal:
        raise Refused(refusal.sentence, field="paper") from refusal


class LockMonthForm(ActionForm[PeriodAct]):
    """The lock of a month."""

    def perform(self, *, month: dt.date, by: User, at: dt.datetime) -> PeriodAct:  # type: ignore[override]
        """Lock it."""
        return periods.lock_month(month=month, by=by, at=at)


class ReopenMonthForm(ActionForm[PeriodAct]):
    """The reopening of a month, and its reason."""

    reason = forms.CharField(
        label=later("Pourquoi rouvrir ce mois"),
        max_length=280,
        error_messages={"required": later("Dites pourquoi ce mois est rouvert.")},
    )

    def perform(self, *, month: dt.date, by: User, at: dt.datetime) -> PeriodAct:  # type: ignore[override]
        """Reopen it."""
        reason = self.cleaned_data["reason"]
        return periods.reopen_month(month=month, reason=reason, by=by, at=at)


class CloseYearForm(ActionForm[ClosedYear]):
    """The closing of a year, confirmed by its number."""

    confirmed = forms.IntegerField(
        label=later("Écrivez l’année pour confirmer"),
        help_text=later(
            "Une clôture est définitive\u00a0: le fichier de l’exercice ne change plus."
        ),
        error_messages={"required": later("Écrivez l’année pour confirmer la clôture.")},
    )

    def perform(self, *, year: int, by: User, at: dt.datetime) -> ClosedYear:  # type: ignore[override]
        """Close it."""
        if self.cleaned_data["confirmed"] != year:
            raise Refused(_("Écrivez %(year)s pour confirmer.") % {"year": year}, field="confirmed")
        return periods.close_year(year=year, by=by, at=at)


class EntryForm(ActionForm[ManualEntry]):
    """A proposed entry: day, reason, paper, and its lines."""

    booked_for = DayField(
        label=later("Date de l’écriture"),
        error_messages={"required": later("Donnez la date de l’écriture.")},
    )
    reason = reason_field()
    paper = pdf_field()
    lines = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = [("", _("Compte")), *manual.account_choices()]
        for place in range(1, LINES + 1):
            number = {"number": place}
            self.fields[f"account_{place}"] = forms.ChoiceField(
                label=_("Compte, ligne %(number)s") % number, choices=accounts, required=False
            )
            self.fields[f"debit_{place}"] = EurosField(
                label=_("Débit, ligne %(number)s") % number, required=False
            )
            self.fields[f"credit_{place}"] = EurosField(
                label=_("Crédit, ligne %(number)s") % number, required=False
            )
            self.fields[f"owner_{place}"] = forms.CharField(
                label=_("CSE ou commerçant, ligne %(number)s") % number,
                max_length=12,
                required=False,
            )

    def rows(self) -> list[list[forms.BoundField]]:
        """Return the fields of each line, for the page."""
        parts = ("account", "debit", "credit", "owner")
        return [[self[f"{part}_{place}"] for part in parts] for place in range(1, LINES + 1)]

    def perform(self, *, by: User, at: dt.datetime) -> ManualEntry:  # type: ignore[override]
        """Propose the entry; refusals about its lines come back above them."""
        lines = [line for place in range(1, LINES + 1) if (line := self._line(place))]
        manual.check_lines(lines)
        return actions.propose_entry(
            booked_for=self.cleaned_data["booked_for"],
            reason=self.cleaned_data["reason"],
            lines=lines,
            paper=read_pdf(self.cleaned_data["paper"]),
            by=by,
            at=at,
        )

    def _line(self, place: int) -> Line | None:
        """Return a line, or None if its row is empty. Raises Refused if it is incomplete."""
        account, debit, credit, owner = (
            self.cleaned_data[f"{part}_{place}"] for part in ("account", "debit", "credit", "owner")
        )
        if not (account or debit or credit or owner):
            return None
        if not account:
            raise Refused(_("Choisissez le compte."), field=f"account_{place}")
        if bool(debit) == bool(credit):
            raise Refused(_("Donnez un débit ou un crédit, pas les deux."), field=f"debit_{place}")
        try:
            owned = owner_of(owner)
        except Refused as refusal:
            raise Refused(refusal.sentence, field=f"owner_{place}") from refusal
        cents = (debit or 0) - (credit or 0)
        return Line(Account(account), cents, owned.council_id, owned.merchant_id)


# The same three buttons on a line of the bank that matched nothing.
BANK_WORDS = {
    "OURS": later("Charge ou produit divers"),
    "STRIPE": later("Virement interne de Stripe"),
    "BANK": later("Frais de la banque"),
}


class CorrectCaseForm(ActionForm[ManualEntry]):
    """The correction of a difference, proposed in a press: whose books are wrong."""

    fault = forms.ChoiceField(
        choices=[
            ("OURS", later("Erreur de notre côté")),
            ("STRIPE", later("Erreur de Stripe")),
            ("BANK", later("Erreur de la banque")),
        ]
    )

    def perform(self, *, case: Case, by: User, at: dt.datetime) -> ManualEntry:  # type: ignore[override]
        """Propose its entry; the reason names the case."""
        fault = self.cleaned_data["fault"]
        words = dict(self.fields["fault"].choices)[fault]  # type: ignore[attr-defined]
        if case.kind == Case.Kind.BANK_LINE:
            words = BANK_WORDS[fault]
        return actions.propose_correction(
            case_id=case.pk,
            fault=actions.Fault[fault],
            reason=f"{words} · {case.reference}",
            by=by,
            at=at,
        )


class PostEntryForm(ActionForm[ManualEntry]):
    """The posting of a proposed entry."""

    def perform(self, *, entry: ManualEntry, by: User, at: dt.datetime) -> ManualEntry:  # type: ignore[override]
        """Post it; a payment on paper settles the council's shares with it."""
        if entry.way:
            return post_payment(entry_id=entry.pk, by=by, at=at)
        return actions.post_entry(entry_id=entry.pk, by=by, at=at)


class RefuseEntryForm(ActionForm[ManualEntry]):
    """The refusal of a proposed entry, or its withdrawal by its author."""

    refusal = forms.CharField(
        label=later("Motif du refus"),
        max_length=280,
        error_messages={"required": later("Dites pourquoi l’écriture est refusée.")},
    )

    def perform(self, *, entry: ManualEntry, by: User, at: dt.datetime) -> ManualEntry:  # type: ignore[override]
        """Refuse it."""
        refusal = self.cleaned_data["refusal"]
        return actions.refuse_entry(entry_id=entry.pk, refusal=refusal, by=by, at=at)


class ReverseEntryForm(ActionForm[ManualEntry]):
    """The proposal of an entry that takes a posted one back."""

    reason = reason_field()

    def perform(self, *, entry: ManualEntry, by: User, at: dt.datetime) -> ManualEntry:  # type: ignore[override]
        """Propose it."""
        reason = self.cleaned_data["reason"]
        return actions.propose_reversal(entry_id=entry.pk, reason=reason, by=by, at=at)
