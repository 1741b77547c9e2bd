"""`troovon addresses load`: a whole file of the address base, or a sentence and nothing."""

import gzip
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from infra.local import cli
from saas.geocoding.models import Address, Street

pytestmark = pytest.mark.django_db
HEADER = "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat"
GOOD = "44_1;12;;Rue de la Halle;44000;44109;Nantes;;;-1.553000;47.215000"


def load(folder: Path, *lines: str, header: str = HEADER) -> str:
    file, out = folder / "adresses-44.csv", io.StringIO()
    file.write_text("\n".join([header, *lines]) + "\n")
    call_command("addresses", "load", str(file), stdout=out)
    return out.getvalue()


def test_addresses_command_stands_beside_the_others() -> None:
    assert cli.COMMANDS["addresses"] == "addresses"


def test_loading_again_replaces_the_towns_of_the_file(tmp_path: Path) -> None:
    load(tmp_path, GOOD, GOOD.replace("44109;Nantes", "44162;Saint-Herblain"))
    output = load(tmp_path, GOOD.replace(";12;;", ";14;bis;"), GOOD.replace(";12;;", ";0;;"))

    assert output == "1 addresses in 1 streets.\n"
    assert [str(one) for one in Address.objects.filter(street__insee="44109")] == ["14bis"]
    assert Street.objects.filter(insee="44162").exists()


def test_compressed_file_is_read_and_incomplete_rows_are_counted(tmp_path: Path) -> None:
    file, out = tmp_path / "adresses-44.csv.gz", io.StringIO()
    file.write_bytes(gzip.compress(f"{HEADER}\n{GOOD}\n{GOOD.replace('44000', '')}\n".encode()))
    call_command("addresses", "load", str(file), stdout=out)

    assert "1 rows without place or postcode left out" in out.getvalue()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (GOOD.replace("-1.553000;47.215000", "47.215000;-1.553000"), "Ligne 3.*échangées"),
        (GOOD.replace("47.215000", "17.215000"), "Ligne 3.*pas en France"),
        (GOOD.replace("47.215000", "nan"), "Ligne 3"),
        (GOOD.replace("47.215000", "nord"), "Ligne 3.*pas des nombres"),
        (GOOD.replace(";12;", ";douze;"), "Ligne 3.*pas des nombres"),
        (GOOD.replace("44000", "4400"), "Ligne 3.*cinq chiffres"),
        (GOOD.replace(";Nantes", ""), "Ligne 3.*toutes les colonnes"),
    ],
)
def test_a_wrong_row_refuses_the_whole_file(tmp_path: Path, line: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        load(tmp_path, GOOD, line)
    assert not Street.objects.exists()


def test_a_file_of_another_form_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Il manque la colonne lat"):
        load(tmp_path, GOOD, header=HEADER.replace(";lat", ";latitude"))
    with pytest.raises(CommandError, match="aucune adresse"):
        load(tmp_path)
    (tmp_path / "latin.csv").write_bytes(
        f"{HEADER}\n{GOOD.replace('Halle', 'Forêt')}".encode("latin-1")
    )
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("addresses", "load", str(tmp_path / "latin.csv"))
    with pytest.raises(CommandError, match="is no file"):
        call_command("addresses", "load", str(tmp_path))
    assert not Street.objects.exists()
