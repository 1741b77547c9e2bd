"""Legal rules for the words of ads, offers and shop pages, by subject.

Words are compared without accents, capitals, look-alike letters and figures used as letters
(`c4s1n0`); letters that are spelt apart (`v o d k a`) are joined. The articles:

- alcohol: code de la santé publique, L3323-2 (permitted media) and L3323-4 (content, and the
  warning that each ad carries); happy hours: L3323-1.
- tobacco and vaping: CSP L3512-4 and L3513-4 prohibit every ad, direct or indirect.
- drugs: CSP L3421-4.
- gambling: code de la sécurité intérieure, L320-12 (warning and authorised operators only) and
  L324-8-1 (ads for others). No authorised operator is a customer, so each is refused.
- credit: code de la consommation, L312-5 (the warning) and L312-10 (no promise of a credit
  without examination of the borrower's situation).
- weapons: loi n° 85-706 du 12 juillet 1985, article 1.
- medicines: CSP L5122-1 to L5122-16; ads to the public need a visa, L5122-8.
- health claims: code de la consommation, L121-4, 16° (cures); règlement (CE) 1924/2006, article 12.
- adult content: code pénal, L227-24, and L225-5 for services of this kind.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.catalogue.merchants.models import Category
from saas.catalogue.merchants.rules.advertising_words import (
    ALLOWED,
    PROHIBITED,
    WITH_MENTION,
)
from saas.kernel.errors import Refused

# In these sectors the law of the profession limits ads: a person reads each before it runs.
WATCHED_SECTORS = frozenset({Category.HEALTH.value})
ALCOHOL_MENTION = (
    "L’abus d’alcool est dangereux pour la santé, à consommer avec modération."  # CSP L3323-4
)
CREDIT_MENTION = (  # code de la consommation, L312-5
    "Un crédit vous engage et doit être remboursé. Vérifiez vos capacités de remboursement avant "
    "de vous engager."
)
_REQUIRED = {
    "alcohol": "abus d alcool est dangereux pour la sante",
    "credit": "un credit vous engage et doit etre rembourse",
}
_LOOK_ALIKE = str.maketrans(
    "абвгеёзикмнорстухіјѕαβεηικμνορτυχωßøđłæœ",
    "abbreeзикmhopctyxijsabehikmvoptuxwsodlao",
)
_FIGURES = str.maketrans("01345789@$!|+€", "oleastbgasilte")
_SPELT_APART = re.compile(r"(?<![a-z0-9@$])((?:[a-z0-9@$][ ._*-]){2,}[a-z0-9@$])(?![a-z0-9@$])")
_TOKEN = re.compile(r"[a-z0-9@$!|+€]+")
_SIGNS_IN_WORDS = re.compile(r"(?<=[a-z0-9@$])[*_](?=[a-z0-9@$])")


class Subject(models.TextChoices):
    """Subjects with advertising prohibited or limited by law."""

    ALCOHOL = "alcohol", gettext_lazy("alcool")
    TOBACCO = "tobacco", gettext_lazy("tabac et vapotage")
    DRUGS = "drugs", gettext_lazy("stupéfiants")
    GAMBLING = "gambling", gettext_lazy("jeux d’argent")
    CREDIT = "credit", gettext_lazy("crédit")
    CREDIT_UNSEEN = "unseen", gettext_lazy("crédit sans examen du dossier")
    WEAPONS = "weapons", gettext_lazy("armes")
    MEDICINES = "medicines", gettext_lazy("médicaments")
    HEALTH = "health", gettext_lazy("allégations de santé")
    ADULT = "adult", gettext_lazy("contenu pour adultes")


class Finding(NamedTuple):
    """A subject of law that a text touches, by the words that were found."""

    subject: Subject
    words: str


def plain(text: str) -> str:
    """Return a text as rules compare it: small Latin letters, digits apart, single spaces."""
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    text = _SIGNS_IN_WORDS.sub("", text.translate(_LOOK_ALIKE))
    text = _SPELT_APART.sub(lambda found: re.sub(r"[ ._*-]", "", found[1]), text)
    return " ".join(_TOKEN.findall(text))


def _as_alphabetic(token: str, figures: dict[int, int]) -> str:
    """Return a token with its figures read as letters, unless it is an amount or a measure."""
    alphabetic = sum(sign.isalpha() for sign in token)
    amount = re.fullmatch(
        r"\d+(?:[.,]\d+)?(?:€|e|eur|euros?|h|g|kg|cl|ml|l|cm|m|x|j|%)?\d{0,2}", token
    )
    read = token if amount or not alphabetic else token.translate(figures)
    return re.sub(r"([a-z])\1{2,}", r"\1", read)


def readings(text: str) -> list[str]:
    """Return a text unchanged, then with figures read as letters, in comparable form."""
    base = plain(text)
    read = [
        " ".join(_as_alphabetic(token, figures) for token in base.split())
        for figures in (_FIGURES, _FIGURES | {ord("1"): ord("i")})
    ]
    return [re.sub(r"[^a-z0-9]+", " ", each).strip() for each in dict.fromkeys([base, *read])]


def _without_allowed(text: str) -> str:
    """Remove harmless phrases that resemble a regulated subject, such as a bread cellar."""
    for phrase in ALLOWED:
        text = phrase.sub(" ", text)
    return " ".join(text.split())


def findings_of(*texts: str) -> list[Finding]:
    """Return the subjects of law that some texts touch, each once."""
    found: dict[str, str] = {}
    for text in texts:
        for reading in readings(text):
            rest = _without_allowed(_without_mentions(reading))
            for subject, pattern in (*PROHIBITED, *WITH_MENTION):
                match = pattern.search(rest)
                if match:
                    found.setdefault(subject, match[0])
    return [Finding(Subject(subject), words) for subject, words in found.items()]


def _without_mentions(reading: str) -> str:
    """Remove the legal mentions: they name the subject of their warning."""
    for mention in (ALCOHOL_MENTION, CREDIT_MENTION, *_REQUIRED.values()):
        reading = reading.replace(readings(mention)[0], " ")
    return reading


def mention_of(subject: str) -> str:
    """Return the legal mention that an ad for a subject carries; empty for the others."""
    return {"alcohol": ALCOHOL_MENTION, "credit": CREDIT_MENTION}.get(subject, "")


def check_words(*texts: str, field: str = "", mention_in: str = "text") -> list[Finding]:
    """Return the subjects of law of some texts that may be advertised, with their mention.

    Raises Refused for a prohibited subject, and when a legal mention is missing.
    """
    findings = findings_of(*texts)
    whole = " ".join(readings(text)[0] for text in texts)
    for finding in findings:
        if finding.subject.value not in _REQUIRED:
            raise _refusal(finding, field)
    for finding in findings:
        if _REQUIRED[finding.subject.value] not in whole:
            raise Refused(
                _(
                    "La loi demande une mention pour ce sujet (%(subject)s)\u00a0: ajoutez"
                    " «\u00a0%(mention)s\u00a0»"
                )
                % {
                    "subject": finding.subject.label,
                    "mention": mention_of(finding.subject.value),
                },
                field=mention_in,
            )
    return findings


def check_page_words(*texts: str, field: str = "description") -> None:
    """Raise Refused if a shop's page presents a subject with a total ban on advertising.

    A wine merchant may have a page: a subject with a mandatory mention in ads is allowed here.
    """
    for finding in findings_of(*texts):
        if finding.subject.value not in _REQUIRED:
            raise _refusal(finding, field)


def _refusal(finding: Finding, field: str) -> Refused:
    return Refused(
        _(
            "La loi interdit cette publicité (%(subject)s\u00a0: «\u00a0%(words)s\u00a0»). "
            "Changez ces mots\u202f; si c’est une méprise, écrivez-nous."
        )
        % {"subject": finding.subject.label, "words": finding.words},
        field=field,
    )


def needs_a_look(findings: Collection[Finding], *, category: str) -> bool:
    """Return True if a person reads an ad before it runs, also of a trusted merchant."""
    return bool(findings) or category in WATCHED_SECTORS
