"""Every table of a space has its part in a member's copy, or a reason for its absence."""

from typing import Any

from django.apps import apps
from django.conf import settings

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.people.personal import is_key_to_a_person, key_of
from tenants.community.personal_data import wording

OTHERS = "written by somebody else about their own act: the row is the space's"
MAILED = "a mail about a row that is in the copy; it lies in the person's own mailbox"
# Foreign keys to a person without data for that person's copy, and the reason.
NOT_BY_THIS_KEY = {
    "classifieds.Classified.closed_with": "the author's own note of with whom they came to terms",
    "classifieds.Classified.reserved_for": "in the conversation between the two, which is there",
    "conversations.Block.blocked": "whoever blocks somebody tells nobody",
    "gatherings.BudgetLine.set_by": "the council's books, not the person's",
    "integrations.IdempotentRequest.person": "a program's own request, for a day",
    "integrations.WebhookEndpoint.made_by": OTHERS,
    "kiosk.Screen.paired_by": OTHERS,
    "kiosk.DayPart.made_by": OTHERS,
    "kiosk.Arrangement.set_by": OTHERS,
    "members.ClosingRequest.asked_by": OTHERS,
    "members.ClosingRequest.decided_by": OTHERS,
    "members.CompanyClaim.decided_by": OTHERS,
    "members.CouncilChange.by": OTHERS,
    "members.Departure.closed_by": OTHERS,
    "members.Departure.reopened_by": OTHERS,
    "members.Role.given_by": OTHERS,
    "moderation.Charter.published_by": OTHERS,
    "moderation.Decision.by": "a moderator's duty: it is told to the people concerned",
    "moderation.Decision.first_by": "a moderator's duty, as above",
    "moderation.LogLine.moderator": "a moderator's duty, as above",
    "personal_data.Erasure.asked_by": OTHERS,
    "sso.Provider.proposed_by": OTHERS,
    "rides.Booking.cancelled_by": "whoever gave up a seat stands in the booking's own state",
}


def keys_to_people() -> dict[str, Any]:
    """The fields of a space's tables that lead to a person, by their names."""
    return {
        key_of(field): field
        for config in apps.get_app_configs()
        if config.name in settings.TENANT_APPS
        for model in config.get_models()
        if model._meta.managed
        for field in model._meta.get_fields()
        if is_key_to_a_person(field)
    }


def test_copy_finds_a_person_by_each_key_that_leads_to_them_but_for_a_reason(owner: User) -> None:
    answered = {
        key for tables in hooks.personal_data.ask(owner) for table in tables for key in table.keys
    }
    missing = keys_to_people().keys() - answered - NOT_BY_THIS_KEY.keys()
    assert not missing
    assert not NOT_BY_THIS_KEY.keys() & answered
    assert not NOT_BY_THIS_KEY.keys() - keys_to_people().keys()


def test_each_column_of_a_copy_has_words_for_people(owner: User) -> None:
    tables = [table for tables in hooks.personal_data.ask(owner) for table in tables]
    used = {column.rpartition("__")[2] for table in tables for column in table.columns}
    assert used == wording.COLUMNS.keys()
    assert len({table.name for table in tables}) == len(tables)
