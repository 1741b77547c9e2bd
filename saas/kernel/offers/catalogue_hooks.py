"""News and offers of the catalogue for spaces, and what waits for a merchant at the desk."""

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
    """A payment that is on its way: in a word, in a sentence, and the page that follows it."""

    words: str
    text: str
    url: str


class OfferCard(NamedTuple):
    """An offer around, had by a code at the till: the part that draws it, and its values."""

    template: str
    values: dict[str, Any]


# In public: reports that came from a space, by its schema, were answered in this transaction.
reports_answered: Hook[[str], None] = Hook()
# In public: a picture, by its stored name, could not be drawn.
picture_refused: Hook[[str, dt.datetime], None] = Hook()
# At the merchant's desk: what waits for the person who keeps a shop.
merchant_needs: Hook[[Any], list[MerchantNeed]] = Hook()
# In public: of drafts of campaigns, those whose payment is on its way.
underway: Hook[[list[int]], dict[int, Underway]] = Hook()
# In a space: offers of merchants around that run now, the nearest first.
offers_around: Hook[[dt.datetime], list[OfferCard]] = Hook()
