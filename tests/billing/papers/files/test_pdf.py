"""The PDF of a paper: PDF/A-3b with embedded data, embedded fonts and readable text.

veraPDF is not installed here. These tests inspect the parts of PDF/A-3b that a reader of Factur-X
needs, and Typst itself refuses whatever its standard forbids.
"""

import datetime as dt
import io
from typing import Any

import pytest
from django.utils import translation
from lxml import etree  # type: ignore[import-untyped]
from pypdf import PdfReader

from billing.papers.files import cii, hybrid, words
from billing.papers.rules.papers import Paper
from saas.kernel.display import printing
from tests.billing.papers.files.samples import EACH, credit_note, invoice, line, reverse_charge

AT = dt.datetime(2026, 11, 25, 9, 30, tzinfo=dt.UTC)
SPACES = str.maketrans("\u00a0\u202f", "  ")


def drawn(paper: Paper) -> bytes:
    text = words.invoice_words(paper)
    page = printing.draw("invoice", text, at=AT)
    return hybrid.embed(page, cii.write(paper), text, at=AT)


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    pages = "\n".join(page.extract_text() for page in read(pdf).pages)
    return " ".join(pages.translate(SPACES).split())


def root_of(pdf: bytes) -> dict[str, Any]:
    return dict(read(pdf).root_object)


def metadata_of(pdf: bytes) -> Any:
    return etree.fromstring(root_of(pdf)["/Metadata"].get_object().get_data())


def texts_in(metadata: Any, name: str) -> list[str]:
    return [element.text for element in metadata.iter(f"{{*}}{name}")]


@pytest.mark.parametrize("paper", EACH.values(), ids=EACH.keys())
def test_each_paper_can_be_drawn_and_carries_its_own_data(paper: Paper) -> None:
    assert hybrid.data_of(drawn(paper)) == cii.write(paper)


def test_a_paper_that_is_drawn_again_is_the_same_file() -> None:
    assert drawn(invoice()) == drawn(invoice())
    assert drawn(invoice()) != drawn(invoice(number="F2026-00002"))


def test_an_invoice_is_the_same_file_for_an_english_reader() -> None:
    with translation.override("en"):
        in_english = drawn(credit_note(line(6_667)))
    assert in_english == drawn(credit_note(line(6_667)))


