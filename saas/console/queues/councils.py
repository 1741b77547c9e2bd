"""The queue of councils to confirm: minutes of elections, seen before any money may leave."""

import datetime as dt
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.councils.actions.mandates import confirm_mandate, refuse_mandate
from billing.councils.queries import mandates as queries
from billing.models import CouncilMandate
from saas.accounts.models import User
from saas.console.operators import rules as operator_rules
from saas.console.queries.operators import operators
from saas.console.queries.seats import has_vouched
from saas.console.queues.shapes import (
    DECIDED_SHOWN,
    ApproveForm,
    DecidedRow,
    Queue,
    QueueRow,
    RefuseForm,
)


class MandateView(NamedTuple):
    """The minutes of a council with those that it submitted before."""

    mandate: CouncilMandate
    earlier: list[CouncilMandate]


class ConfirmForm(ApproveForm[CouncilMandate]):
    """The button that confirms the treasurer and the secretary of a council."""

    def perform(self, *, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Confirm them until the end of their mandate."""
        people = (self.row.treasurer_reference, self.row.secretary_reference)
        vouched = has_vouched(self.row.council.tenant, people, by)
        others = sum(line.user.pk != by.pk for line in operators())
        operator_rules.check_second_look(vouched=vouched, others=others)
        confirm_mandate(mandate=self.row, by=by, at=at)
        return True


class RefuseMandateForm(RefuseForm[CouncilMandate]):
    """Why the minutes are refused; the council reads it."""

    def perform(self, *, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Refuse them."""
        refuse_mandate(mandate=self.row, reason=self.cleaned_data["reason"], by=by, at=at)
        return True


class CouncilQueue(Queue[CouncilMandate]):
    """Councils to confirm: the minutes of their election wait for an operator."""

    key = "councils"
    icon = "landmark"
    title = gettext_lazy("CSE à confirmer")
    lead = gettext_lazy(
        "Avant que de l’argent puisse partir, on lit le procès-verbal de l’élection : les noms, "
        "la date, la fin du mandat. La trésorerie et le secrétariat sont deux personnes."
    )
    empty = gettext_lazy("Aucun procès-verbal à lire")
    approve_words = gettext_lazy("Confirmer ce CSE")
    particulars = "console/mandate.html"
    since = "submitted_at"
    deadline = "deadline_at"
    approve_form = ConfirmForm
    refuse_form = RefuseMandateForm

    def rows(self) -> QuerySet[CouncilMandate]:
        """Return the minutes that wait."""
        return queries.mandates_waiting()

    def find(self, reference: str) -> CouncilMandate | None:
        """Return the minutes of a reference."""
        return queries.mandate_at(reference)

    def row_of(self, row: CouncilMandate) -> QueueRow:
        """Return the council, its space, and the two names."""
        names = {
            "space": row.council.tenant.name,
            "treasurer": row.treasurer_name,
            "secretary": row.secretary_name,
        }
        details = _("%(space)s · trésorerie %(treasurer)s · secrétariat %(secretary)s") % names
        return QueueRow(row.reference, row.council.name, details, row.submitted_at, row.deadline_at)

    def shown(self, row: CouncilMandate, *, at: dt.datetime) -> MandateView:  # noqa: ARG002 - the form of all queues
        """Return the minutes, and those before."""
        others = [one for one in queries.mandates_of(row.council) if one.pk != row.pk]
        return MandateView(row, others)

    def decided(self) -> list[DecidedRow]:
        """Return the last answers."""
        return [
            DecidedRow(
                row.reference,
                row.council.name,
                row.state == CouncilMandate.State.CONFIRMED,
                row.decided_by_name,
                row.decided_at,
                row.reason,
            )
            for row in queries.mandates_decided()[:DECIDED_SHOWN]
            if row.decided_at is not None
        ]

    def count_words(self, count: int) -> str:
        """Count the councils to confirm."""
        return ngettext(
            "%(count)d CSE attend que son élection soit confirmée",
            "%(count)d CSE attendent que leur élection soit confirmée",
            count,
        )


COUNCILS = CouncilQueue()
