"""Actions on statements of our bank: keep a file for its reading, import its lines, or drop it.

Code de commerce, art. L123-12 and R123-174: each move is booked, on its day, with its piece: here
the statement. Payouts of Stripe and transfers by hand leave 580 for 512; a line that matches
nothing goes to 471 and is a case until an operator corrects it.
"""

import datetime as dt
import hashlib
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from billing.ledger import posting, tasks
from billing.ledger.queries import bank as queries
from billing.ledger.queries.bank import Match
from billing.ledger.queries.periods import noon_of
from billing.ledger.rules import bank as rules
from billing.ledger.settlement import cases
from billing.ledger.settlement.numbering import lock_numbers
from billing.models import Account, BankLine, BankStatement, Case, LedgerTransaction
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.tasks import after_commit, call_after_commit
from saas.kernel.uploads import files

FOLDER = "books"
MOST_BYTES = 2 * 1024 * 1024
COUNTERS = {
    BankLine.Kind.PAYOUT: Account.BANK_TRANSIT,
    BankLine.Kind.REFUND: Account.BANK_TRANSIT,
    BankLine.Kind.PAPER: Account.BANK_TRANSIT,
    BankLine.Kind.FEE: Account.FEES_BANK,
    BankLine.Kind.UNKNOWN: Account.SUSPENSE,
}


@transaction.atomic
def keep_statement(*, name: str, content: bytes, by: User, at: dt.datetime) -> BankStatement:
    """Keep a statement, which a job reads; the same file is the same statement. Raises Refused."""
    if len(content) > MOST_BYTES:
        raise Refused(_("Ce relevé dépasse 2\u00a0Mo."), field="file")
    sha256 = hashlib.sha256(content).hexdigest()
    known = queries.known_statement(sha256)
    if known is not None:
        return known
    statement = BankStatement.objects.create(
        name=name[:120],
        sha256=sha256,
        file=default_storage.save(files.private_name(FOLDER, "txt"), ContentFile(content)),
        uploaded_by=by,
        uploaded_at=at,
    )
    after_commit(tasks.read_statement, statement.pk)
    return statement


@transaction.atomic
def import_statement(*, statement_id: int, by: User, at: dt.datetime) -> BankStatement:
    """Book each new line of a statement, once. Raises Refused if it is imported, or not read."""
    lock_numbers()
    statement = BankStatement.objects.select_for_update(of=("self",)).get(pk=statement_id)
    if statement.imported_at is not None:
        raise Refused(_("Ce relevé est déjà importé."))
    if not statement.is_read:
        raise Refused(_("Ce relevé n’est pas encore lu."))
    for match in queries.matches_of(statement):
        if match.placed.is_new:
            _book(statement, match, at=at)
    statement.imported_by, statement.imported_at = by, at
    statement.save(update_fields=["imported_by", "imported_at"])
    return statement


@transaction.atomic
def drop_statement(*, statement_id: int, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - the form of actions
    """Delete a statement that was not imported, with its file. Raises Refused."""
    statement = BankStatement.objects.select_for_update(of=("self",)).get(pk=statement_id)
    if statement.imported_at is not None:
        raise Refused(_("Ce relevé est importé\u00a0: ses lignes sont dans les livres."))
    call_after_commit(partial(default_storage.delete, statement.file))
    statement.delete()


def _book(statement: BankStatement, match: Match, *, at: dt.datetime) -> None:
    """Post a line on its day; a line that matches nothing opens a case."""
    line = match.placed.line
    key = f"bank:{line.day.isoformat()}:{line.cents}:{match.placed.place}"
    posting.post(
        key,
        rules.banked(line.cents, COUNTERS[match.kind]),
        kind="banked",
        at=noon_of(line.day),
        source=statement.reference,
    )
    stored = BankLine.objects.create(
        statement=statement,
        booked_on=line.day,
        cents=line.cents,
        place=match.placed.place,
        words=line.words,
        bank_reference=line.reference,
        kind=match.kind,
        payout=match.payout,
        refund=match.refund,
        entry=match.entry,
        transaction=LedgerTransaction.objects.get(business_key=key),
    )
    if match.kind == BankLine.Kind.UNKNOWN:
        cases.open_case(
            kind=Case.Kind.BANK_LINE,
            subject=queries.subject_of(stored.pk),
            at=at,
            ledger_cents=line.cents,
            details=f"{line.day:%d/%m/%Y} · {line.words}",
            ledger_transaction=stored.transaction,
        )
