"""Rules of what waits for an administrator: how it is named, and until when it is answered."""

import datetime as dt

CLAIM_ANSWERED_WITHIN = dt.timedelta(days=7)


def about_claim(claim_id: int) -> str:
    """Name a claim, as notifications know it."""
    return f"company-claim:{claim_id}"
