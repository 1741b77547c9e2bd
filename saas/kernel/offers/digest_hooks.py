"""Hooks between the digest of a space and the merchants with an ad at its end."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import NamedTuple

from saas.kernel.hooks import Hook


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


# In a space: the next ad for each of these members, given with the company that they work for; then
# the notice that an ad was sent with their digest.
digest_ads: Hook[[Mapping[int, int | None], dt.datetime], dict[int, DigestAd]] = Hook()
ads_carried: Hook[[Collection[Carried], dt.datetime], None] = Hook()
