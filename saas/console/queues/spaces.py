"""The queue of spaces to prove: a letter or a call to the SIREN, or a name to read first."""

import datetime as dt
from typing import NamedTuple

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from saas.accounts.models import User
from saas.console.queues.shapes import (
    DECIDED_SHOWN,
    ApproveForm,
    DecidedRow,
    Queue,
    QueueRow,
    RefuseForm,
)
from tenants.spaces.actions import standing as actions
from tenants.spaces.models import Company, SpaceStanding
from tenants.spaces.queries import standing as queries
from tenants.spaces.queries.reach import Reach, reach_of

_Way = SpaceStanding.Way


class StandingView(NamedTuple):
    """Space to verify: its companies, its mail domains, and its number of people."""

    standing: SpaceStanding
    companies: list[Company]
    domains: list[str]
    reach: Reach


class ProveForm(ApproveForm[SpaceStanding]):
    """Method of contact with the company, and the person that answered or the text received."""

    way = forms.ChoiceField(
        label=gettext_lazy("Comment"),
        choices=(
            (_Way.CALL, gettext_lazy("Appel au numéro du SIREN")),
            (_Way.LETTER, gettext_lazy("Courrier à l’adresse du SIREN")),
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=280,
        help_text=gettext_lazy("Qui a répondu, ou ce que vous avez lu."),
        error_messages={
            "required": gettext_lazy("Notez qui vous avez appelé, ou ce que vous avez lu.")
        },
    )

    def perform(self, *, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Prove the space."""
        actions.prove(tenant=self.row.tenant, **self.cleaned_data, by=by, at=at)
        return True


class RefuseProofForm(RefuseForm[SpaceStanding]):
    """Why a space is not proven; its administrators read it."""

    def perform(self, *, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Refuse to prove the space."""
        actions.refuse(tenant=self.row.tenant, note=self.cleaned_data["reason"], by=by, at=at)
        return True


class SpaceQueue(Queue[SpaceStanding]):
    """Spaces to prove: they asked for a letter or a call, or their names wait to be read."""

    key = "spaces"
    icon = "shield-check"
    title = gettext_lazy("Espaces à vérifier")
    lead = gettext_lazy(
        "Un espace nouveau n’est pas vendu et invite peu. On joint l’entreprise à l’adresse ou au "
        "numéro de son SIREN, jamais à ceux de la demande\u202f; on lit les noms qui ressemblent à "
        "ceux d’une institution."
    )
    empty = gettext_lazy("Aucun espace à vérifier")
    approve_words = gettext_lazy("Vérifier l’espace")
    particulars = "console/space_to_prove.html"
    since = "asked_at"
    deadline = "due_at"
    approve_form = ProveForm
    refuse_form = RefuseProofForm

    def rows(self) -> QuerySet[SpaceStanding]:
        """Return the spaces that wait."""
        return queries.waiting()

    def find(self, reference: str) -> SpaceStanding | None:
        """Return the proof of the space of a schema, which no move of its address changes."""
        return queries.standing_of(reference)

    def row_of(self, row: SpaceStanding) -> QueueRow:
        """Return the space, how it asked, and the words to read."""
        words = row.flagged and _("à lire dans ses noms\u00a0: %(words)s") % {"words": row.flagged}
        parts = (row.tenant.get_kind_display(), row.way and row.get_way_display(), words)
        details = " · ".join(str(part) for part in parts if part)
        since = row.asked_at or row.tenant.created_at
        return QueueRow(
            row.tenant.schema_name, row.tenant.name, details, since, row.due_at or since
        )

    def shown(self, row: SpaceStanding, *, at: dt.datetime) -> StandingView:  # noqa: ARG002 - the form of all queues
        """Return the data that an operator compares with the register."""
        return StandingView(
            row,
            list(Company.objects.filter(tenant=row.tenant_id, left_at=None)),
            queries.domains_of(row.tenant),
            reach_of([row.tenant_id])[row.tenant_id],
        )

    def decided(self) -> list[DecidedRow]:
        """Return the last answers of operators."""
        return [
            DecidedRow(
                row.tenant.schema_name,
                row.tenant.name,
                row.state == SpaceStanding.State.PROVEN,
                row.decided_by,
                row.decided_at,
                row.note,
            )
            for row in queries.decided_by_operators()[:DECIDED_SHOWN]
            if row.decided_at is not None
        ]

    def count_words(self, count: int) -> str:
        """Count the spaces to prove."""
        return ngettext("%(count)d espace à vérifier", "%(count)d espaces à vérifier", count)


SPACES = SpaceQueue()
