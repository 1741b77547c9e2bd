"""Attribution of the money in a payout to its owners, to the cent: first in, first out.

A council's account contains transfers of shares less their reversals, restitutions after an appeal,
and VAT of its invoices. After a replacement, each account contains only its own transfers. Our
account contains the part of each sale not owed to a council and not paid out.
"""

from django.db import connection

from billing.councils.queries.changes import had_another_account
from billing.models import Payout

_LEFT_ALREADY = """
    coalesce((
        SELECT sum(part.amount_cents) FROM billing_{table} part
        JOIN billing_payout other ON other.id = part.payout_id
        WHERE part.{origin}_id = {owner}.id AND other.state NOT IN ('failed', 'canceled')), 0)
"""


def _left_already(table: str, origin: str, owner: str) -> str:
    return _LEFT_ALREADY.format(table=table, origin=origin, owner=owner)


def _arrived(kind: str, row: str) -> str:
    """Ask that the call which sent a row named the account; its words were frozen with it."""
    return f"""
        (%(account)s = '' OR {row}.id IN (
            SELECT call.subject_id FROM billing_stripecall call
            WHERE call.kind = '{kind}' AND call.state = 'done'
              AND call.params ->> 'destination' = %(account)s))
    """  # noqa: S608 - names of this file


_OF_COUNCIL = f"""
    SELECT 'transfer' AS origin, sent.id, sent.done_at, sent.amount_cents
        - coalesce((
            SELECT sum(entry.amount_cents) FROM billing_ledgerentry entry
            WHERE entry.sale_id = share.sale_id AND entry.council_id = share.council_id
              AND entry.account = 'stripe.balance' AND entry.amount_cents > 0), 0)
        - {_left_already("payoutpart", "transfer", "sent")} AS cents
    FROM billing_transfer sent
    JOIN billing_share share ON share.id = sent.share_id
    WHERE share.council_id = %(council)s AND sent.state = 'done' AND sent.done_at <= %(made_at)s
      AND {_arrived("transfer", "sent")}
    UNION ALL
    SELECT 'restitution', given.id, given.done_at, given.amount_cents - given.netted_cents
        - {_left_already("restitutionpart", "restitution", "given")}
    FROM billing_restitution given
    JOIN billing_share share ON share.id = given.share_id
    WHERE share.council_id = %(council)s AND given.state = 'done' AND given.done_at <= %(made_at)s
      AND {_arrived("giveback", "given")}
    UNION ALL
    SELECT 'tax', tax.id, tax.done_at, tax.amount_cents - tax.netted_cents
        - {_left_already("taxpart", "tax", "tax")}
    FROM billing_taxpayment tax
    JOIN billing_statement bill ON bill.id = tax.statement_id
    WHERE bill.council_id = %(council)s AND tax.state = 'done' AND tax.done_at <= %(made_at)s
      AND {_arrived("tax", "tax")}
"""  # noqa: S608 - names of this file
_OF_OURS = f"""
    SELECT 'sale' AS origin, sale.id, sale.collected_at AS done_at,
        kept.cents - {_left_already("payoutpart", "sale", "sale")} AS cents
    FROM (
        SELECT sale_id, sum(amount_cents) AS cents FROM billing_ledgerentry
        WHERE account IN ('stripe.balance', 'share.held', 'share.due') AND sale_id IS NOT NULL
        GROUP BY sale_id HAVING sum(amount_cents) > 0
    ) kept
    JOIN billing_sale sale ON sale.id = kept.sale_id
    WHERE sale.collected_at <= %(made_at)s
"""  # noqa: S608 - names of this file
_OLDEST_FIRST = """
    WITH waiting AS ({waiting}), queue AS (
        SELECT origin, id, cents,
               sum(cents) OVER (ORDER BY done_at, origin, id) - cents AS before
        FROM waiting WHERE cents > 0
    ), parts AS (
        SELECT origin, id, least(cents, %(cents)s - before) AS cents
        FROM queue WHERE before < %(cents)s
    ), given AS (
        INSERT INTO billing_restitutionpart (payout_id, restitution_id, amount_cents)
        SELECT %(payout)s, id, cents FROM parts WHERE origin = 'restitution'
    ), taxed AS (
        INSERT INTO billing_taxpart (payout_id, tax_id, amount_cents)
        SELECT %(payout)s, id, cents FROM parts WHERE origin = 'tax'
    )
    INSERT INTO billing_payoutpart (payout_id, transfer_id, sale_id, amount_cents)
    SELECT %(payout)s, CASE origin WHEN 'transfer' THEN id END,
           CASE origin WHEN 'sale' THEN id END, cents
    FROM parts WHERE origin IN ('transfer', 'sale')
"""


def record_parts(payout: Payout) -> None:
    """Keep which transfers, restitutions, VAT or sales the money of a payout came from."""
    waiting = _OF_COUNCIL
    if payout.council_id is None:
        # Two of ours at once would take the same euros; a council's row is locked already.
        Payout.objects.select_for_update().filter(council=None).order_by("pk").first()
        waiting = _OF_OURS
    with connection.cursor() as cursor:
        cursor.execute(
            _OLDEST_FIRST.format(waiting=waiting),
            {
                "payout": payout.pk,
                "council": payout.council_id,
                "account": _former_account(payout),
                "made_at": payout.made_at,
                "cents": payout.amount_cents,
            },
        )


def _former_account(payout: Payout) -> str:
    """Return the account that a payout left if its council has replaced an account."""
    if payout.council_id is None or not had_another_account(payout.council_id):
        return ""
    return payout.account
