"""Forms of the wizard: a goal, then a form for each step."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.catalogue.placements.actions import drafts as actions
from saas.catalogue.placements.forms.campaigns import WEEK, CampaignForm
from saas.catalogue.placements.models import Campaign, CampaignDraft, PartOfDay
from saas.catalogue.placements.queries import drafts
from saas.catalogue.placements.queries.campaigns import Reach
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import drafts as draft_rules
from saas.catalogue.placements.rules import prices as price_rules
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm


class GoalForm(ActionForm[CampaignDraft]):
    """First page of the wizard: each goal is a button."""

    goal = forms.CharField(label=_("But"), max_length=7, required=False)

    def perform(self, **context: Any) -> CampaignDraft:
        """Begin the draft."""
        return actions.begin(goal=self.cleaned_data["goal"], **context)


class AgainForm(ActionForm[CampaignDraft]):
    """Button that copies a campaign, or only its ad for further slots."""

    more = forms.BooleanField(required=False)

    def perform(self, **context: Any) -> CampaignDraft:
        """Copy the campaign."""
        begin = actions.begin_more if self.cleaned_data["more"] else actions.begin_again
        return begin(**context)


class DropForm(ActionForm[bool]):
    """Button that deletes a draft."""

    def perform(self, **context: Any) -> bool:
        """Delete the draft."""
        actions.drop(**context)
        return True


class FinishForm(ActionForm[Campaign]):
    """Button that leads to the payment; `prices` is the version that was shown."""

    prices = forms.CharField(max_length=12, required=False)

    def perform(self, **context: Any) -> Campaign:
        """Draw the campaign up."""
        return actions.finish(prices=self.cleaned_data["prices"], **context)


class StepForm(CampaignForm):
    """Questions of a single step, with the draft's answers."""

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        step: str,
        draft: CampaignDraft,
        reach: Reach,
        at: dt.datetime,
    ) -> None:
        initial = {name: getattr(draft, name) for name in draft_rules.COLUMNS[step]}
        if step == draft_rules.DATES and draft.starts_on is None:
            initial |= usual_days(draft, at)
        super().__init__(data, files, spaces=reach.spaces, at=at, initial=initial)
        self.step, self.draft, self.at = step, draft, at
        wanted = {
            *draft_rules.COLUMNS[step],
            *(["picture", "crop"] if step == draft_rules.AD else []),
        }
        for name in set(self.fields) - wanted:
            del self.fields[name]
        rows = drafts.slot_rows(draft, reach, at=at) if step == draft_rules.SLOTS else []
        self.has_prices = bool(rows)
        if rows:
            self.fields["slots"].choices = [(row.value, _in_two_lines(row)) for row in rows]  # type: ignore[attr-defined]
            free = {row.value for row in rows if not row.is_full}
            self.initial["slots"] = [slot for slot in draft.slots if slot in free]

    def clean_rhythm(self) -> str:
        """Return the rhythm; an empty value means a single run."""
        return self.cleaned_data["rhythm"] or Campaign.Rhythm.ONCE

    def clean(self) -> dict[str, Any]:
        """Check the dates at their own step; other steps need only their fields."""
        if self.step != draft_rules.DATES:
            return self.cleaned_data
        typed = super().clean()
        if not self.errors:
            self._check_dates(typed)
        return typed

    def _check_dates(self, typed: dict[str, Any]) -> None:
        period = price_rules.Period(typed["starts_on"], typed["ends_on"])
        day = campaign_rules.today(self.at)
        try:
            campaign_rules.check_period(period, day=day)
            if typed["rhythm"] == Campaign.Rhythm.MONTHLY:
                campaign_rules.check_first_month(period, day=day)
        except Refused as refusal:
            self.add_error(refusal.field, refusal.sentence)

    def store(self, *, by: User, at: dt.datetime) -> CampaignDraft | None:
        """Validate the step and store its answers; return None if the form has errors."""
        if not self.is_valid():
            return None
        answers = {name: self.cleaned_data[name] for name in draft_rules.COLUMNS[self.step]}
        if "day_part" in answers:
            answers["day_part"] = answers["day_part"] or PartOfDay.ALL
        return actions.change(draft=self.draft, answers=answers, photo=self._photo(), by=by, at=at)

    def _photo(self) -> campaign_rules.Photo:
        if self.step != draft_rules.AD:
            return campaign_rules.AS_BEFORE
        return campaign_rules.Photo(
            self.cleaned_data["picture"], self.keeps_picture(), crop=self.cleaned_data["crop"]
        )

    def keep_typed(self, *, by: User, at: dt.datetime) -> CampaignDraft:
        """Store the words typed so far, cut to their columns, while the page stays open."""
        limits = {name: self.fields[name].max_length for name in draft_rules.COLUMNS[self.step]}  # type: ignore[attr-defined]
        answers = {name: self.shown(name)[:most] for name, most in limits.items()}
        return actions.change(draft=self.draft, answers=answers, by=by, at=at)


def _in_two_lines(row: drafts.SlotRow) -> SafeString:
    if row.is_full:
        return format_html("<b>{}</b><small>{}<br>{}</small>", row.name, row.note, row.places)
    heading = _("%(slot)s\u00a0: %(price)s") % {"slot": row.name, "price": row.price}
    return format_html("<b>{}</b><small>{}<br>{}</small>", heading, row.note, row.places)


def usual_days(draft: CampaignDraft, at: dt.datetime) -> dict[str, dt.date]:
    """Return a week from tomorrow, or the first month."""
    first = campaign_rules.today(at) + dt.timedelta(days=1)
    if draft.rhythm == Campaign.Rhythm.MONTHLY:
        return {"starts_on": first, "ends_on": price_rules.month_from(first).ends_on}
    return {"starts_on": first, "ends_on": first + dt.timedelta(days=WEEK)}
