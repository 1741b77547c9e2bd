"""Proofs of a workplace: a mailbox at work, a company with its number."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _
from stdnum.fr import siren as sirens
from stdnum.fr import siret

from saas.kernel.errors import Refused
from tenants.spaces.models import Tenant

SIREN_DIGITS = 9
FEWEST_COMPANIES, MOST_COMPANIES = 2, 40
MOST_PEOPLE = 100_000
_ANYBODYS = """
aliceadsl.fr bbox.fr cegetel.net club-internet.fr duck.com fastmail.com free.fr googlemail.com
hey.com icloud.com laposte.net libero.it mac.com mail.com mail.ru me.com mailo.com msn.com
neuf.fr numericable.fr orange.fr pm.me proton.me protonmail.com rocketmail.com sfr.fr
t-online.de tuta.com tuta.io tutanota.com virgilio.it wanadoo.fr web.de ymail.com zoho.com
10minutemail.com guerrillamail.com jetable.org mailinator.com temp-mail.org trashmail.com
yopmail.com yopmail.fr
"""
_FREE_MAIL = frozenset(_ANYBODYS.split())
_FREE_MAIL_BRANDS = frozenset(
    {"aol", "gmail", "gmx", "hotmail", "live", "outlook", "yahoo", "yandex"}
)
_SECOND_LEVELS = frozenset({"co", "com"})


def domain_of(email: str) -> str:
    """Return the part of an address after the @."""
    return email.rpartition("@")[2].lower()


def is_free_mail(domain: str) -> bool:
    """Return True if the domain is open to all people, so that it proves nothing."""
    brand, *rest = domain.split(".")
    branded = brand in _FREE_MAIL_BRANDS and (
        len(rest) == 1 or (len(rest) > 1 and rest[0] in _SECOND_LEVELS)
    )
    return branded or domain in _FREE_MAIL


def check_work_address(email: str) -> None:
    """Raise Refused for a private mailbox: it proves no link to a workplace."""
    if is_free_mail(domain_of(email)):
        raise Refused(
            _(
                "%(domain)s est une messagerie personnelle : elle ne prouve pas où vous "
                "travaillez. Écrivez votre adresse de travail. Les collègues qui n’en ont pas "
                "pourront rejoindre l’espace avec un lien d’invitation."
            )
            % {"domain": domain_of(email)},
            field="email",
        )


def check_kind(kind: str, *, domain: str, domain_has_space: bool) -> None:
    """Refuse a second space for the company of a proven domain; a park may still begin."""
    if domain_has_space and kind != Tenant.Kind.PARK:
        raise Refused(
            _(
                "Un espace existe déjà pour %(domain)s. Rejoignez-le avec votre adresse de "
                "travail, ou ouvrez un espace pour un parc d’activités."
            )
            % {"domain": domain},
            field="kind",
        )


def check_siren(siren: str) -> None:
    """Raise Refused for a SIREN with invalid digits or an invalid key, with the reason."""
    if not siren.isascii() or not siren.isdigit():
        raise Refused(_("Un numéro SIREN ne contient que des chiffres."))
    if siret.is_valid(siren):
        raise Refused(
            _("C’est un SIRET, qui compte 14 chiffres : gardez les 9 premiers, le SIREN.")
        )
    if len(siren) != SIREN_DIGITS:
        raise Refused(
            _("Un numéro SIREN compte 9 chiffres : celui-ci en a %(count)d.")
            % {"count": len(siren)}
        )
    if not siren.strip("0") or not sirens.is_valid(siren):
        raise Refused(
            _(
                "Ce numéro SIREN comporte une erreur : vérifiez les 9 chiffres. "
                "Sa clé de contrôle ne correspond pas."
            )
        )


def objection_to_siren(typed: str) -> str:
    """Return the reason why a typed SIREN is invalid, or an empty text."""
    try:
        check_siren(normal_siren(typed))
    except Refused as refusal:
        return refusal.sentence
    return ""


def normal_siren(typed: str) -> str:
    """Return a SIREN without the spaces and points between its groups."""
    return re.sub(r"[\s.\-]", "", typed)


def check_companies(companies: Collection[Mapping[str, Any]]) -> None:
    """Raise Refused for a park with less than two companies, or with a company listed twice."""
    if len(companies) < FEWEST_COMPANIES:
        raise Refused(
            _(
                "Un parc réunit au moins deux entreprises. "
                "Pour une seule, choisissez « Entreprise »."
            )
        )
    names = {company["name"].casefold() for company in companies}
    sirens = {company["siren"] for company in companies}
    if len(names) < len(companies) or len(sirens) < len(companies):
        raise Refused(_("Deux entreprises portent le même nom ou le même SIREN."))
