"""SAML documents of a company's provider: the person of a response, and the provider's metadata.

All facts about a person are read from the element that the provider signed: a forged assertion
around or beside it is never read. Comments, document types and processing instructions are refused,
because parsers disagree about names that contain them.
"""

import base64
import binascii
import datetime as dt
from collections.abc import Iterator
from typing import Any, NoReturn

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree  # type: ignore[import-untyped]
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from saas.kernel.sandbox.verdicts import UnfitError
from saas.kernel.sandbox.wire import Piece

_SAML, _PROTOCOL = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"
_META, _SIGNATURE = "urn:oasis:names:tc:SAML:2.0:metadata", "http://www.w3.org/2000/09/xmldsig#"
_SPACES = {"saml": _SAML, "samlp": _PROTOCOL, "md": _META, "ds": _SIGNATURE}
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_USUAL = {
    "email": ("email", "mail", f"{_CLAIMS}emailaddress", "urn:oid:0.9.2342.19200300.100.1.3"),
    "first": ("firstname", "givenname", "first_name", f"{_CLAIMS}givenname", "urn:oid:2.5.4.42"),
    "last": ("lastname", "surname", "sn", "last_name", f"{_CLAIMS}surname", "urn:oid:2.5.4.4"),
}
_METHODS = "http://schemas.microsoft.com/claims/authnmethodsreferences"
_STRONG = ("https://refeds.org/profile/mfa", "http://schemas.microsoft.com/claims/multipleauthn")
_MOST_CERTIFICATES, _MOST_GROUPS = 6, 2000


def person_of(content: bytes, options: dict[str, Any]) -> Iterator[Piece]:
    """Yield the person of a response in base64. Raises UnfitError with a key of the failure.

    Options: `issuer`, `audience`, `recipient`, `request`, `certificates` (PEM), `leeway` (seconds),
    `now` (seconds since 1970), `attributes`, the provider's own names of attributes, and `groups`,
    the name of the attribute of groups, or "".
    """
    try:
        yield Piece(_person(content, options))
    except (etree.XMLSyntaxError, binascii.Error, ValueError, KeyError, TypeError):
        _refuse("answer")


def provider_of(content: bytes, _options: dict[str, Any]) -> Iterator[Piece]:
    """Yield a provider's entity, page and certificates from its metadata. Raises UnfitError."""
    try:
        yield Piece(_provider(content))
    except (etree.XMLSyntaxError, binascii.Error, ValueError, KeyError, TypeError):
        _refuse("metadata")


def _person(content: bytes, options: dict[str, Any]) -> dict[str, Any]:
    assertion = _signed_assertion(base64.b64decode(content, validate=False), options)
    if _text(assertion, "./saml:Issuer") != options["issuer"]:
        _refuse("issuer")
    _check_conditions(assertion, options)
    name = _single(assertion, "./saml:Subject/saml:NameID")
    if name.get("Format") == _TRANSIENT:
        _refuse("transient")
    _check_confirmation(assertion, options)
    attributes = _attributes(assertion)
    subject, own = (name.text or "").strip(), options["attributes"]
    email = _attribute(attributes, "email", own) or (subject if "@" in subject else "")
    statement = _single(assertion, "./saml:AuthnStatement")
    return {
        "subject": subject or _refuse("answer"),
        "email": email,
        "first": _attribute(attributes, "first", own),
        "last": _attribute(attributes, "last", own),
        "proved_at": _moment(statement, "AuthnInstant").timestamp(),
        "is_strong": _is_strong(statement, attributes),
        "groups": attributes.get(options["groups"].lower(), [])[:_MOST_GROUPS],
    }


def _signed_assertion(xml: bytes, options: dict[str, Any]) -> Any:
    """Return the response's single assertion, as the provider signed it."""
    root = _parsed(xml)
    if root.tag != f"{{{_PROTOCOL}}}Response":
        _refuse("answer")
    if root.findall(f"./samlp:Status/samlp:StatusCode[@Value='{_SUCCESS}']", _SPACES) == []:
        _refuse("status")
    if root.find(".//saml:EncryptedAssertion", _SPACES) is not None:
        _refuse("encrypted")
    assertion = _only_assertion(root)
    if assertion.find("./ds:Signature", _SPACES) is not None:
        return _verified(assertion, options)
    if root.find("./ds:Signature", _SPACES) is None:
        _refuse("unsigned")
    return _single(_verified(root, options), "./saml:Assertion")


def _only_assertion(root: Any) -> Any:
    """Return the single assertion of a response in which each ID is unique."""
    assertions = root.findall(".//saml:Assertion", _SPACES)
    if len(assertions) != 1 or assertions[0].getparent() is not root:
        _refuse("several" if assertions else "answer")
    ids = [element.get("ID") for element in root.iter() if element.get("ID")]
    if len(ids) != len(set(ids)):
        _refuse("several")
    return assertions[0]


def _verified(element: Any, options: dict[str, Any]) -> Any:
    """Return an element as one of the provider's certificates signed it."""
    root = element.getroottree().getroot()
    location = "./" if element is root else f"./{{{_SAML}}}Assertion/"
    for pem in options["certificates"]:
        signed = _signed_by(pem, etree.tostring(root), location)
        if signed is not None:
            is_it = (signed.tag, signed.get("ID")) == (element.tag, element.get("ID"))
            return signed if is_it else _refuse("signature")
    return _refuse("signature")


