"""A campaign is paid for: it runs, or waits until it is seen; its days move when they passed."""

import datetime as dt

from django.db import transaction

from saas.catalogue.placements.actions import reviews
from saas.catalogue.placements.models import Flight
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import prices as price_rules
from saas.catalogue.placements.rules import reviews as review_rules
from saas.kernel.database import rows

# Returns the first and last day of its flights: a late payment moves them. An ad of a trusted
# merchant runs at once, as does an ad with already approved words and picture; others wait.
_PAID = """
    WITH known AS (
        SELECT c.id, a.seen_at,
            a.id IS NOT NULL OR (m.trusted_at IS NOT NULL AND c.subjects = '') AS runs
        FROM placements_campaign c
        JOIN merchants_merchant m ON m.id = c.merchant_id
        LEFT JOIN LATERAL (
            SELECT id, seen_at FROM placements_campaign
            WHERE merchant_id = c.merchant_id AND review = 'approved' AND headline = c.headline
              AND text = c.text AND offer = c.offer AND picture = c.picture
            ORDER BY seen_at NULLS LAST LIMIT 1
        ) a ON true
        WHERE c.id = %s
    )
    UPDATE placements_campaign campaign SET state = 'paid', paid_at = %s,
        review = CASE WHEN runs THEN 'approved' ELSE 'waiting' END,
        reviewed_at = CASE WHEN runs THEN %s::timestamptz END,
        review_due_at = %s, seen_at = known.seen_at
    FROM known WHERE campaign.id = known.id AND campaign.state = 'draft'
    RETURNING (SELECT min(starts_on) FROM placements_flight WHERE campaign_id = campaign.id),
        (SELECT max(ends_on) FROM placements_flight WHERE campaign_id = campaign.id), runs,
        EXISTS (
            SELECT FROM placements_adgate g JOIN placements_flight f ON f.tenant_id = g.tenant_id
            WHERE f.campaign_id = campaign.id
        )
"""


@transaction.atomic(savepoint=False)
def mark_paid(*, campaign_id: int, at: dt.datetime) -> bool:
    """Mark a campaign as paid, so that it may run. Idempotent. Return True if its days moved.

    A campaign with a first day in the past is moved, so that no day is lost. Unless its merchant is
    trusted, it runs only after review by an operator. Called by settlement.
    """
    due_at = at + review_rules.SEEN_WITHIN
    paid = rows.tuples(_PAID, [campaign_id, at, at, due_at])
    if not paid:
        return False
    [(first_day, last_day, runs, has_gate)] = paid
    period = price_rules.Period(first_day, last_day) if first_day else None
    lost = campaign_rules.days_lost(period, day=campaign_rules.today(at))
    if lost:
        _move(campaign_id, days=lost)
    if runs and has_gate:
        reviews.ask_councils(campaign_id=campaign_id, at=at)
    if not runs or has_gate:
        lost += reviews.move_unseen(campaign_id=campaign_id, at=at)
    return lost > 0


def _move(campaign_id: int, *, days: int) -> None:
    flights = list(Flight.objects.filter(campaign=campaign_id))
    for flight in flights:
        flight.starts_on += dt.timedelta(days=days)
        flight.ends_on += dt.timedelta(days=days)
    Flight.objects.bulk_update(flights, ["starts_on", "ends_on"])
