"""Hooks of the catalogue: news and offers for spaces, and to-do items of merchants."""

import datetime as dt
from typing import Any, NamedTuple

from saas.kernel.hooks import Hook


class MerchantNeed(NamedTuple):
    """Something that waits for a merchant, and the page where they see to it."""

    symbol: str
    text: str
    url: str
    action: str


class Underway(NamedTuple):
    """Payment in progress: a label, a sentence, and its page."""

    words: str
    text: str
    url: str


class CouncilPart(NamedTuple):
    """Part of a campaign that a council receives."""

    council: str
    cents: int


class CampaignCost(NamedTuple):
    """The amounts paid for a campaign, net cents by flight; `left` was not refunded."""

    flights: dict[int, int]
    left: dict[int, int]
    refunded_cents: int


class OfferCard(NamedTuple):
    """An offer around, had by a code at the till: the part that draws it, and its values."""

    template: str
    values: dict[str, Any]


# In public: reports that came from a space, by its schema, were answered in this transaction.
reports_answered: Hook[[str], None] = Hook()
# In public: a shop was merged into another, both by their references, in this transaction.
shops_merged: Hook[[str, str], None] = Hook()
# In public: a picture, by its stored name, could not be drawn.
picture_refused: Hook[[str, dt.datetime], None] = Hook()
# In public: a person left a shop, in this transaction.
member_left: Hook[[int, dt.datetime], None] = Hook()
# At the merchant's desk: to-do items of a shop's member.
merchant_needs: Hook[[Any], list[MerchantNeed]] = Hook()
# In public: the payments in progress among drafts of campaigns.
underway: Hook[[list[int]], dict[int, Underway]] = Hook()
# In public: the parts of a paid campaign, by its reference, that each council receives.
campaign_shares: Hook[[str], list[CouncilPart]] = Hook()
# In public: the amounts paid for a campaign, by its reference; None without a sale.
campaign_cost: Hook[[str], CampaignCost | None] = Hook()
# In a space: offers of merchants around that run now, the nearest first.
offers_around: Hook[[dt.datetime], list[OfferCard]] = Hook()
