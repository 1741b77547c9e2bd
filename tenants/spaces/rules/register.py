"""The columns of the register SIRENE: names, addresses, and bands of head-counts."""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from saas.kernel.values.csv_files import wrong_line

UNITS = frozenset(
    {"siren", "etatAdministratifUniteLegale", "denominationUniteLegale"}
    | {"trancheEffectifsUniteLegale"}
)
SITES = frozenset(
    {"siret", "siren", "etablissementSiege", "etatAdministratifEtablissement"}
    | {"libelleVoieEtablissement", "codePostalEtablissement", "libelleCommuneEtablissement"}
)
_OPEN = "A"
# INSEE's codes: the fewest and the most employees of a band.
_BANDS = {
    "01": (1, 2),
    "02": (3, 5),
    "03": (6, 9),
    "11": (10, 19),
    "12": (20, 49),
    "21": (50, 99),
    "22": (100, 199),
    "31": (200, 249),
    "32": (250, 499),
    "41": (500, 999),
    "42": (1_000, 1_999),
    "51": (2_000, 4_999),
    "52": (5_000, 9_999),
    "53": (10_000, None),
}
_WAYS = {
    "ALL": "allée",
    "AV": "avenue",
    "BD": "boulevard",
    "CAR": "carrefour",
    "CHE": "chemin",
    "CHS": "chaussée",
    "CITE": "cité",
    "COR": "corniche",
    "CRS": "cours",
    "DOM": "domaine",
    "DSC": "descente",
    "ECA": "écart",
    "ESP": "esplanade",
    "FG": "faubourg",
    "GR": "grande rue",
    "HAM": "hameau",
    "HLE": "halle",
    "IMP": "impasse",
    "LD": "lieu-dit",
    "LOT": "lotissement",
    "MAR": "marché",
    "MTE": "montée",
    "PAS": "passage",
    "PL": "place",
    "PLN": "plaine",
    "PLT": "plateau",
    "PRO": "promenade",
    "PRV": "parvis",
    "QUA": "quartier",
    "QUAI": "quai",
    "RES": "résidence",
    "RLE": "ruelle",
    "ROC": "rocade",
    "RPT": "rond-point",
    "RTE": "route",
    "RUE": "rue",
    "SEN": "sente",
    "SQ": "square",
    "TPL": "terre-plein",
    "TRA": "traverse",
    "VLA": "villa",
    "VLGE": "village",
    "ZA": "zone artisanale",
    "ZAC": "ZAC",
    "ZI": "zone industrielle",
}
_SMALL = frozenset({"d", "de", "des", "du", "et", "l", "la", "le", "les", "sur", "sous", "en"})
_SIREN = re.compile(r"[0-9]{9}\Z")
_SIRET = re.compile(r"[0-9]{14}\Z")
type Unit = tuple[str, str, str]
type Site = tuple[str, str, bool, str, str, str, str, str]


class Band(NamedTuple):
    """A band of head-counts; the last has no upper end."""

    fewest: int
    most: int | None

    @property
    def middle(self) -> int:
        """The number in the middle of the band, which a founder may correct."""
        return self.fewest if self.most is None else (self.fewest + self.most) // 2


def band_of(code: str) -> Band | None:
    """Return the band of a code of the register, or None for an unknown head-count."""
    return Band(*_BANDS[code]) if code in _BANDS else None


def check_columns(heading: Collection[str]) -> bool:
    """Return True for the file of legal units, False for the file of establishments.

    Raises Refused for other files, naming the missing columns.
    """
    names = set(heading)
    if names >= SITES:
        return False
    if names >= UNITS:
        return True
    needed = SITES if "siret" in names else UNITS
    words = _("Il manque la colonne %(missing)s\u00a0: ce n’est pas un stock du registre SIRENE.")
    raise Refused(words % {"missing": ", ".join(sorted(needed - names))})


def unit_of(row: Mapping[str, str], *, line: int) -> Unit | None:
    """Return number, name and band of a legal unit; None if it is closed, or hides its name."""
    if not _SIREN.match(row["siren"]):
        raise wrong_line(line, _("le SIREN a neuf chiffres."))
    name = _named(
        row["denominationUniteLegale"],
        row.get("denominationUsuelle1UniteLegale", ""),
        f"{row.get('prenom1UniteLegale', '')} {row.get('nomUniteLegale', '')}",
    )
    if row["etatAdministratifUniteLegale"] != _OPEN or not name:
        return None
    return row["siren"], _spelt(name)[:120], _coded(row["trancheEffectifsUniteLegale"])


def site_of(row: Mapping[str, str], *, line: int) -> Site | None:
    """Return the columns of an establishment; None if it is closed, or hides its address."""
    if not _SIRET.match(row["siret"]) or not row["siret"].startswith(row["siren"]):
        raise wrong_line(line, _("le SIRET a quatorze chiffres, et commence par le SIREN."))
    street, city = _street(row), _spelt(row["libelleCommuneEtablissement"])
    postcode = row["codePostalEtablissement"]
    if row["etatAdministratifEtablissement"] != _OPEN or not (postcode and city):
        return None
    name = _named(
        row.get("enseigne1Etablissement", ""), row.get("denominationUsuelleEtablissement", "")
    )
    return (
        row["siret"],
        row["siren"],
        row["etablissementSiege"].lower() == "true",
        _spelt(name)[:80],
        _coded(row.get("trancheEffectifsEtablissement", "")),
        street[:120],
        postcode[:10],
        city[:80],
    )


def _coded(code: str) -> str:
    return code if code in _BANDS else ""


def _named(*names: str) -> str:
    """Return the first name that the register shows; it hides some persons' as [ND]."""
    return next((name.strip() for name in names if name.strip() and "[ND]" not in name), "")


def _spelt(text: str, *, within: bool = False) -> str:
    """Write capitals of the register as names: ATELIERS DE L'OUEST is Ateliers de l'Ouest."""
    small = text.strip().lower()
    words = re.sub(
        r"[^\W\d_]+", lambda word: word[0] if word[0] in _SMALL else word[0].capitalize(), small
    )
    return words if within else words[:1].upper() + words[1:]


def _street(row: Mapping[str, str]) -> str:
    number = row.get("numeroVoieEtablissement", "").strip()
    suffix = row.get("indiceRepetitionEtablissement", "").strip().lower()
    kind = row.get("typeVoieEtablissement", "").strip().upper()
    name = _spelt(row["libelleVoieEtablissement"], within=bool(kind))
    parts = (number, suffix, _WAYS.get(kind, kind.lower()), name)
    return " ".join(part for part in parts if part and "[nd]" not in part.lower())
