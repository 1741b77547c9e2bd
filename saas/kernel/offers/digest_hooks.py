"""Questions between the digest of a space and the merchants whose ad stands at its end."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import NamedTuple

from saas.kernel.hooks import Hook


class DigestAd(NamedTuple):
    """The one ad of a member's digest: who pays for it, and what it brought their council.

    `url` leads to the merchant and is counted. Without a name, `brought_cents` is what it brought
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


# In a space: the ad whose turn it is for each of some members, who are given with the company that
# they work for; and the word that it left with their digest.
digest_ads: Hook[[Mapping[int, int | None], dt.datetime], dict[int, DigestAd]] = Hook()
ads_carried: Hook[[Collection[Carried], dt.datetime], None] = Hook()
