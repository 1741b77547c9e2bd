"""Sample papers for the judges: each kind, with the effects of rounding and discounts."""

import datetime as dt

from billing.papers.rules.papers import Corrected, Kind, Paper, PaperLine, Party
from saas.kernel.money import vat_on, vat_parts

FRANCE = 2_000
DAY = dt.date(2026, 11, 25)

SELLER = Party(
    name="Troovon Démo",
    street="1 place des Exemples",
    postcode="37000",
    city="Saint-Avel-sur-Loge",
    siren="552 100 554",
    vat_number="FR52 552 100 554",
    email="factures@troovon.example",
    legal_form="SAS",
    capital="10 000 €",
    rcs="RCS Saint-Avel-sur-Loge 552 100 554",
    iban="FR76 3000 6000 0112 3456 7890 189",
)
BUYER = Party(
    name="Cazal et filles SARL",
    street="3 rue du Four",
    postcode="37000",
    city="Saint-Avel-sur-Loge",
    trade_name="Maison Cazal",
    siren="732829320",
    vat_number="FR44732829320",
    email="odile@cazal.example",
)
ABROAD = Party(
    name="Boulangerie du Nord SRL",
    street="12 rue Haute",
    postcode="1000",
    city="Bruxelles",
    country="BE",
    vat_number="BE0123456749",
    email="compta@nord.example",
)


def line(net_cents: int, *, discount_cents: int = 0, rate_bp: int = FRANCE) -> PaperLine:
    return PaperLine(
        description="Fil d’accueil, Les Trois-Moulins, du 28/11/2026 au 02/12/2026",
        unit_cents=net_cents + discount_cents,
        net_cents=net_cents,
        vat_cents=vat_on(net_cents, rate_bp),
        vat_rate_bp=rate_bp,
        discount_cents=discount_cents,
        discount_reason="NOEL" if discount_cents else "",
    )


def taxed(*lines: PaperLine) -> tuple[PaperLine, ...]:
    """Return the lines with VAT of a single rate on their sum, as orders and bills have it."""
    taxes = vat_parts((one.net_cents for one in lines), lines[0].vat_rate_bp)
    return tuple(one._replace(vat_cents=vat) for one, vat in zip(lines, taxes, strict=True))


def invoice(*lines: PaperLine, **changes: object) -> Paper:
    paper = Paper(
        kind=Kind.INVOICE,
        number="F2026-00001",
        issued_on=DAY,
        first_day=dt.date(2026, 11, 28),
        last_day=dt.date(2026, 12, 2),
        paid_on=DAY,
        seller=SELLER,
        buyer=BUYER,
        lines=lines or (line(20_000),),
        method="card",
        order_reference="OR-7K3M9",
    )
    return paper._replace(**changes)  # type: ignore[arg-type]


def credit_note(*lines: PaperLine) -> Paper:
    return invoice(
        *lines, kind=Kind.CREDIT_NOTE, number="A2026-00001", corrects=Corrected("F2026-00001", DAY)
    )


def reverse_charge() -> Paper:
    return invoice(
        line(20_000, rate_bp=0),
        line(999, discount_cents=1, rate_bp=0),
        buyer=ABROAD,
        is_reverse_charge=True,
    )


def self_billed() -> Paper:
    return invoice(
        line(123_456),
        kind=Kind.SELF_BILLED,
        number="R2026-CO7K3M9-00001",
        seller=BUYER,
        buyer=SELLER,
        method="",
        order_reference="",
    )


EACH = {
    "an invoice": invoice(),
    "by direct debit": invoice(method="sepa_debit"),
    "a credit note": credit_note(line(6_667)),
    "a reverse charge": reverse_charge(),
    "a self-billed invoice": self_billed(),
    "a self-billed credit note": self_billed()._replace(
        kind=Kind.SELF_BILLED_CREDIT, corrects=Corrected("R2026-CO7K3M9-00001", DAY)
    ),
    "tax on debits": invoice(is_vat_on_debits=True),
    "a discount": invoice(line(9_000, discount_cents=1_000), line(10_000)),
    "a line for nothing": invoice(line(0, discount_cents=5_000), line(10_000)),
    "one cent": invoice(line(1)),
    "many cents": invoice(*taxed(*[line(3)] * 100)),
    "ninety lines": invoice(*taxed(*[line(cents) for cents in range(1_001, 1_091)])),
    "the most": invoice(line(999_999_900)),
    "a fictional seller": invoice(is_fictional=True),
    "odd letters": invoice(
        buyer=BUYER._replace(name="A & B <c> \x0b « é » 寿司 \ud7ff", trade_name="]]>")
    ),
}
