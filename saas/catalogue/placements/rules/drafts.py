"""Rules of the wizard: steps, suggestions for a goal, and missing answers of a draft."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.catalogue.placements.models import Campaign, CampaignDraft, PartOfDay, Slot
from saas.kernel.errors import Refused

DATES, WHERE, SLOTS, AD = "dates", "where", "slots", "ad"
STEPS = (DATES, WHERE, SLOTS, AD)
MOST_DRAFTS = 20
COLUMNS = {
    DATES: ("rhythm", "starts_on", "ends_on"),
    WHERE: ("spaces",),
    SLOTS: ("slots", "day_part"),
    AD: ("headline", "text", "offer"),
}


class Suggestion(NamedTuple):
    """Suggested slots, rhythm and part of the day of a goal."""

    slots: tuple[str, ...]
    rhythm: str = Campaign.Rhythm.ONCE
    day_part: str = PartOfDay.ALL


SUGGESTIONS = {
    CampaignDraft.Goal.NOON: Suggestion((Slot.HOME_FEED, Slot.KIOSK), day_part=PartOfDay.NOON),
    CampaignDraft.Goal.KNOWN: Suggestion((Slot.HOME_FEED, Slot.NEIGHBOURHOOD)),
    CampaignDraft.Goal.OFFER: Suggestion((Slot.HOME_FEED, Slot.DIGEST)),
    CampaignDraft.Goal.LASTING: Suggestion((Slot.NEIGHBOURHOOD,), Campaign.Rhythm.MONTHLY),
}


def check_goal(goal: str) -> CampaignDraft.Goal:
    """Return the goal; raises Refused for a value that is no goal."""
    if goal not in CampaignDraft.Goal.values:
        raise Refused(_("Choisissez ce que vous attendez de cette campagne."), field="goal")
    return CampaignDraft.Goal(goal)


def missing(draft: CampaignDraft) -> list[str]:
    """Return the unanswered steps of a draft, in the order of the wizard."""
    answered = {
        DATES: bool(draft.starts_on and draft.ends_on),
        WHERE: bool(draft.spaces),
        SLOTS: bool(draft.slots),
        AD: bool(draft.headline),
    }
    return [step for step in STEPS if not answered[step]]


def step_after(step: str, left: Sequence[str]) -> str:
    """Return the step after another; an empty text if every step is answered."""
    if not left:
        return ""
    return left[0] if step == AD else STEPS[STEPS.index(step) + 1]
