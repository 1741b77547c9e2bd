"""The sums of EN 16931 (BR-CO-10 to BR-CO-17) on every paper, without the judges' tolerance.

The official rules let BR-CO-17 be wrong by less than a euro, since some sellers round each line. We
do not: an invoice is exact. The amount of a refund is chosen with its tax included. So a credit
note can miss the rate by at most a cent.
"""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import pytest
from lxml import etree  # type: ignore[import-untyped]

from billing.councils.rules import self_billing
from billing.councils.rules.self_billing import Mandate
from billing.ledger.rules import split
from billing.papers.files import cii
from billing.papers.rules.papers import Corrected, Kind, Paper, PaperLine
from saas.kernel.money import vat_on, vat_parts
from tests.billing.councils.rules.test_self_billing import moved
from tests.billing.papers.files import judges, samples

MANY = 300
CENT = Decimal("0.01")
GIVEN = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)
_RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"


def faults(xml: bytes, *, cents_off: int = 0) -> list[str]:
    """Name the rules of sums that the data of a paper break."""
    root = etree.fromstring(xml)

    def amounts(path: str) -> list[Decimal]:
        return [
            Decimal(found.text)
            for found in root.iterfind(f".//{_RAM}" + f"/{_RAM}".join(path.split("/")))
        ]

    sums = "SpecifiedTradeSettlementHeaderMonetarySummation"
    total = {
        name: sum(amounts(f"{sums}/{name}"), Decimal(0))
        for name in (
            "LineTotalAmount",
            "TaxBasisTotalAmount",
            "TaxTotalAmount",
            "GrandTotalAmount",
            "TotalPrepaidAmount",
            "DuePayableAmount",
        )
    }
    lines = amounts("SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount")
    settlement = "ApplicableHeaderTradeSettlement/ApplicableTradeTax"
    taxes = list(
        zip(
            amounts(f"{settlement}/BasisAmount"),
            amounts(f"{settlement}/RateApplicablePercent"),
            amounts(f"{settlement}/CalculatedAmount"),
            strict=True,
        )
    )
    judged = {
        "BR-CO-10": sum(lines) == total["LineTotalAmount"],
        "BR-CO-13": total["LineTotalAmount"] == total["TaxBasisTotalAmount"],
        "BR-CO-14": sum(tax for _, _, tax in taxes) == total["TaxTotalAmount"],
        "BR-CO-15": total["TaxBasisTotalAmount"] + total["TaxTotalAmount"]
        == total["GrandTotalAmount"],
        "BR-CO-16": total["GrandTotalAmount"] - total["TotalPrepaidAmount"]
        == total["DuePayableAmount"],
        "BR-CO-17": all(
            abs((basis * rate / 100).quantize(CENT, ROUND_HALF_UP) - tax) <= cents_off * CENT
            for basis, rate, tax in taxes
        ),
    }
    assert taxes
    assert lines
    return [rule for rule, holds in judged.items() if not holds]


def line(net_cents: int, vat_cents: int) -> PaperLine:
    return samples.line(net_cents)._replace(vat_cents=vat_cents)


def bill(nets: list[int]) -> Paper:
    """Return the bill of a council's shares, with a separate movement for each campaign."""
    movements = [moved(f"SH-{place}", net, GIVEN) for place, net in enumerate(nets)]
    lines = self_billing.bill_lines(
        movements, [Mandate(GIVEN)], first_day=GIVEN.date(), billed_cents=0, zone=dt.UTC
    )
    is_credit = sum(nets) < 0
    kind = Kind.SELF_BILLED_CREDIT if is_credit else Kind.SELF_BILLED
    written = self_billing.paper_lines(lines, is_credit=is_credit)
    corrects = Corrected("R2026-CO7K3M9-00001", samples.DAY) if is_credit else None
    return samples.self_billed()._replace(kind=kind, lines=written, corrects=corrects)


@pytest.mark.parametrize("name", samples.EACH)
def test_every_paper_keeps_the_rules_of_sums(name: str) -> None:
    assert faults(cii.write(samples.EACH[name])) == []


@pytest.mark.parametrize("cents", [3, 7, 333, 1_002])
def test_self_billed_invoice_of_three_hundred_campaigns_is_taxed_on_their_sum(cents: int) -> None:
    paper = bill([cents] * MANY)
    assert len(paper.lines) == MANY
    assert paper.vat_cents == vat_on(paper.net_cents, 2_000)
    assert faults(cii.write(paper)) == []
    assert all(abs(one.vat_cents - vat_on(one.net_cents, 2_000)) <= 1 for one in paper.lines)


def test_self_billed_lines_of_both_signs_are_taxed_on_their_sum() -> None:
    for nets in ([333] * 299 + [-7], [-333] * 200 + [3] * 100):
        assert faults(cii.write(bill(nets))) == []
    for nets in ([333] * 29 + [-7], [-333] * 20 + [3] * 10):
        data = cii.write(bill(nets))
        assert faults(data) + judges.faults(data) == []


def test_order_of_three_hundred_flights_is_taxed_on_their_sum() -> None:
    nets = [333] * MANY
    taxes = vat_parts(nets, 2_000)
    paper = samples.invoice(*(line(net, vat) for net, vat in zip(nets, taxes, strict=True)))
    assert paper.vat_cents == vat_on(sum(nets), 2_000)
    assert faults(cii.write(paper)) == []
    few = samples.invoice(*paper.lines[:30])
    assert judges.faults(cii.write(few)) == []


def test_judge_of_sums_finds_tax_that_was_rounded_line_by_line() -> None:
    paper = samples.invoice(*[line(333, vat_on(333, 2_000))] * MANY)
    assert faults(cii.write(paper)) == ["BR-CO-17"]


def test_credit_notes_miss_the_rate_by_a_cent_at_most() -> None:
    """Refunds are chosen with their tax: 0.03 is no amount with 20 % in it."""
    net, gross, off = 33_333, 33_333 + vat_on(33_333, 2_000), 0
    for before in range(0, 3_000, 31):
        for cents in (1, 2, 3, 11, 299):
            amounts = split.credit_of(
                net_cents=net,
                gross_cents=gross,
                refunded_before=before,
                refunded_after=before + cents,
            )
            paper = samples.credit_note(line(amounts.net_cents, amounts.vat_cents))
            data = cii.write(paper)
            assert faults(data, cents_off=1) == []
            off += faults(data) == ["BR-CO-17"]
    assert off
