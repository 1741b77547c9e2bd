"""Streets of a GeoJSON file: loaded whole or refused with a sentence, and drawn under pins."""

import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from infra.demo.seed.shops import STREETS
from infra.local import cli
from saas.geocoding import geojson, rules, streets
from saas.geocoding.models import StreetFile, StreetLine
from saas.kernel.display.streets import Line, Paper, drawn
from saas.kernel.display.walking import Place, walking_map
from saas.kernel.values.points import metres

pytestmark = pytest.mark.django_db
GATE = (47.39, 0.69)
HALL = [[0.6895, 47.3895], [0.6905, 47.3905]]


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    streets.forget()
    yield
    streets.forget()


def street(coordinates: Any = HALL, *, kind: str = "LineString", **tags: str) -> dict[str, Any]:
    tags = tags or {"name": "Rue de la Halle", "highway": "residential"}
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": tags, "geometry": geometry}


def load(folder: Path, *features: Any, name: str = "37.geojson", **options: str) -> str:
    file, out = folder / name, io.StringIO()
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    call_command("streets", "load", str(file), stdout=out, **options)
    return out.getvalue()


def test_streets_command_stands_beside_the_others() -> None:
    assert cli.COMMANDS["streets"] == "streets"


def test_file_of_the_same_name_replaces_its_lines_and_no_others(tmp_path: Path) -> None:
    load(tmp_path, street(), name="44.geojson")
    load(tmp_path, street(), street())
    output = load(tmp_path, street(), street(kind="Point", coordinates=[0.69, 47.39]))

    assert output == "1 lines of streets, 1 features of other kinds left out.\n"
    assert dict.fromkeys(["37", "44"], 1) == {
        file.name: file.lines.count() for file in StreetFile.objects.all()
    }


@pytest.mark.parametrize(
    ("feature", "sentence"),
    [
        (street([[0.69, 47.39]]), "Objet 2.*Rue de la Halle.*deux points"),
        (street("ici"), "Objet 2.*deux points"),
        (street([[0.69, 47.39], [0.7]]), "Objet 2.*deux nombres"),
        (street([[0.69, 47.39], ["est", "nord"]]), "Objet 2.*deux nombres"),
        (street([[0.69, 47.39], [6_252_000, 47.4]]), "Objet 2.*pas sur Terre"),
        (street([[0.69, 47.39], [0.7, float("nan")]]), "Objet 2.*pas sur Terre"),
        (street([], kind="MultiLineString"), "Objet 2.*pas une liste"),
        ({"type": "Feature", "id": "way/7", "properties": {}}, "Objet 2.*way/7.*pas de géométrie"),
        ("rue", "Objet 2.*pas un objet"),
    ],
)
def test_broken_line_is_named_and_nothing_is_loaded(
    tmp_path: Path, feature: Any, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        load(tmp_path, street(), feature)
    assert not StreetLine.objects.exists()


@pytest.mark.parametrize("text", ["", "numero;rep", "[1]", '{"features": 4}', "\x1e{"])
def test_file_that_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "37.geojson"
    file.write_text(text)
    with pytest.raises(CommandError, match=r"GeoJSON|aucune rue|Objet 1"):
        call_command("streets", "load", str(file))


def test_text_sequence_is_read_compressed(tmp_path: Path) -> None:
    file = tmp_path / "37.geojsonseq.gz"
    lines = "".join(f"\x1e{json.dumps(street())}\n" for _number in range(2))
    file.write_bytes(gzip.compress(lines.encode()))
    call_command("streets", "load", str(file), stdout=io.StringIO())

    assert StreetLine.objects.count() == 2


@pytest.mark.parametrize(
    ("tags", "sort"),
    [
        ({"highway": "primary_link"}, "main"),
        ({"highway": "residential"}, "street"),
        ({"highway": "footway"}, "path"),
        ({"waterway": "river"}, "water"),
        ({"nom": "Rue d’un autre fichier"}, "street"),
        ({"highway": "proposed"}, None),
        ({"railway": "rail"}, None),
    ],
)
def test_tags_of_openstreetmap_decide_how_a_line_is_drawn(
    tmp_path: Path, tags: dict[str, str], sort: str | None
) -> None:
    load(tmp_path, street(), street(**tags))
    [_first, *others] = StreetLine.objects.values_list("sort", flat=True)
    assert others == [sort] * (sort is not None)


def test_long_line_is_cut_into_pieces_that_meet() -> None:
    line = [(47.38, 0.69), (47.40, 0.69), (47.4001, 0.69)]
    pieces = list(rules.pieces_of(line))

    assert [one[-1] for one in pieces[:-1]] == [one[0] for one in pieces[1:]]
    assert (pieces[0][0], pieces[-1][-1]) == (line[0], line[-1])
    assert all(metres(one[0], one[-1]) <= rules.PIECE_METRES + 1 for one in pieces)


def test_map_has_the_streets_around_its_gate_and_names_their_source(tmp_path: Path) -> None:
    load(tmp_path, street(), street([[2.35, 48.85], [2.36, 48.85]]), source="© OSM")
    plain = walking_map([Place("Fournil", 4, 90)], gate="Porte Sud")
    found = streets.under_pins(plain, GATE, metres_a_minute=60)

    assert [one.sort for one in found.streets] == ["street"]
    assert found.streets[0].path.count("M") == 1
    assert found.sources == ("© OSM",)
    assert not plain.streets


def test_line_lies_where_its_points_are() -> None:
    paper = Paper(GATE, 200, 200, a_latitude=10_000, a_longitude=5_000)
    [one] = drawn([Line("path", (47.39, 0.69, 47.395, 0.70))], paper)
    assert one.path == "M1000 1000l500 -500"


def test_streets_are_read_once_for_a_map_and_its_neighbours(tmp_path: Path) -> None:
    load(tmp_path, street())
    plain = walking_map([Place("Fournil", 4, 90)], gate="Porte Sud")
    streets.under_pins(plain, GATE, metres_a_minute=60)
    with CaptureQueriesContext(connection) as queries:
        streets.under_pins(plain, GATE, metres_a_minute=60)
        streets.under_pins(plain, (47.3901, 0.6901), metres_a_minute=60)
    assert not queries.captured_queries


def test_streets_of_the_demos_town_are_whole() -> None:
    lines = list(geojson.lines_of(STREETS))
    assert {line.sort for line in lines if line} == {"main", "street", "path", "water"}
