"""Versions of the legal texts, and the digest that identifies an accepted text."""

import datetime as dt
import functools
import hashlib
from typing import Any, NamedTuple

from django.db import models
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("fr", "en")


class Document(NamedTuple):
    """Version of a legal text; the French text is binding."""

    code: str
    version: int
    in_force: dt.date
    title: Any


# The newest version of each comes first. A version never changes once it is in force: a change is
# another version with a folder of its own, and a test compares each with its digest.
DOCUMENTS = (
    Document("cgv", 1, dt.date(2026, 1, 1), _("Conditions générales de vente")),
    Document("cgu", 1, dt.date(2026, 1, 1), _("Conditions générales d’utilisation")),
    Document("dpa", 1, dt.date(2026, 1, 1), _("Accord de traitement des données")),
    Document("self_billing", 1, dt.date(2026, 1, 1), _("Mandat d’autofacturation")),
)
CGV, CGU, DPA, SELF_BILLING = "cgv", "cgu", "dpa", "self_billing"
DIGEST_LENGTH = 64


def current(code: str) -> Document:
    """Return the newest version of a legal text."""
    return next(each for each in DOCUMENTS if each.code == code)


def versions_of(code: str) -> list[Document]:
    """Return the versions of a legal text, the newest first."""
    return [each for each in DOCUMENTS if each.code == code]


def template_of(document: Document, language: str) -> str:
    """Return the template of a legal text in a language."""
    return f"legal/{document.code}/{document.version}.{language}.html"


@functools.cache
def digest_of(code: str, version: int) -> str:
    """Return the digest of the French text of a version, the binding text."""
    document = Document(code, version, dt.date.min, "")
    origin = get_template(template_of(document, "fr")).origin.name  # type: ignore[attr-defined]
    with open(origin, "rb") as text:  # noqa: PTH123 - the loader names a file
        return hashlib.sha256(text.read()).hexdigest()


def accepted(code: str) -> dict[str, Any]:
    """Return the columns for a text accepted now: its version and its digest."""
    version = current(code).version
    return {f"{code}_version": version, f"{code}_digest": digest_of(code, version)}


def accepted_at(code: str, at: dt.datetime) -> dict[str, Any]:
    """Return the columns for a text accepted at a moment: version, digest, moment."""
    return {**accepted(code), f"{code}_accepted_at": at}


def is_current(code: str, version: int) -> bool:
    """Return True if a version is the newest of its text."""
    return version == current(code).version


def version_column() -> "models.PositiveSmallIntegerField[Any, Any]":
    """Return the column of the version that was accepted; 0 in rows from before the first."""
    return models.PositiveSmallIntegerField(default=0, db_default=0)


def digest_column() -> "models.CharField[Any, Any]":
    """Return the column of the digest of the text that was accepted."""
    return models.CharField(max_length=DIGEST_LENGTH, blank=True, default="", db_default="")
