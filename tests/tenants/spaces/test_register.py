"""The register of companies: its files, and a founding by SIREN in few taps."""

import io
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from infra.local import cli
from saas.geocoding import actions as geocoding
from tenants.spaces.models import Founding, RegisteredCompany, RegisteredSite
from tenants.spaces.queries import register
from tenants.spaces.rules import register as rules
from tests.fixtures.people import AT
from tests.tenants.spaces.wizard import Wizard

UNITS = (
    "siren,statutDiffusionUniteLegale,prenom1UniteLegale,trancheEffectifsUniteLegale,"
    "etatAdministratifUniteLegale,nomUniteLegale,denominationUniteLegale,nicSiegeUniteLegale"
)
UNIT = "732829320,O,,32,A,,ATELIERS DE L'OUEST,00017"
SITES = (
    "siren,nic,siret,trancheEffectifsEtablissement,etablissementSiege,"
    "numeroVoieEtablissement,indiceRepetitionEtablissement,typeVoieEtablissement,"
    "libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement,"
    "etatAdministratifEtablissement,enseigne1Etablissement"
)
SEAT = "732829320,00017,73282932000017,31,true,12,,RUE,DE LA HALLE,44000,NANTES,A,"
SECOND = "732829320,00025,73282932000025,21,false,3,B,AV,DES BATELIERS,44000,NANTES,A,LE QUAI"
BAN = (
    "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat",
    "1;12;;Rue de la Halle;44000;44109;Nantes;;;-1.553000;47.215000",
    "2;3;b;Avenue des Bateliers;44000;44109;Nantes;;;-1.554000;47.216000",
)


def load(folder: Path, *lines: str) -> str:
    file, out = folder / "sirene.csv", io.StringIO()
    file.write_text("\n".join(lines) + "\n")
    call_command("companies", "load", str(file), stdout=out)
    return out.getvalue()


@pytest.fixture
def loaded(db: None, tmp_path: Path) -> None:
    """Load a company with two establishments, and their addresses."""
    load(tmp_path, UNITS, UNIT)
    load(tmp_path, SITES, SEAT, SECOND)
    town = tmp_path / "ban.csv"
    town.write_text("\n".join(BAN) + "\n")
    geocoding.load(path=town, at=AT)


def test_register_is_loaded_by_its_own_columns(loaded: None, tmp_path: Path) -> None:
    assert cli.COMMANDS["companies"] == "companies"
    known = register.company_of("732829320")
    assert known == register.Known(
        "Ateliers de l'Ouest", rules.Band(250, 499), "12 rue de la Halle, 44000 Nantes"
    )
    quay = register.placed_sites("732829320")[1]
    assert (quay.name, quay.found.street) == ("Le Quai", "3 b Avenue des Bateliers")
    zipped = tmp_path / "StockUniteLegale_utf8.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("stock.csv", f"{UNITS}\n{UNIT.replace('OUEST', 'EST')}\n")
    call_command("companies", "load", str(zipped), stdout=io.StringIO())
    assert RegisteredCompany.objects.get().name == "Ateliers de l'Est"


def test_closed_and_hidden_rows_are_left_out(db: None, tmp_path: Path) -> None:
    hidden = UNIT.replace("ATELIERS DE L'OUEST", "[ND]").replace("732829320", "552100554")
    closed = UNIT.replace("32,A", "32,C").replace("732829320", "542051180")
    printed = load(tmp_path, UNITS, UNIT, hidden, closed)
    assert printed == "1 companies, 2 closed or hidden rows left out.\n"
    assert not RegisteredSite.objects.exists()


def test_company_that_closed_since_leaves_the_register(loaded: None, tmp_path: Path) -> None:
    other = UNIT.replace("732829320", "542051180")
    load(tmp_path, UNITS, UNIT.replace("32,A", "32,C"), other)
    assert [row.siren for row in RegisteredCompany.objects.all()] == ["542051180"]
    load(tmp_path, SITES, SEAT, SECOND.replace("NANTES,A", "NANTES,F"))
    assert [row.siret for row in RegisteredSite.objects.all()] == ["73282932000017"]


