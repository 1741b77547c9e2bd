"""A paper with a stored file changed after its rendering is withheld, and rendered again."""

import logging

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from billing.councils.actions.statements import redraw_paper
from billing.models import Case, Invoice
from billing.papers import tasks
from billing.papers.settlement import rendering
from saas.catalogue.placements.models import Campaign
from saas.kernel.errors import Refused
from tests.factories.billing import make_merchant_user
from tests.fixtures.billing import Till
from tests.fixtures.people import SpaceClient

pytestmark = pytest.mark.django_db

ALTERED = b"%PDF-1.7 another amount"


@pytest.fixture
def invoice(till: Till, campaign: Campaign) -> Invoice:
    till.sell(campaign)
    tasks.render_invoice(Invoice.objects.get().pk)
    return Invoice.objects.get()


def alter(name: str) -> None:
    default_storage.delete(name)
    assert default_storage.save(name, ContentFile(ALTERED)) == name


def test_altered_invoice_is_not_handed_out_and_is_one_case_for_operators(
    invoice: Invoice, desk: SpaceClient, caplog: pytest.LogCaptureFixture
) -> None:
    alter(invoice.pdf)
    with caplog.at_level(logging.ERROR, logger="billing.papers.settlement.rendering"):
        for _ in range(2):
            answer = desk.get(f"{invoice.get_absolute_url()}pdf/")
            assert answer.status_code == 422
            assert "n’est plus celui que nous avions fait" in answer.content.decode()
            assert ALTERED not in answer.content
    case = Case.objects.get()
    assert (case.kind, case.subject, case.state) == ("paper", invoice.number, "open")
    assert invoice.pdf_sha256 in case.details
    assert case.reference in caplog.text


def test_altered_invoice_is_drawn_again_to_the_byte(invoice: Invoice, desk: SpaceClient) -> None:
    alter(invoice.pdf)
    with pytest.raises(rendering.PaperAltered) as altered:
        rendering.content_of(invoice)
    by, at = make_merchant_user("Rosa"), invoice.issued_at
    redraw_paper(case_id=altered.value.case.pk, by=by, at=at)
    assert Case.objects.get().state == "explained"
    again = Invoice.objects.get()
    assert (again.pdf_sha256, again.pdf == invoice.pdf) == (invoice.pdf_sha256, False)
    answer = desk.get(f"{invoice.get_absolute_url()}pdf/")
    assert rendering.sha256(answer.getvalue()) == invoice.pdf_sha256
    with default_storage.open(invoice.pdf) as file:
        assert file.read() == ALTERED
    with pytest.raises(Refused, match="déjà classé"):
        redraw_paper(case_id=altered.value.case.pk, by=by, at=at)


def test_paper_that_is_drawn_otherwise_today_is_not_put_in_its_place(invoice: Invoice) -> None:
    Invoice.objects.update(pdf_sha256="0" * 64)
    default_storage.delete(invoice.pdf)
    with pytest.raises(rendering.PaperAltered) as altered:
        rendering.content_of(Invoice.objects.get())
    with pytest.raises(Refused, match="sauvegarde"):
        redraw_paper(
            case_id=altered.value.case.pk, by=make_merchant_user("Rosa"), at=invoice.issued_at
        )
    assert Case.objects.get().state == "open"


def test_mail_is_sent_without_an_altered_file(invoice: Invoice) -> None:
    alter(invoice.pdf)
    mail.outbox.clear()
    tasks.send_invoice(invoice.pk)
    (message,) = mail.outbox
    assert (message.attachments, invoice.number in message.subject) == ([], True)
