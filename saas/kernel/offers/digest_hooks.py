"""Hooks of the digest of a space: the news of its rooms, and the ad of a merchant at its end."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import NamedTuple

from saas.kernel.hooks import Hook


class Novelty(NamedTuple):
    """Something new in a space, for all of its members or for those of a single company.

    `note` is all that a member decides by, in a single line; `picture` is the path of a file.
    Novelties of the week ahead have the moment of their start.
    """

    at: dt.datetime
    symbol: str
    title: str
    note: str
    url: str
    author_id: int
    company_id: int | None = None
    site_id: int | None = None
    picture: str = ""
    starts_at: dt.datetime | None = None


class DigestAd(NamedTuple):
    """Single ad of a member's digest: its payer, and the amount it brought their council.

    `url` leads to the merchant and is counted. Without a name, `brought_cents` is the amount for
    all councils of the space this month.
    """

    reference: str
    headline: str
    payer: str
    url: str
    why_url: str
    brought_cents: int = 0
    council_name: str = ""


class Carried(NamedTuple):
    """An ad that left in the digest of a member, by their id."""

    person_id: int
    reference: str


# In a space: the news between two moments, regardless of visibility; `Novelty` has the audience.
novelties: Hook[[dt.datetime, dt.datetime], list[Novelty]] = Hook(shows=True)
# In a space: what members do together between two moments and may still join, the next first.
week_ahead: Hook[[dt.datetime, dt.datetime], list[Novelty]] = Hook(shows=True)
# In a space: the next ad for each of these members, given with the company that they work for; then
# the notice that an ad was sent with their digest.
digest_ads: Hook[[Mapping[int, int | None], dt.datetime], dict[int, DigestAd]] = Hook()
ads_carried: Hook[[Collection[Carried], dt.datetime], None] = Hook()
