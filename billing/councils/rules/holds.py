"""The time that a council's share waits before it may leave."""

import datetime as dt
import zoneinfo

SEPA_HOLD_DAYS = 56


def release_at(
    *, collected_at: dt.datetime, method: str, hold_days: int, last_day: dt.date, zone: str
) -> dt.datetime:
    """Return when a share may leave: the hold is over, and its flights have run."""
    days = max(hold_days, SEPA_HOLD_DAYS) if method == "sepa_debit" else hold_days
    flown = dt.datetime.combine(
        last_day + dt.timedelta(days=1), dt.time.min, tzinfo=zoneinfo.ZoneInfo(zone)
    )
    return max(collected_at + dt.timedelta(days=days), flown.astimezone(dt.UTC))
