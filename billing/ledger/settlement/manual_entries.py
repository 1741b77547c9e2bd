"""Entries by hand as they are stored: proposed with a paper, locked, decided."""

import datetime as dt
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.ledger.rules import manual
from billing.ledger.rules.postings import Line
from billing.models import ManualEntry
from billing.transitions import machines
from billing.transitions.transition import Transition, record, save
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.uploads import files
from saas.kernel.uploads.papers import Paper

FOLDER = "books"


def check_pdf(paper: Paper) -> None:
    """Raise Refused if the paper of an entry is not a PDF."""
    if paper.extension != "pdf":
        raise Refused(_("Joignez la pièce en PDF."), field="paper")


def attach(entry: ManualEntry, paper: Paper) -> None:
    """Store the paper of a proposed entry."""
    content = ContentFile(paper.content)
    entry.paper = default_storage.save(files.private_name(FOLDER, "pdf"), content)
    entry.save(update_fields=["paper"])


def submit(entry: ManualEntry, lines: Sequence[Line], *, by: User, at: dt.datetime) -> ManualEntry:
    """Store a proposed entry and record who proposed it. Raises Refused."""
    if not entry.reason.strip():
        raise Refused(_("Dites pourquoi\u00a0: le motif reste avec l’écriture."), field="reason")
    if entry.booked_for > timezone.localdate(at):
        raise Refused(_("Une écriture n’est pas datée d’un jour à venir."), field="booked_for")
    manual.check_lines(lines)
    entry.lines, entry.proposed_by, entry.proposed_at = manual.stored(lines), by, at
    entry.reason = entry.reason.strip()
    entry.full_clean(exclude=["transaction"])
    entry.save()
    record("manual_entry", entry.pk, "proposed", states=("", entry.state), by=by.reference, at=at)
    return entry


def lock(entry_id: int) -> ManualEntry:
    """Lock an entry by hand."""
    found = ManualEntry.objects.select_for_update(of=("self",)).select_related("case")
    return found.get(pk=entry_id)


def lock_proposed(entry_id: int, *, by: User) -> ManualEntry:
    """Lock an entry that another operator proposed. Raises Refused."""
    entry = lock(entry_id)
    machines.check("manual_entry", entry.state, "posted")
    if entry.proposed_by_id == by.pk:
        raise Refused(_("Une autre personne que celle qui l’a proposée passe l’écriture."))
    return entry


def decide(entry: ManualEntry, trigger: str, *, by: User, at: dt.datetime) -> None:
    """Move a proposed entry to its decision, with the operator who decided."""
    entry.decided_by, entry.decided_at = by, at
    steps = Transition("manual_entry", entry, by=by.reference, at=at)
    steps.apply(trigger, also=["decided_by", "decided_at", "refusal", "transaction", "lines"])
    save(steps)
