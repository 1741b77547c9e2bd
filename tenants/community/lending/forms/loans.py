"""Forms to borrow a thing, to hand it over and to bring it back."""

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import private_pictures
from saas.kernel.display.widgets import Slots
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm, MomentField
from saas.kernel.uploads.picture_forms import PicturesForm
from saas.kernel.web import rate_limit
from tenants.community.lending.actions import loans as loan_actions
from tenants.community.lending.actions import things as thing_actions
from tenants.community.lending.actions import times as time_actions
from tenants.community.lending.forms.pace import AN_HOUR, check_pace
from tenants.community.lending.models import (
    DamageNote,
    LendingPicture,
    Loan,
    Thing,
    WaitingListEntry,
)
from tenants.community.lending.queries import loans as loan_queries
from tenants.community.lending.queries import pictures as picture_queries
from tenants.community.lending.rules import codes, slots
from tenants.community.lending.rules.codes import Code
from tenants.community.lending.rules.slots import LoanSlot

MOST_CODES = 20


class BorrowForm(ActionForm[Loan | WaitingListEntry]):
    """A requested slot: a start on the calendar's quarter-hour grid, and a duration.

    `verb` is to book it, or to join the waiting list if it is taken. `ends` is the end of a break,
    if the page has it.
    """

    starts = MomentField(
        error_messages={
            "required": _("Choisissez une heure de début."),
            "invalid": _("Choisissez une heure de la liste."),
        }
    )
    minutes = forms.IntegerField(required=False, min_value=15, max_value=90 * slots.A_DAY)
    ends = MomentField(required=False, widget=forms.HiddenInput)
    verb = forms.ChoiceField(choices=[("book", ""), ("wait", "")], required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, thing: Thing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing = thing

    def clean(self) -> dict[str, Any]:
        """Ask for a length where no end is given."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("ends") and not cleaned.get("minutes"):
            self.add_error("minutes", gettext("Choisissez pour combien de temps."))
        return cleaned

    def slot(self, *, at: dt.datetime) -> LoanSlot:
        """Return the requested slot; for a break that has begun, its remaining time."""
        cleaned = self.cleaned_data
        starts = cleaned["starts"].astimezone(dt.UTC)
        if cleaned["ends"] is None:
            zone = timezone.get_current_timezone()
            return LoanSlot(starts, slots.end_of(starts, cleaned["minutes"], zone))
        return LoanSlot(max(starts, slots.floor_quarter(at)), cleaned["ends"].astimezone(dt.UTC))

    def perform(self, **context: Any) -> Loan | WaitingListEntry:
        """Book it, or wait for it."""
        check_pace(context["by"])
        zone, slot = timezone.get_current_timezone(), self.slot(at=context["at"])
        if self.cleaned_data["verb"] == "wait":
            return time_actions.wait(thing=self.thing, slot=slot, zone=zone, **context)
        return loan_actions.request(
            thing=self.thing,
            slot=slot,
            zone=zone,
            key=self.cleaned_data["key"],
            **context,
        )


class StepForm(ActionForm[Loan]):
    """A step taken by a party of a loan."""

    VERBS = (
        *("accept", "decline", "cancel", "withdraw", "hand_over", "give_back", "declare_lost"),
        *("extend", "allow_extension", "refuse_extension", "thank"),
    )
    verb = forms.ChoiceField(choices=[(verb, verb) for verb in VERBS], widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Un mot, si vous voulez"), max_length=200, required=False)
    until = MomentField(label=_("Le garder jusqu’à"), required=False, widget=Slots)

    def __init__(self, *args: Any, loan: Loan, verbs: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.loan = loan
        if not {"decline", "withdraw"} & set(verbs):
            del self.fields["reason"]
        if "extend" not in verbs:
            del self.fields["until"]

    def perform(self, **context: Any) -> Loan:
        """Take the step."""
        cleaned = self.cleaned_data
        reason, until = cleaned.get("reason", ""), cleaned.get("until")
        return take_verb(self.loan, cleaned["verb"], reason=reason, until=until, **context)


def take_verb(
    loan: Loan, verb: str, *, reason: str, until: dt.datetime | None, by: User, at: dt.datetime
) -> Loan:
    """Take the step that a verb names. Raises Refused, NotAllowed."""
    plain = {
        "accept": loan_actions.accept,
        "cancel": loan_actions.cancel,
        "hand_over": loan_actions.hand_over,
        "give_back": loan_actions.give_back,
        "declare_lost": loan_actions.declare_lost,
        "thank": loan_actions.thank,
    }
    if verb in plain:
        return plain[verb](loan=loan, by=by, at=at)
    if verb in {"decline", "withdraw"}:
        end = loan_actions.decline if verb == "decline" else loan_actions.withdraw_promise
        return end(loan=loan, reason=reason, by=by, at=at)
    if verb == "extend":
        return _extend(loan, until, by=by, at=at)
    return time_actions.answer_extension(loan=loan, allow=verb == "allow_extension", by=by, at=at)


def _extend(loan: Loan, until: dt.datetime | None, *, by: User, at: dt.datetime) -> Loan:
    if until is None:
        raise Refused(gettext("Choisissez jusqu’à quand."), field="until")
    zone = timezone.get_current_timezone()
    return time_actions.extend(loan=loan, until=until.astimezone(dt.UTC), zone=zone, by=by, at=at)


class CodeForm(ActionForm[Loan]):
    """The six figures that the other side shows under their QR code."""

    code = forms.CharField(
        label=_("Le code de l’autre, en six chiffres"),
        max_length=9,
        error_messages={"required": _("Tapez les six chiffres affichés chez l’autre.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def __init__(self, *args: Any, loan: Loan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.loan = loan

    def perform(self, **context: Any) -> Loan:
        """Take the step that the figures are for."""
        return take_typed(self.loan, self.cleaned_data["code"], **context)


def take_typed(loan: Loan, typed: str, *, by: User, at: dt.datetime) -> Loan:
    """Take the hand-over that six figures are for. Raises Refused, also where tried too often."""
    rate_limit.check(
        "loan-codes",
        str(by.pk),
        most=MOST_CODES,
        per_seconds=AN_HOUR,
        when_silent=rate_limit.Silent.REFUSE,
        field="code",
    )
    code = loan_queries.code_typed(loan, typed, by=by)
    return take_step(loan, code, by=by, at=at)


def take_step(loan: Loan, code: Code, *, by: User, at: dt.datetime) -> Loan:
    """Take the hand-over that a code is for."""
    if code.step == codes.RETURN:
        return loan_actions.give_back(loan=loan, code=code, by=by, at=at)
    return loan_actions.hand_over(loan=loan, code=code, by=by, at=at)


class DamageForm(PicturesForm[DamageNote, LendingPicture]):
    """A report of damage or missing parts, with a text and pictures."""

    field_order = ("text", "pictures")

    text = forms.CharField(
        label=_("Ce qui manque ou ce qui est abîmé"),
        max_length=500,
        error_messages={"required": _("Dites ce qui manque ou ce qui est abîmé.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, loan: Loan, person: User, **kwargs: Any) -> None:
        self.loan, self.person = loan, person
        super().__init__(*args, **kwargs)

    def receive_picture(self, upload: private_pictures.Upload, **context: Any) -> LendingPicture:
        """Keep a picture as a draft."""
        return thing_actions.receive_picture(upload=upload, **context)

    def own_pictures(self, ids: list[int]) -> list[LendingPicture]:
        """Return the person's draft pictures."""
        return picture_queries.own_pictures(ids, by=self.person)

    def perform(self, **context: Any) -> DamageNote:
        """Report the damage to the other party."""
        text = self.cleaned_data["text"]
        return time_actions.report_damage(
            loan=self.loan, text=text, pictures=self.attached, **context
        )