def test_a_moment_may_have_any_fraction_of_a_second() -> None:
    exact = AT.replace(microsecond=123_456, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    page = printing.draw("invoice", words.invoice_words(invoice()), at=exact)
    pdf = hybrid.embed(page, cii.write(invoice()), words.invoice_words(invoice()), at=exact)
    assert texts_in(metadata_of(pdf), "CreateDate") == ["2026-11-25T07:30:00+00:00"]


def test_the_metadata_say_pdf_a_3b_and_factur_x_en_16931() -> None:
    metadata = metadata_of(drawn(invoice()))
    assert texts_in(metadata, "part") == ["3"]
    assert texts_in(metadata, "conformance") == ["B"]
    assert texts_in(metadata, "DocumentFileName") == ["factur-x.xml"]
    assert texts_in(metadata, "DocumentType") == ["INVOICE"]
    assert texts_in(metadata, "ConformanceLevel") == ["EN 16931"]
    assert texts_in(metadata, "Version") == ["1.0"]
    assert texts_in(metadata, "CreateDate") == ["2026-11-25T09:30:00+00:00"]


def test_the_data_are_an_associated_file_that_is_the_same_invoice() -> None:
    root = root_of(drawn(invoice()))
    (file,) = [entry.get_object() for entry in root["/AF"].get_object()]
    assert (file["/F"], file["/UF"]) == ("factur-x.xml", "factur-x.xml")
    assert file["/AFRelationship"] == "/Alternative"
    held = file["/EF"]["/F"].get_object()
    assert held["/Subtype"] == "/text/xml"
    assert held["/Params"]["/ModDate"] == "D:20261125093000+00'00'"
    names = root["/Names"]["/EmbeddedFiles"]["/Names"]
    assert names[0] == "factur-x.xml"
    assert names[1].get_object() == file


def test_an_archive_needs_a_number_a_colour_profile_and_no_lock() -> None:
    pdf = drawn(invoice())
    assert pdf.startswith(b"%PDF-1.7\n%")
    assert len(list(read(pdf).trailer["/ID"])) == 2  # type: ignore[call-overload]
    assert not read(pdf).is_encrypted
    (intent,) = root_of(pdf)["/OutputIntents"]
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    assert "/JavaScript" not in root_of(pdf)["/Names"]
    assert "/OpenAction" not in root_of(pdf)


def test_every_font_is_embedded_and_its_text_can_be_copied() -> None:
    seen = set()
    for page in read(drawn(EACH["odd letters"])).pages:
        resources: Any = page["/Resources"]
        for held in resources["/Font"].values():
            font = held.get_object()
            described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(described)
            assert "/ToUnicode" in font
            seen.add(font["/BaseFont"].partition("+")[2].partition("-")[0])
    assert {"Figtree", "BricolageGrotesque"} <= seen


def test_a_page_is_tagged_and_in_french() -> None:
    root = root_of(drawn(invoice()))
    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root


def test_an_invoice_shows_what_the_law_asks() -> None:
    text = text_of(drawn(invoice(line(9_000, discount_cents=1_000), line(10_000))))
    for words_ in (
        "Facture F2026-00001",
        "Troovon Démo",
        "1 place des Exemples",
        "SIREN 552 100 554",
        "TVA FR52 552 100 554",
        "RCS Saint-Avel-sur-Loge",
        "SAS au capital de 10 000 €",
        "Cazal et filles SARL (Maison Cazal)",
        "SIREN 732 829 320",
        "TVA FR44 732 829 320",
        "25/11/2026",
        "28/11/2026 – 02/12/2026",
        "prestation de services",
        "Prix unitaire HT",
        "−10,00 € NOEL",
        "Total HT 190,00 €",
        "TVA 20 % sur 190,00 € 38,00 €",
        "Total TTC 228,00 €",
        "Déjà réglé 228,00 €",
        "Reste à payer 0,00 €",
        "Facture acquittée le 25/11/2026 par carte bancaire.",
        "Pas d’escompte pour paiement anticipé.",
        "L441-10",
        "40 € pour frais de recouvrement",
        "D441-5",
    ):
        assert words_ in text, words_


def test_no_discount_makes_no_column() -> None:
    assert "Remise" not in text_of(drawn(invoice()))


def test_a_credit_note_names_its_invoice() -> None:
    text = text_of(drawn(credit_note(line(6_667))))
    assert "Avoir A2026-00001" in text
    assert "Facture corrigée F2026-00001 · 25/11/2026" in text
    assert "Total TTC de l’avoir 80,00 €" in text
    assert "article 272 du CGI" in text
    assert "Acquittée" not in text
    assert "Échéance" not in text


def test_a_reverse_charge_says_autoliquidation() -> None:
    text = text_of(drawn(reverse_charge()))
    assert "Autoliquidation : TVA due par le preneur (article 283-2 du CGI" in text
    assert "articles 44 et 196 de la directive 2006/112/CE" in text
    assert "BE0123456749" in text


def test_a_self_billed_invoice_says_autofacturation() -> None:
    text = text_of(drawn(EACH["a self-billed invoice"]))
    assert "Autofacturation : facture établie par Troovon Démo au nom et pour le compte de" in text
    assert "article 289 I-2 du CGI" in text


def test_a_demonstration_says_that_it_is_worth_nothing() -> None:
    assert "ce papier n’a aucune valeur" in text_of(drawn(EACH["a fictional seller"]))
    assert "aucune valeur" not in text_of(drawn(invoice()))


def test_typed_text_is_never_typst_code() -> None:
    name = "#panic() $x^2$ *gras* [a] \\u{41} @a <b>"
    text = text_of(drawn(invoice(buyer=invoice().buyer._replace(name=name, trade_name=""))))
    assert name in text


def test_a_long_paper_repeats_its_header_and_numbers_its_pages() -> None:
    pages = [page.extract_text() for page in read(drawn(EACH["ninety lines"])).pages]
    assert len(pages) > 1
    assert all("Désignation" in page for page in pages)
    assert f"1 / {len(pages)}" in pages[0].translate(SPACES)


def test_greek_and_cyrillic_names_are_drawn_and_a_missing_glyph_is_a_question_mark() -> None:
    buyer = invoice().buyer._replace(name="Ελληνικό Φως и Заря, Łódź 寿司", trade_name="")
    assert "Ελληνικό Φως и Заря, Łódź ??" in text_of(drawn(invoice(buyer=buyer)))


def test_pictures_in_a_name_are_left_out_without_a_gap() -> None:
    buyer = invoice().buyer._replace(
        name="\U0001f950 L’Écluse \u2615\ufe0f", trade_name="Bar \U0001f950"
    )
    assert "Client L’Écluse (Bar)" in text_of(drawn(invoice(buyer=buyer)))
