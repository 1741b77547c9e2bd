"""Forms of a list of staff: upload it, map its columns, confirm it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.kernel.forms import ActionForm, DayField
from saas.kernel.uploads import sheets
from tenants.community.members.actions import roster as actions
from tenants.community.members.forms.membership import CompanyField
from tenants.community.members.models import RosterUpload
from tenants.community.members.queries.roster_plan import Plan
from tenants.community.members.rules import roster as rules
from tenants.community.members.wording import roster as wording
from tenants.community.members.wording.roster import Outcome

LONGEST_SAMPLE = 30


class UploadForm(ActionForm[RosterUpload]):
    """A file with a list of staff; in a park, also its company."""

    file = forms.FileField(
        label=gettext_lazy("Votre liste"),
        help_text=gettext_lazy(
            "CSV ou classeur .xlsx, 30\u202f000 lignes et 5\u00a0Mo au plus. Elle est effacée "
            "une fois confirmée, sinon le lendemain."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={
            "required": gettext_lazy("Choisissez un fichier."),
            "empty": gettext_lazy("Ce fichier est vide. Choisissez celui qui contient la liste."),
        },
    )

    def __init__(
        self, *args: Any, asks_company: bool, scope: frozenset[int] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if asks_company:
            self.fields["company_id"] = CompanyField(
                label=_("Entreprise"),
                nothing=_("Une colonne la nomme, ligne par ligne"),
                required=scope is not None,
                scope=scope,
            )
            self.order_fields(["company_id", "file"])

    def perform(self, **context: Any) -> RosterUpload:
        """Keep the file, which a job reads."""
        file = self.cleaned_data["file"]
        sheets.check_size(file.size)
        return actions.upload(
            name=file.name,
            content=file.read(),
            company_id=self.cleaned_data.get("company_id"),
            **context,
        )


class ColumnsForm(ActionForm[RosterUpload]):
    """The mapping of a list's columns to fields."""

    def __init__(
        self, *args: Any, upload: RosterUpload, names_company: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        columns = list(enumerate(map(_shown, upload.heading, _samples_of(upload))))
        wanted = rules.fields_of(names_company=names_company)
        known = upload.columns or rules.recognised(upload.heading, wanted)
        for name in wanted:
            needed = name in rules.REQUIRED
            nothing = _("Choisissez…") if needed else _("Aucune")
            self.fields[name] = forms.TypedChoiceField(
                label=rules.LABELS[name],
                choices=[("", nothing), *columns],
                coerce=int,
                empty_value=None,
                required=needed,
                initial=known.get(name),
                error_messages={"required": _("Choisissez la colonne où le lire.")},
            )

    def perform(self, **context: Any) -> RosterUpload:
        """Keep the columns."""
        chosen = {name: place for name, place in self.cleaned_data.items() if place is not None}
        return actions.choose_columns(columns=chosen, **context)


class ImportForm(ActionForm[Outcome]):
    """The last word before people are invited and accounts are closed."""

    day = DayField(
        label=gettext_lazy("Jour des invitations"),
        help_text=gettext_lazy(
            "Elles partent ce jour-là à partir de 8\u00a0h. Sans jour, dès que vous confirmez, "
            "mais jamais avant le jour du lancement."
        ),
        required=False,
    )
    leaving = forms.MultipleChoiceField(required=False)
    leaving_all = forms.BooleanField(required=False)

    def __init__(self, *args: Any, plan: Plan, words: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = plan.closable
        self.matching = [row.key for row in rows if row.contains(rules.plain(words))]
        self.fields["leaving_all"].label = wording.leaving_all(len(self.matching), words)
        self.fields["leaving"].choices = [(row.key, row.name) for row in rows]  # type: ignore[attr-defined]
        self.initial["leaving"] = [row.key for row in rows if row.left_on]
        shown = {"day": plan.new, "leaving": rows, "leaving_all": self.matching}
        self.fields = {name: field for name, field in self.fields.items() if shown[name]}

    @property
    def ticked(self) -> set[str]:
        """The people ticked for the closing of their accounts."""
        return set(self["leaving"].value() or []) if "leaving" in self.fields else set()

    def perform(self, **context: Any) -> Outcome:
        """Carry out the preview."""
        day, leaving = self.cleaned_data.get("day"), set(self.cleaned_data.get("leaving", []))
        if self.cleaned_data.get("leaving_all"):
            leaving |= set(self.matching)
        return actions.confirm(day=day, leaving_keys=leaving, **context)


class WithdrawForm(ActionForm[int]):
    """The withdrawal of an invitation, or of all those of a day."""

    key = forms.UUIDField(required=False)
    day = forms.DateField(required=False)

    def perform(self, **context: Any) -> int:
        """Take them back."""
        cleaned = self.cleaned_data
        return actions.withdraw(key=cleaned["key"], day=cleaned["day"], **context)


def _shown(heading: str, sample: str) -> str:
    """Label a column by its heading and a sample of its cells."""
    if not heading:
        return sample or "—"
    return _("%(heading)s (p. ex. %(sample)s)") % {"heading": heading, "sample": sample or "—"}


def _samples_of(upload: RosterUpload) -> list[str]:
    columns = zip(*(row[1:] for row in upload.rows), strict=True)
    found = [next((str(cell) for cell in column if cell), "") for column in columns]
    return [sample[:LONGEST_SAMPLE] for sample in found] or [""] * len(upload.heading)
