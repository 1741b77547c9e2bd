"""Rendering of papers to files after the commit: drawn, filled with their data, stored.

A paper is drawn from the values of its rows and dated by its own moment, so that a job that runs
twice makes the same file; the first recorded file stays.
"""

import datetime as dt
import hashlib
import logging
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.ledger.settlement import cases
from billing.models import Case, Invoice
from billing.papers.files import cii, words
from billing.papers.queries.invoices import invoice_to_draw, paper_of
from billing.papers.rules.papers import Paper
from billing.transitions import machines
from billing.transitions.transition import CLOCK, transition
from saas.kernel.display import printing
from saas.kernel.errors import Refused
from saas.kernel.uploads import files

ROOM = "invoices"

logger = logging.getLogger(__name__)


class Rendered(NamedTuple):
    """A paper as a file, and the two sums that prove that it stayed as it was."""

    pdf: bytes
    pdf_sha256: str
    xml_sha256: str


def draw(paper: Paper, *, at: dt.datetime) -> Rendered:
    """Draw a paper with its data inside, dated `at`."""
    # Its packages load for a tenth of a process's start, and most processes draw no paper.
    from billing.papers.files import hybrid  # noqa: PLC0415

    texts = words.invoice_words(paper)
    data = cii.write(paper)
    pdf = hybrid.embed(printing.draw("invoice", texts, at=at), data, texts, at=at)
    return Rendered(pdf, sha256(pdf), sha256(data))


def sha256(content: bytes) -> str:
    """Return the sum that a file is known by."""
    return hashlib.sha256(content).hexdigest()


def save_paper(pdf: bytes) -> str:
    """Keep a paper where only a view hands it out."""
    return default_storage.save(files.private_name(ROOM, "pdf"), ContentFile(pdf))


class PaperAltered(Refused):
    """The file of a paper differs from the file drawn: it is not delivered."""

    def __init__(self, case: Case) -> None:
        super().__init__(
            _(
                "Ce fichier n’est plus celui que nous avions fait\u00a0: nous ne le remettons pas. "
                "L’équipe de Troovon est prévenue et le refait à l’identique\u202f; réessayez plus "
                "tard, ou écrivez-nous."
            )
        )
        self.case = case


def content_of(invoice: Invoice) -> bytes | None:
    """Return the file of a paper, or null before its first rendering. Raises PaperAltered.

    A file lost by the store is drawn again: the same values give the same file.
    """
    if invoice.rendered_at is None:
        return None
    content = read_file(invoice.pdf, invoice.number) or drawn_invoice(invoice.pk).pdf
    return unaltered(content, invoice.pdf_sha256, invoice.number)


def read_file(name: str, paper: str) -> bytes | None:
    """Return the stored file of a paper, or null if the store lost it."""
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        logger.exception("the file of %s is drawn again", paper)
        return None


def unaltered(content: bytes, expected: str, paper: str) -> bytes:
    """Return a file with the recorded checksum; else open a case, once."""
    if sha256(content) == expected:
        return content
    case = cases.open_case(
        kind=Case.Kind.PAPER,
        subject=paper,
        at=timezone.now(),
        details=f"SHA-256 {sha256(content)}, {expected}",
    )
    logger.error("the file of %s is not the one that was drawn: %s", paper, case.reference)
    raise PaperAltered(case)


def drawn_invoice(invoice_id: int) -> Rendered:
    """Draw an invoice or a credit note from the values of its rows."""
    whole = invoice_to_draw(invoice_id)
    return draw(paper_of(whole), at=whole.issued_at)


def render(invoice_id: int, *, at: dt.datetime) -> None:
    """Make the file of an invoice or a credit note, once."""
    invoice = invoice_to_draw(invoice_id)
    if invoice.rendered_at is not None:
        return
    rendered = draw(paper_of(invoice), at=invoice.issued_at)
    name = save_paper(rendered.pdf)
    if not _note(invoice_id, rendered, name=name, at=at):
        default_storage.delete(name)


@transaction.atomic
def _note(invoice_id: int, rendered: Rendered, *, name: str, at: dt.datetime) -> bool:
    """Record the file of a paper; return False if another job was faster."""
    invoice = Invoice.objects.select_for_update(of=("self",), no_key=True).get(pk=invoice_id)
    if invoice.rendered_at is not None:
        return False
    invoice.pdf = name
    invoice.pdf_sha256, invoice.xml_sha256 = rendered.pdf_sha256, rendered.xml_sha256
    invoice.rendered_at = at
    invoice.save(update_fields=["pdf", "pdf_sha256", "xml_sha256", "rendered_at"])
    if machines.following("invoice", invoice.state, "rendered") is not None:
        transition("invoice", invoice, "rendered", by=CLOCK, at=at)
    return True