def _signed_by(pem: str, document: bytes, location: str) -> Any:
    """Return the element that a certificate signed, or None."""
    certificate = x509.load_pem_x509_certificate(pem.encode())
    config = SignatureConfiguration(
        location=location,
        # The key counts, not its certificate's dates (SAML metadata interoperability profile).
        verification_time=certificate.not_valid_before_utc,
        ignore_ambiguous_key_info=True,
    )
    try:
        found: Any = XMLVerifier().verify(
            document,
            x509_cert=certificate,
            validate_schema=False,  # a child opens no file
            id_attribute="ID",
            expect_config=config,
        )
    except (SignXMLException, UnsupportedAlgorithm):
        return None
    return found.signed_xml


def _check_conditions(assertion: Any, options: dict[str, Any]) -> None:
    """Check that the assertion is for this service, and valid now."""
    conditions = _single(assertion, "./saml:Conditions")
    for restriction in conditions.findall("./saml:AudienceRestriction", _SPACES) or [conditions]:
        audiences = [one.text for one in restriction.findall("./saml:Audience", _SPACES)]
        if options["audience"] not in audiences:
            _refuse("audience")
    _check_time(conditions, options)


def _check_confirmation(assertion: Any, options: dict[str, Any]) -> None:
    """Check that the assertion answers this attempt, at this address."""
    confirmation = _single(assertion, "./saml:Subject/saml:SubjectConfirmation")
    data = _single(confirmation, "./saml:SubjectConfirmationData")
    if confirmation.get("Method") != _BEARER or data.get("NotOnOrAfter") is None:
        _refuse("answer")
    if data.get("Recipient") != options["recipient"]:
        _refuse("audience")
    if data.get("InResponseTo") != options["request"]:
        _refuse("nonce")
    _check_time(data, options)


def _check_time(element: Any, options: dict[str, Any]) -> None:
    now, leeway = options["now"], options["leeway"]
    if element.get("NotBefore") and _moment(element, "NotBefore").timestamp() > now + leeway:
        _refuse("early")
    if element.get("NotOnOrAfter") and _moment(element, "NotOnOrAfter").timestamp() <= now - leeway:
        _refuse("expired")


def _attributes(assertion: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in assertion.findall("./saml:AttributeStatement/saml:Attribute", _SPACES):
        values = one.findall("./saml:AttributeValue", _SPACES)
        found.setdefault(one.attrib["Name"].lower(), []).extend(v.text or "" for v in values)
    return found


def _attribute(attributes: dict[str, list[str]], kind: str, own: dict[str, str]) -> str:
    names = (own[kind].lower(),) if own.get(kind) else _USUAL[kind]
    values = (value.strip() for name in names for value in attributes.get(name, ()))
    return next(filter(None, values), "")


def _is_strong(statement: Any, attributes: dict[str, list[str]]) -> bool:
    """Return True if the provider asked for a second factor, by its own statement."""
    context = _text(statement, "./saml:AuthnContext/saml:AuthnContextClassRef")
    return context in _STRONG or any(one in _STRONG for one in attributes.get(_METHODS, ()))


def _provider(content: bytes) -> dict[str, Any]:
    root = _parsed(content, comments=True)
    entities = [root] if root.tag == f"{{{_META}}}EntityDescriptor" else []
    found = [one for one in entities if one.find("./md:IDPSSODescriptor", _SPACES) is not None]
    if not found:
        _refuse("metadata")
    part = _single(found[0], "./md:IDPSSODescriptor")
    services = part.findall("./md:SingleSignOnService", _SPACES)
    pages = [one.get("Location") for one in services if one.get("Binding") == _REDIRECT]
    keys = [one for one in part.findall("./md:KeyDescriptor", _SPACES) if _signs(one)]
    texts = [one.text for key in keys for one in key.findall(".//ds:X509Certificate", _SPACES)]
    if not pages or not texts:
        _refuse("page" if texts else "certificate")
    return {
        "issuer": found[0].attrib["entityID"].strip(),
        "page": pages[0].strip(),
        "certificates": [_pem(text or "") for text in texts[:_MOST_CERTIFICATES]],
    }


def _signs(key: Any) -> bool:
    return str(key.get("use", "signing")) == "signing"


def _pem(text: str) -> str:
    certificate = x509.load_der_x509_certificate(base64.b64decode(text))
    return certificate.public_bytes(Encoding.PEM).decode()


def _parsed(xml: bytes, *, comments: bool = False) -> Any:
    """Parse a document in UTF-8 without document type; by default without comments too."""
    plain = xml.decode("utf-8-sig").lstrip()
    beginnings = ("<!DOCTYPE", "<!ENTITY") if comments else ("<!",)
    if any(one in plain for one in beginnings) or "<?" in plain[5:]:
        _refuse("comment")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, remove_comments=True
    )
    return etree.fromstring(plain.encode(), parser)


def _single(element: Any, path: str) -> Any:
    found = element.findall(path, _SPACES)
    return found[0] if len(found) == 1 else _refuse("answer")


def _text(element: Any, path: str) -> str:
    return (element.findtext(path, "", _SPACES) or "").strip()


def _moment(element: Any, name: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(element.attrib[name])
    return moment if moment.tzinfo else _refuse("answer")


def _refuse(reason: str) -> NoReturn:
    raise UnfitError(reason)
