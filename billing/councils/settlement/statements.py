"""Files of statements, and of invoices that we write in a council's name."""

import datetime as dt

from django.core.files.storage import default_storage
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from billing.councils.files import statements
from billing.councils.queries.statements import paper_of_bill, statement_of, statement_to_draw
from billing.models import Invoice, Statement
from billing.papers.settlement import rendering
from billing.papers.settlement.rendering import drawn_invoice, read_file, unaltered
from saas.kernel.errors import Refused


def redraw(paper: str) -> None:
    """Recreate a paper's file in place of a lost or altered file.

    `paper` is the number of an invoice or the reference of a statement. Raises Refused if the new
    rendering is not identical to the byte.
    """
    found: Invoice | Statement
    invoice = Invoice.objects.filter(number=paper).first()
    if invoice is not None:
        found, drawn = invoice, drawn_invoice(invoice.pk)
    else:
        found = Statement.objects.get(reference=paper)
        drawn = _drawn(statement_to_draw(found.pk))
    if drawn.pdf_sha256 != found.pdf_sha256:
        raise Refused(
            _(
                "Dessiné aujourd’hui, ce fichier n’est plus le même octet pour octet\u00a0: "
                "reprenez-le d’une sauvegarde des fichiers."
            )
        )
    found.pdf = rendering.save_paper(drawn.pdf)
    found.save(update_fields=["pdf"])


def statement_content(statement: Statement) -> bytes | None:
    """Return the file of a statement, or null before its first rendering; a lost file is redrawn.

    Raises PaperAltered.
    """
    if statement.rendered_at is None:
        return None
    content = read_file(statement.pdf, statement.reference)
    content = content or _drawn(statement_to_draw(statement.pk)).pdf
    return unaltered(content, statement.pdf_sha256, statement.reference)


def render_statement(statement_id: int, *, at: dt.datetime) -> None:
    """Render the file of a statement or of its invoice, once."""
    statement = statement_to_draw(statement_id)
    if statement.rendered_at is not None:
        return
    rendered = _drawn(statement)
    name = rendering.save_paper(rendered.pdf)
    updated = Statement.objects.filter(pk=statement_id, rendered_at=None).update(
        pdf=name,
        pdf_sha256=rendered.pdf_sha256,
        xml_sha256=rendered.xml_sha256,
        rendered_at=at,
    )
    if not updated:
        default_storage.delete(name)


def _drawn(statement: Statement) -> rendering.Rendered:
    if statement.number:
        return rendering.draw(paper_of_bill(statement), at=statement.made_at)
    council = statement.council
    zone = council.tenant.time_zone
    with translation.override(council.tenant.language), timezone.override(zone):
        page = statement_of(council, first_day=statement.first_day, last_day=statement.last_day)
        pdf = statements.pdf(page, at=statement.made_at, reference=statement.reference)
    return rendering.Rendered(pdf, rendering.sha256(pdf), "")