def test_other_establishment_is_not_named_seat(loaded: None) -> None:
    RegisteredSite.objects.filter(is_seat=True).delete()
    site = register.placed_sites("732829320")[0]
    assert not site.is_seat
    known = register.company_of("732829320")
    assert known
    assert known.seat == ""


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("siren,nom", "1,2"), "Il manque la colonne"),
        ((UNITS, UNIT.replace("732829320", "73282932")), "Ligne 2"),
        ((UNITS, UNIT, "732829320,O"), "Ligne 3"),
        ((SITES, SEAT.replace("73282932000017", "55210055400017")), "commence par le SIREN"),
        ((UNITS,), "aucune entreprise ouverte"),
    ],
)
def test_wrong_file_of_register_loads_nothing(
    db: None, tmp_path: Path, lines: tuple[str, ...], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        load(tmp_path, *lines)
    assert not RegisteredCompany.objects.exists()


class Fields(HTMLParser):
    """The values that the forms of a page would send if nothing was changed."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect inputs with a name, ticked choices and selected options."""
        known = dict(attrs)
        if tag == "select":
            self._select = known.get("name") or ""
        elif tag == "option" and "selected" in known and self._select:
            self.values[self._select] = known.get("value") or ""
        elif tag == "input" and known.get("name"):
            choice = known.get("type") in {"radio", "checkbox"}
            if not choice or "checked" in known:
                self.values[str(known["name"])] = known.get("value") or ""


class Walk:
    """A founder that counts taps (clicks and typed fields) and fields."""

    def __init__(self, wizard: Wizard) -> None:
        self.wizard, self.taps, self.fields = wizard, 0, 0

    def go(self, url: str, *, button: str = "", **typed: str) -> None:
        """Type into the form of a page and send it; each field and the button are a tap."""
        page = Fields()
        page.feed(self.wizard.client.get(url).text)
        page.values.pop("csrfmiddlewaretoken", None)
        assert set(typed) <= set(page.values), set(typed) - set(page.values)
        self.taps += len(typed) + 1
        self.fields += len(typed)
        pressed = {button: "1"} if button else {}
        answer = self.wizard.client.post(url, {**page.values, **typed, **pressed})
        assert answer.status_code == 303, answer.text


def founded(**company: str) -> Walk:
    """Found a space from the public site to the button that enters it."""
    wizard = Wizard()
    walk = Walk(wizard)
    walk.go("/start/", email="camille@helvane.example", first_name="Camille", last_name="Aubry")
    walk.taps += 1  # the link in the mail
    walk.go(wizard.link())
    walk.go(wizard.url("company"), siren="732 829 320", **company)
    if company:
        walk.taps += 1  # the suggestion below the address
        walk.go(wizard.url("site"), address="12 rue de la Halle, 44000 Nantes")
    else:
        walk.go(wizard.url("site"))
    walk.go(wizard.url("address"), button="build")
    walk.taps += 1  # the button into the space
    return walk


def test_company_in_register_is_founded_in_15_taps_and_8_fields(loaded: None) -> None:
    walk = founded()
    assert (walk.taps, walk.fields) == (11, 4)
    described = Founding.objects.get().description
    assert described["companies"] == [
        {"name": "Ateliers de l'Ouest", "siren": "732829320", "head_count": 374}
    ]
    (site,) = described["sites"]
    assert (site["street"], site["latitude"]) == ("12 Rue de la Halle", "47.215000")


def test_company_outside_register_is_founded_in_15_taps_and_8_fields(loaded: None) -> None:
    RegisteredCompany.objects.all().delete()
    RegisteredSite.objects.all().delete()
    walk = founded(name="Helvane", head_count="420")
    assert (walk.taps, walk.fields) == (15, 7)


def test_company_without_register_row_writes_name_and_head_count(loaded: None) -> None:
    wizard = Wizard().confirmed()
    unknown = {"kind": "company", "language": "fr", "siren": "552 100 554"}
    page = wizard.client.refused(wizard.url("company"), unknown)
    assert "Donnez le nom" in page
    assert "Dites combien" in page
    verdict = wizard.client.get("/start/siren/?siren=732829320").text
    assert "de 250 à 499 personnes" in verdict


def test_further_establishments_of_register_become_sites(loaded: None) -> None:
    wizard = Wizard().confirmed()
    answers = {"kind": "company", "language": "fr", "siren": "732829320"}
    assert wizard.post("company", answers).status_code == 303
    page = Fields()
    page.feed(wizard.client.get(wizard.url("site")).text)
    chosen = {**page.values, "others": "73282932000025"}
    assert wizard.post("site", chosen).status_code == 303
    sites = wizard.founding.description["sites"]
    assert [site["name"] for site in sites] == ["Siège", "Le Quai"]
    assert (sites[1]["head_count"], sites[1]["gates"][0]["latitude"]) == (74, "47.216000")


def test_colleague_takes_founding_over_and_founder_no_longer_holds_it(db: None) -> None:
    wizard = Wizard().described()
    colleague = {"first_name": "Lou", "last_name": "Petit"}
    url = wizard.url("hand-over")
    foreign = wizard.client.refused(url, {**colleague, "email": "lou@else.example"})
    assert "@helvane.example" in foreign
    own = wizard.client.refused(url, {**colleague, "email": wizard.founding.email})
    assert "votre adresse" in own
    answer = wizard.client.post(url, {**colleague, "email": "lou.petit@helvane.example"})
    assert answer.status_code == 303
    assert wizard.client.get(wizard.url("company")).status_code == 404
    other = Wizard()
    goal: Any = other.client.post(other.link())["Location"]
    assert mail.outbox[-1].to == ["lou.petit@helvane.example"]
    assert goal == other.url("address")
    assert other.founding.description["companies"][0]["name"] == "Helvane"
