"""Statements on the ledger that the database refuses to every role."""

import contextlib
from collections.abc import Iterator

from django.db import DatabaseError, connections, transaction
from django.db.backends.utils import CursorWrapper

from saas.kernel import schema

_EVENT = """
    INSERT INTO billing_ledgertransaction (business_key, kind, occurred_at, source_ref, note)
    VALUES ('refused:%s', 'fee', now(), '', '') RETURNING id
"""
_ENTRY = """
    INSERT INTO billing_ledgerentry (transaction_id, account, amount_cents, currency, stripe_id)
    SELECT id, '{account}', {cents}, '{currency}', '' FROM billing_ledgertransaction
    WHERE business_key = 'refused:%s'
"""
_LATE = """
    INSERT INTO billing_ledgerentry (transaction_id, account, amount_cents, currency, stripe_id)
    SELECT min(id), 'fees.stripe', {cents}, 'EUR', '' FROM billing_ledgertransaction
"""
_NUMBERED = """
    INSERT INTO billing_ledgertransaction (id, business_key, kind, occurred_at, source_ref, note)
    OVERRIDING SYSTEM VALUE
    SELECT min(id), 'refused:%s', 'fee', now(), '', '' FROM billing_ledgertransaction
"""
_FEE, _BALANCE = "fees.stripe", "stripe.balance"


def _event(*entries: tuple[str, int | str, str]) -> list[str]:
    parts = [
        _ENTRY.format(account=account, cents=cents, currency=currency)
        for account, cents, currency in entries
    ]
    return [_EVENT, *parts, "SET CONSTRAINTS ALL IMMEDIATE"]


# Each is tried in its own transaction; a statement that succeeds to its end is a finding.
NEVER = {
    "edit an amount": ["UPDATE billing_ledgerentry SET amount_cents = amount_cents + 1"],
    "edit an account": ["UPDATE billing_ledgerentry SET account = 'rounding'"],
    "edit a moment": ["UPDATE billing_ledgertransaction SET occurred_at = now()"],
    "edit a key": ["UPDATE billing_ledgertransaction SET business_key = 'x' || id"],
    "delete entries": ["DELETE FROM billing_ledgerentry"],
    "delete events": ["DELETE FROM billing_ledgertransaction"],
    "empty the entries": ["TRUNCATE billing_ledgerentry"],
    "empty everything": ["TRUNCATE billing_ledgertransaction CASCADE"],
    "a late entry": [_LATE.format(cents=5)],
    "two late entries that balance": [_LATE.format(cents=5), _LATE.format(cents=-5)],
    "an event that does not balance": _event((_FEE, 5, "EUR"), (_BALANCE, -4, "EUR")),
    "an event of one entry": _event((_FEE, 5, "EUR")),
    "an event of no entry": _event(),
    "an entry of nothing": _event((_FEE, 0, "EUR"), (_BALANCE, 0, "EUR")),
    "a foreign currency": _event((_FEE, 5, "USD"), (_BALANCE, -5, "USD")),
    "an unknown account": _event(("fees.other", 5, "EUR"), (_BALANCE, -5, "EUR")),
    "a share of nobody": _event(("share.held", 5, "EUR"), (_BALANCE, -5, "EUR")),
    "a part of a cent": _event((_FEE, "1.5::float8 / 0", "EUR"), (_BALANCE, -1, "EUR")),
    "the same key twice": [_EVENT, _EVENT],
    "another's number": [_NUMBERED],
    "no triggers": ["ALTER TABLE billing_ledgerentry DISABLE TRIGGER USER"],
    "a replica's blindness": ["SET session_replication_role = replica"],
}
# Statements allowed to the owner of the tables: it prepares databases, and serves no requests.
OWNERS = frozenset({"no triggers"})


def tried(spaces: list[str]) -> tuple[int, list[str]]:
    """Try all as the app in public, as each space, and as the owner of the tables."""
    askers = [(schema.PUBLIC, "default"), *((name, "default") for name in spaces)]
    attempts = [(who, alias, what) for who, alias in askers for what in NEVER]
    attempts += [(schema.PUBLIC, "owner", what) for what in NEVER if what not in OWNERS]
    found = []
    for who, alias, what in attempts:
        with schema.inside(who):
            if _goes_through(NEVER[what], alias):
                name = "the owner" if alias == "owner" else who
                found.append(f"{name} may change the books: {what}")
    return len(attempts), found


def _goes_through(statements: list[str], alias: str) -> bool:
    """Return True if all statements succeed in a transaction, later rolled back."""
    with contextlib.suppress(DatabaseError), _for_nothing(alias) as cursor:
        for statement in statements:
            cursor.execute(statement.replace("%s", "1"))
        return True
    return False


@contextlib.contextmanager
def _for_nothing(alias: str) -> Iterator[CursorWrapper]:
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        yield cursor
        transaction.set_rollback(True, using=alias)
