"""The shape of a queue: rows that wait for an operator, each with a deadline and two answers."""

import datetime as dt
from abc import ABC, abstractmethod
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.console.waiting.shapes import Waiting
from saas.kernel.forms import ActionForm

DECIDED_SHOWN = 10


class QueueRow(NamedTuple):
    """A row that waits for an answer: its name, a line about it, and when it is due."""

    reference: str
    title: str
    details: str
    since: dt.datetime
    deadline_at: dt.datetime


class DecidedRow(NamedTuple):
    """A decided row: the decision, its operator and, for a refusal, its reason."""

    reference: str
    title: str
    is_approved: bool
    by: str
    at: dt.datetime
    reason: str


class ApproveForm[T: Model](ActionForm[bool]):
    """The button that approves a row; a queue that asks for more adds fields."""

    def __init__(self, *args: Any, row: T, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row


class RefuseForm[T: Model](ActionForm[bool]):
    """The reason of a refusal; the requester reads it."""

    reason = forms.CharField(
        label=_("Motif du refus"),
        max_length=200,
        help_text=_("La personne qui attend le lit : dites ce qui manque et quoi faire."),
        error_messages={"required": _("Dites pourquoi : la personne qui attend le lira.")},
    )

    def __init__(self, *args: Any, row: T, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row


class Queue[T: Model](ABC):
    """A queue of the console, worked by keyboard: approve, refuse with a reason, next.

    `rows()` returns the pending rows; `deadline` and `since` are columns of the row. The template
    `particulars` shows the operator the details before the decision; it reads `shown`.
    """

    key: ClassVar[str]
    icon: ClassVar[str]
    title: ClassVar[str | Promise]
    lead: ClassVar[str | Promise]
    empty: ClassVar[str | Promise]
    approve_words: ClassVar[str | Promise] = _("Approuver")
    particulars: ClassVar[str]
    since: ClassVar[str]
    deadline: ClassVar[str]
    approve_form: ClassVar[type[ApproveForm[Any]]]
    refuse_form: ClassVar[type[RefuseForm[Any]]]

    @abstractmethod
    def rows(self) -> QuerySet[T]:
        """Return the rows that wait."""

    @abstractmethod
    def find(self, reference: str) -> T | None:
        """Return the row of a reference, answered or not."""

    @abstractmethod
    def row_of(self, row: T) -> QueueRow:
        """Return the list entry of a row."""

    @abstractmethod
    def shown(self, row: T, *, at: dt.datetime) -> Any:
        """Return the details of a row for the template `particulars`."""

    @abstractmethod
    def decided(self) -> list[DecidedRow]:
        """Return the last answers, the newest first, `DECIDED_SHOWN` at most."""

    @abstractmethod
    def count_words(self, count: int) -> str:
        """Count the rows that wait, with `%(count)d` left in."""

    @property
    def page(self) -> str:
        """The name of the address of its list."""
        return f"ops:{self.key}_queue"

    def ordered(self) -> QuerySet[T]:
        """Return the rows that wait, the earliest deadline first."""
        return self.rows().order_by(self.deadline, "pk")

    def waiting(self) -> Waiting:
        """Return the queue's entry in *À traiter*."""
        return Waiting(self.rows(), self.since, self.count_words, self.page, "warn")

    def approve(self, row: T, data: Any, *, by: User, at: dt.datetime) -> ActionForm[bool]:
        """Approve a row with the posted data; the form has errors if the action was refused."""
        form = self.approve_form(data, row=row)
        form.submit(by=by, at=at)
        return form

    def refuse(self, row: T, data: Any, *, by: User, at: dt.datetime) -> ActionForm[bool]:
        """Refuse a row for the typed reason; the form has an error if the reason is missing."""
        form = self.refuse_form(data, row=row)
        form.submit(by=by, at=at)
        return form
