"""The path of a share, from the merchant to the council and back."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from billing.models import OwnEntry, OwnShare, Share
from tenants.community.council.queries.account import CouncilDesk, what_comes_first
from tenants.community.council.wording import trail as wording
from tenants.community.council.wording.shares import what_follows

_TONES: dict[str, str] = {
    Share.State.TRANSFERRED: "ok",
    Share.State.NETTED: "ok",
    Share.State.FROZEN: "bad",
    Share.State.PARTLY_REVERSED: "",
    Share.State.REVERSED: "",
    Share.State.CANCELLED: "",
}


class Trail(NamedTuple):
    """The path of a share: the amount earned, its present state, and each step."""

    share: OwnShare
    cents: int
    net_cents: int
    state: str
    tone: str
    follows: str
    steps: list[wording.Step]


def followed_share(shares: Iterable[OwnShare]) -> OwnShare | None:
    """Return the share that the front page follows: the last transferred share, if any."""
    return max(
        shares,
        key=lambda one: (one.transferred_at is not None, one.transferred_at or one.collected_at),
        default=None,
    )


def lines_of_share(reference: str) -> list[OwnEntry]:
    """Return the lines of the ledger about a share, oldest first."""
    return list(OwnEntry.objects.filter(share_reference=reference))


def trail_of(
    share: OwnShare, entries: Sequence[OwnEntry], *, desk: CouncilDesk | None, at: dt.datetime
) -> Trail:
    """Return the path of a share so far, and the conditions for its remaining steps."""
    first = what_comes_first(desk)
    earned = sum(entry.cents for entry in entries if entry.kind == "shared")
    left = [entry.pk for entry in entries if entry.kind == "transferred"]
    before = [entry for entry in entries if not left or entry.pk < left[0]]
    after = [entry for entry in entries if left and entry.pk > left[0]]
    return Trail(
        share=share,
        cents=earned,
        net_cents=share.net_cents,
        state=share.get_state_display(),
        tone=_TONES.get(share.state, "warn"),
        follows=what_follows(
            share.state,
            release_at=share.release_at,
            first=first,
            balance_cents=sum(entry.cents for entry in entries),
        ),
        steps=[
            *wording.from_the_merchant(share, at),
            wording.terms(share, earned),
            wording.fee(share),
            *wording.backwards(before),
            *wording.to_the_council(share, first=first, at=at),
            *wording.backwards(after),
        ],
    )
