"""Rules of an administrator's pending requests: their keys and their deadlines."""

import datetime as dt

CLAIM_ANSWERED_WITHIN = dt.timedelta(days=7)


def about_claim(claim_id: int) -> str:
    """Return the key of a claim's notifications."""
    return f"company-claim:{claim_id}"
