"""The yearly report of sellers (DAC7) as the XML file of the tax administration.

CGI, art. 1649 ter A to E, sent before 31 January; DGFiP, « Cahier des charges DPI-DAC7 », version
1.6 of November 2025, with its schema: the namespaces of the OECD's DPI schema without a version,
`TaxesQ1` instead of `TaxQ1`, and amounts in whole euros. A report without sellers is a message of
the kind DPI403. The file's name repeats year, SIREN and moment of the message; the sender
compresses and encrypts it for the portal.
"""

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple
from xml.etree import ElementTree as ET

from django.utils import timezone
from django.utils.translation import gettext as _

from billing.councils.queries.dac7 import QUARTERS, PaidCouncil
from billing.ledger.queries.seller import seller, siren
from saas.kernel.errors import Refused
from saas.kernel.money import half_up
from saas.kernel.values import vat_numbers

_DPI, _STF = "urn:oecd:ties:dpi", "urn:oecd:ties:dpistf"
_NEW, _NOTHING = "DPI401", "DPI403"  # kind of message: new data, no data to report
_NEW_DATA = "OECD1"
_RESIDENT_OPERATOR = "RPONEX1"  # resident for tax in the Member State
_BUSINESS, _REGISTERED_OFFICE = "OECD303", "OECD304"  # kinds of address
_EUR, _CENTS = "EUR", 100
_QUARTER_OF = {"Consideration": "ConsQ", "Fees": "FeesQ", "Taxes": "TaxesQ"}
_FRANCE = "FR"

ET.register_namespace("dpi", _DPI)
ET.register_namespace("stf", _STF)


class Report(NamedTuple):
    """The file of a year's report, with the name that the portal asks for."""

    name: str
    content: bytes


def write(year: int, councils: Sequence[PaidCouncil], *, at: dt.datetime) -> Report:
    """Write the report of a year with these councils as sellers; without any, nothing to report.

    Raises Refused if a council lacks its SIREN or its address.
    """
    for one in councils:
        _check_identity(one)
    moment = timezone.localtime(at)
    stamp = f"{moment:%Y%m%d%H%M%S}"
    number = siren()
    message = f"OP_{year}_{number}_{stamp}"
    root = ET.Element(f"{{{_DPI}}}DPI_OECD", version="1.0")
    _message(root, year, message, kind=_NEW if councils else _NOTHING, moment=moment)
    body = _dpi(root, "DPIBody")
    _operator(body, message)
    for one in councils:
        _seller(body, one, message)
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return Report(f"DPIDAC7_{year}_{number}_001_{stamp}.xml", content)


def _check_identity(one: PaidCouncil) -> None:
    council = one.council
    if not (council.siren and council.street and council.postcode and council.city):
        raise Refused(
            _("Le SIREN ou l’adresse de %(council)s manque\u00a0: son trésorier les donne d’abord.")
            % {"council": council.name}
        )


def _message(root: ET.Element, year: int, message: str, *, kind: str, moment: dt.datetime) -> None:
    spec = _dpi(root, "MessageSpec")
    _dpi(spec, "TransmittingCountry", _FRANCE)
    _dpi(spec, "ReceivingCountry", _FRANCE)
    _dpi(spec, "MessageType", "DPI")
    _dpi(spec, "MessageRefId", message)
    _dpi(spec, "MessageTypeIndic", kind)
    _dpi(spec, "ReportingPeriod", dt.date(year, 12, 31).isoformat())
    _dpi(spec, "Timestamp", moment.replace(tzinfo=None).isoformat(timespec="seconds"))


def _operator(body: ET.Element, message: str) -> None:
    identity = seller()
    operator = _dpi(body, "PlatformOperator")
    _dpi(operator, "ResCountryCode", _FRANCE)
    _dpi(operator, "TIN", siren(), issuedBy=_FRANCE)
    _dpi(operator, "IN", siren(), issuedBy=_FRANCE, INType="BRN")
    if number := vat_numbers.compact(identity.get("vat_number", "")):
        _dpi(operator, "VAT", number)
    _dpi(operator, "Name", identity["name"])
    _dpi(operator, "PlatformBusinessName", identity["name"])
    address = (identity["street"], identity["postcode"], identity["city"])
    _address(operator, address, kind=_REGISTERED_OFFICE)
    _dpi(operator, "Nexus", _RESIDENT_OPERATOR)
    _dpi(operator, "AssumedReporting", "false")
    _document(operator, f"{message}_P")


def _seller(body: ET.Element, one: PaidCouncil, message: str) -> None:
    """Write a council as a company that sold services; nothing is withheld from its payments."""
    council = one.council
    reported = _dpi(body, "ReportableSeller")
    entity = _dpi(_dpi(reported, "Identity"), "EntitySeller")
    party = _dpi(_dpi(entity, "Standard"), "EntSellerID")
    _dpi(party, "ResCountryCode", _FRANCE)
    _dpi(party, "TIN", council.siren, issuedBy=_FRANCE)
    _dpi(party, "IN", council.siren, issuedBy=_FRANCE, INType="BRN")
    if council.vat_number:
        _dpi(party, "VAT", vat_numbers.compact(council.vat_number))
    _dpi(party, "Name", council.name)
    _address(party, (council.street, council.postcode, council.city), kind=_BUSINESS)
    services = _dpi(_dpi(reported, "RelevantActivities"), "PersonalServices")
    _amounts(services, "Consideration", one.cents)
    counts = _dpi(services, "NumberOfActivities")
    for quarter, payments in zip(QUARTERS, one.payments, strict=True):
        _dpi(counts, f"NumbQ{quarter}", str(payments))
    nothing = (0,) * len(QUARTERS)
    _amounts(services, "Fees", nothing)
    _amounts(services, "Taxes", nothing)
    _document(reported, f"{message}_{council.reference}")


def _amounts(parent: ET.Element, name: str, cents: Sequence[int]) -> None:
    """Write the quarters of an amount in whole euros; the schema allows no negative one."""
    amounts, prefix = _dpi(parent, name), _QUARTER_OF[name]
    for quarter, amount in zip(QUARTERS, cents, strict=True):
        euros = half_up(Fraction(max(amount, 0), _CENTS))
        _dpi(amounts, f"{prefix}{quarter}", str(euros), currCode=_EUR)


def _address(parent: ET.Element, parts: tuple[str, str, str], *, kind: str) -> None:
    address = _dpi(parent, "Address", legalAddressType=kind)
    _dpi(address, "CountryCode", _FRANCE)
    fixed = _dpi(address, "AddressFix")
    for name, text in zip(("Street", "PostCode", "City"), parts, strict=True):
        _dpi(fixed, name, text)


def _document(parent: ET.Element, reference: str) -> None:
    spec = _dpi(parent, "DocSpec")
    ET.SubElement(spec, f"{{{_STF}}}DocTypeIndic").text = _NEW_DATA
    ET.SubElement(spec, f"{{{_STF}}}DocRefId").text = reference


def _dpi(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{_DPI}}}{name}", attributes)
    if text:
        element.text = text
    return element
