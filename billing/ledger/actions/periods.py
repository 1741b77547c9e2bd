"""Actions of operators on periods of the books: lock a month, reopen it, close a year for good."""

import datetime as dt
import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.ledger.files import fec
from billing.ledger.queries import periods
from billing.ledger.rules import fec as rules
from billing.ledger.settlement.numbering import lock_numbers, number_entries
from billing.models import ClosedYear, EntryNumber, PeriodAct
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.uploads import files
from saas.kernel.values.months import months_later

FOLDER = "books"


@transaction.atomic
def lock_month(*, month: dt.date, by: User, at: dt.datetime) -> PeriodAct:
    """Lock a past month, after its entries are numbered. Raises Refused.

    An event of the month that is booked later gets the first day of the first open month; an
    entry by hand that waits for its second operator would, too, so it is decided first.
    """
    number_entries(at=at)
    if timezone.localdate(at) < months_later(month):
        raise Refused(
            _("Ce mois n’est pas terminé\u00a0: il se verrouille à partir du 1er suivant.")
        )
    if periods.is_locked(month):
        raise Refused(_("Ce mois est déjà verrouillé."))
    if periods.proposed_between(month, months_later(month)):
        raise Refused(
            _(
                "Une écriture de ce mois attend un second opérateur\u00a0: passez-la ou refusez-la,"
                " puis verrouillez le mois."
            )
        )
    return PeriodAct.objects.create(month=month, kind=PeriodAct.Kind.LOCKED, by=by, at=at)


@transaction.atomic
def reopen_month(*, month: dt.date, reason: str, by: User, at: dt.datetime) -> PeriodAct:
    """Unlock a month of an open year, for a reason kept with it. Raises Refused."""
    lock_numbers()
    if not reason.strip():
        raise Refused(_("Dites pourquoi ce mois est rouvert."), field="reason")
    if ClosedYear.objects.filter(year=month.year).exists():
        raise Refused(_("Cet exercice est clos\u00a0: aucun de ses mois ne peut être rouvert."))
    if not periods.is_locked(month):
        raise Refused(_("Ce mois est déjà ouvert."))
    return PeriodAct.objects.create(
        month=month, kind=PeriodAct.Kind.REOPENED, reason=reason.strip(), by=by, at=at
    )


@transaction.atomic
def close_year(*, year: int, by: User, at: dt.datetime) -> ClosedYear:
    """Close a year for good, and keep its accounts' file with its SHA-256. Raises Refused.

    The file is written and checked last: all its months are locked by then.
    """
    number_entries(at=at)
    _check_closable(year)
    content = "".join(fec.write(year)).encode(fec.ENCODING)
    faults = rules.faults(content.decode(fec.ENCODING).splitlines(), year=year)
    if faults:
        raise Refused(
            _("Le fichier de l’exercice n’est pas valide (%(fault)s)\u00a0: il n’est pas clos.")
            % {"fault": faults[0]}
        )
    return ClosedYear.objects.create(
        year=year,
        by=by,
        at=at,
        file=default_storage.save(files.private_name(FOLDER, "txt"), ContentFile(content)),
        file_name=fec.file_name(year),
        sha256=hashlib.sha256(content).hexdigest(),
        entries=EntryNumber.objects.filter(year=year).count(),
        result_cents=periods.result_cents(year),
    )


def _check_closable(year: int) -> None:
    """Raise Refused if a year can't be closed yet: the sentence names the first obstacle."""
    if ClosedYear.objects.filter(year=year).exists():
        raise Refused(_("Cet exercice est déjà clos."))
    if not EntryNumber.objects.filter(year=year).exists():
        raise Refused(_("Cet exercice n’a aucune écriture."))
    before = EntryNumber.objects.filter(year__lt=year).order_by("-year").first()
    if before and not ClosedYear.objects.filter(year=before.year).exists():
        raise Refused(_("Clôturez d’abord l’exercice %(year)s.") % {"year": before.year})
    _check_decided(year)


def _check_decided(year: int) -> None:
    """Raise Refused if an entry by hand of a year is not decided, or a month not locked."""
    if periods.proposed_between(dt.date(year, 1, 1), dt.date(year + 1, 1, 1)):
        raise Refused(_("Une écriture manuelle de cet exercice attend une décision."))
    open_months = periods.open_months(year)
    if open_months:
        raise Refused(
            _("Verrouillez d’abord %(month)s.") % {"month": periods.month_in_words(open_months[0])}
        )
