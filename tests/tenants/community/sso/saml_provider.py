"""A SAML provider for tests: its metadata, and responses that it signs as it is told to."""

import base64
import datetime as dt
import re
import zlib
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils import timezone
from lxml import etree  # type: ignore[import-untyped]

from tests.tenants.community.sso.conftest import key

ISSUER, PAGE = "https://idp.north.example/saml", "https://idp.north.example/sso?tenant=1"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TEMPLATE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="_r1" Version="2.0"
 IssueInstant="{now}" Destination="{back}" InResponseTo="{request}">
<saml:Issuer>{issuer}</saml:Issuer><samlp:Status><samlp:StatusCode
 Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status>
<saml:Assertion ID="_a1" Version="2.0" IssueInstant="{now}"><saml:Issuer>{issuer}</saml:Issuer>
<saml:Subject><saml:NameID Format="{format}">{subject}</saml:NameID><saml:SubjectConfirmation
 Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData
 NotOnOrAfter="{until}" Recipient="{back}" InResponseTo="{request}"/></saml:SubjectConfirmation>
</saml:Subject><saml:Conditions NotBefore="{since}" NotOnOrAfter="{until}">
<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>
</saml:Conditions><saml:AuthnStatement AuthnInstant="{now}"><saml:AuthnContext>
<saml:AuthnContextClassRef>{context}</saml:AuthnContextClassRef></saml:AuthnContext>
</saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="{mail}"><saml:AttributeValue
 xsi:type="xs:string">{email}</saml:AttributeValue></saml:Attribute><saml:Attribute
 Name="givenName"><saml:AttributeValue>Maëlle</saml:AttributeValue></saml:Attribute>
<saml:Attribute Name="sn"><saml:AttributeValue>Le Goff</saml:AttributeValue></saml:Attribute>
</saml:AttributeStatement></saml:Assertion></samlp:Response>"""


@cache
def certificate(number: int = 0) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp.north.example")])
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key(number).public_key(),
        serial_number=number + 1,
        not_valid_before=dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
        not_valid_after=dt.datetime(2021, 1, 1, tzinfo=dt.UTC),  # its key counts, not its dates
    )
    return builder.sign(key(number), hashes.SHA256())


def metadata(number: int = 0, *, issuer: str = ISSUER, page: str = PAGE) -> str:
    der = base64.b64encode(certificate(number).public_bytes(Encoding.DER)).decode()
    page = page.replace("&", "&amp;")
    return f"""<?xml version="1.0"?><!-- by the provider --><EntityDescriptor
 xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{issuer}"><IDPSSODescriptor
 protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing">
<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{der}
</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{page}"/>
</IDPSSODescriptor></EntityDescriptor>"""


def asked(page: str) -> dict[str, str]:
    """Read our request from the address of the provider's page."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
    xml = zlib.decompress(base64.b64decode(query["SAMLRequest"]), -15).decode()
    names = {"request": " ID", "back": "AssertionConsumerServiceURL"}
    found = {name: re.search(f'{word}="([^"]+)"', xml) for name, word in names.items()}
    audience = re.search("<saml:Issuer>([^<]+)", xml)
    assert audience
    return {
        **{name: match[1] for name, match in found.items() if match},
        "audience": audience[1],
        "state": query["RelayState"],
    }


def response(question: dict[str, str], email: str, **other: Any) -> str:
    """Write a response to a request, not signed yet."""
    now = timezone.now()
    written = {
        "now": now,
        "since": now - dt.timedelta(seconds=5),
        "until": now + dt.timedelta(minutes=5),
        "issuer": ISSUER,
        "status": "Success",
        "format": PERSISTENT,
        "subject": f"subject of {email}",
        "context": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
        "mail": "mail",
        "email": email,
        **question,
        **other,
    }
    times = {name: f"{written[name]:%Y-%m-%dT%H:%M:%S.000Z}" for name in ("now", "since", "until")}
    return TEMPLATE.format(**{**written, **times})


def signed(xml: str, *, number: int = 0, whole: bool = False, prefixes: str = "xs") -> str:
    """Sign the assertion of a response, or the whole response, with the library of providers."""
    root = etree.fromstring(xml)
    element = root if whole else root.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    xmlsec.tree.add_ids(root, ["ID"])
    exclusive = xmlsec.constants.TransformExclC14N
    signature = xmlsec.template.create(
        element, exclusive, xmlsec.constants.TransformRsaSha256, ns="ds"
    )
    element.insert(1, signature)
    reference = xmlsec.template.add_reference(
        signature, xmlsec.constants.TransformSha256, uri="#" + element.get("ID")
    )
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    transform = xmlsec.template.add_transform(reference, exclusive)
    name = "{http://www.w3.org/2001/10/xml-exc-c14n#}InclusiveNamespaces"
    etree.SubElement(transform, name, PrefixList=prefixes)
    context = xmlsec.SignatureContext()
    plain = key(number).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context.key = xmlsec.Key.from_memory(plain, xmlsec.constants.KeyDataFormatPem)
    context.sign(signature)
    return str(etree.tostring(root).decode())


def posted(question: dict[str, str], xml: str) -> dict[str, str]:
    return {
        "SAMLResponse": base64.b64encode(xml.encode()).decode(),
        "RelayState": question["state"],
    }
