"""City services from files: each row judged by itself, found again, removed when asked."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from saas.catalogue.city_services import actions, clock, rules, tasks, wording
from saas.catalogue.city_services.models import CityService, ServiceFile
from saas.kernel.errors import Refused
from saas.kernel.sandbox import runner
from saas.kernel.sandbox.openers import services
from saas.kernel.sandbox.verdicts import TooHeavyError, UnfitError
from tests.fixtures.people import make_user

pytestmark = pytest.mark.django_db
HEADER = "nom;genre;rue;code postal;ville;lat;lon;horaires"
ROW = "Médiathèque;Médiathèque;10 rue du Port;37990;Saint-Avel;47,3921;0.694;mar–ven 10h–18h30"


def feature(geometry: Any = None, **tags: Any) -> dict[str, Any]:
    usual = {"amenity": "library", "name": "Médiathèque", "@id": "node/1"}
    point = {"type": "Point", "coordinates": [0.694, 47.3921]}
    return {"type": "Feature", "geometry": geometry or point, "properties": usual | tags}


def geojson(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def read(text: str) -> rules.ReadFile:
    """Return what a file holds, as its opener and the room read it."""
    [piece] = services.rows_of(text.encode(), {"tags": rules.TAGS})
    return rules.read(json.loads(json.dumps(piece.words)))


def imported(text: str, *, removes: bool = False) -> actions.Imported:
    rows = read(text).rows
    by = make_user(
        f"op{timezone.now().timestamp()}", email=f"op{timezone.now().timestamp()}@x.example"
    )
    return actions.import_services(rows=rows, removes_others=removes, by=by, at=timezone.now())


def test_csv_of_a_town_is_read_with_french_columns_and_typed_hours() -> None:
    found = read("\n".join([HEADER, ROW, ROW.replace("47,3921", "nord")]))

    [service] = found.rows
    assert (service.name, service.kind, str(service.latitude)) == (
        "Médiathèque",
        "library",
        "47.392100",
    )
    assert len(service.hours) == 4
    [wrong] = found.wrong
    assert (wrong.place, wrong.reason) == ("ligne 3", "les coordonnées ne sont pas des nombres.")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ROW.replace("Médiathèque;Médiathèque", ";Médiathèque"), "il manque le nom."),
        (ROW.replace(";Médiathèque;", ";Casino;"), "n’est pas un genre"),
        (ROW.replace("47,3921", "147"), "La latitude va de"),
        (ROW.replace("47,3921", "nan"), "ne sont pas des nombres"),
        (ROW.replace("47,3921;0.694", "0;0"), "au milieu de l’océan"),
    ],
)
def test_a_wrong_row_is_left_out_with_its_reason(row: str, reason: str) -> None:
    found = read(f"{HEADER}\n{row}")
    assert found.rows == []
    assert reason in found.wrong[0].reason


@pytest.mark.parametrize("sign", ["\0", "\ud800"], ids=["a zero byte", "half a sign"])
def test_a_row_with_a_sign_that_no_database_keeps_is_left_out_alone(sign: str) -> None:
    found = read(geojson(feature(name=f"Média{sign}thèque"), feature(**{"@id": "node/2"})))
    assert len(found.rows) == 1
    assert found.wrong[0].reason == "un signe de cette ligne ne se lit pas."
    assert sign not in found.wrong[0].place


def test_a_website_that_is_none_is_left_out_alone() -> None:
    broken = feature(website="voir à l’accueil", **{"@id": "node/2"})
    bare = feature(website="mediatheque.example", **{"@id": "node/3"})
    assert imported(geojson(feature(), broken, bare)) == (3, 0, 0)
    websites = CityService.objects.order_by("source").values_list("website", flat=True)
    assert list(websites) == ["", "", "https://mediatheque.example"]


def test_a_large_file_costs_as_many_statements_as_a_small_one() -> None:
    def town(count: int) -> str:
        nodes = (
            feature(opening_hours="Tu-Fr 10:00-18:30", **{"@id": f"node/{number}"})
            for number in range(count)
        )
        return geojson(*nodes)

    counts = []
    for count in (2, 60):
        for expected in ((count, 0, 0), (0, count, 0)):
            with CaptureQueriesContext(connection) as queries:
                assert imported(town(count)) == expected
            counts.append(len(queries))
        CityService.objects.all().delete()
    assert counts[2:] == counts[:2]


def test_openstreetmap_extract_keeps_known_kinds_with_their_hours() -> None:
    square = {
        "type": "Polygon",
        "coordinates": [[[0.6, 47.3], [0.8, 47.3], [0.8, 47.5], [0.6, 47.3]]],
    }
    found = read(
        geojson(
            feature(opening_hours="Tu-Fr 10:00-18:30; Sa 10:00-12:00; PH off"),
            feature(square, amenity="", leisure="park", name="Parc", **{"@id": "way/2"}),
            feature(amenity="bench"),
            feature(name=""),
        )
    )
    library, park = found.rows
    assert (library.source, len(library.hours)) == ("osm:node/1", 5)
    assert (park.kind, str(park.latitude), str(park.longitude)) == ("park", "47.400000", "0.700000")
    assert found.wrong == []


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": ["x", "y"]},
        {"type": "Point", "coordinates": [47.39, 191]},
        {"type": "Point", "coordinates": [10**400, 47]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [1]},
        {"type": "Ball", "coordinates": [0, 1]},
        {"type": "Point"},
    ],
)
def test_broken_geometry_is_left_out_with_its_sentence(geometry: Any) -> None:
    found = read(geojson(feature(geometry), feature(**{"@id": "node/2"})))
    assert len(found.rows) == 1
    assert found.wrong[0].reason == "sa géométrie est cassée."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("{", "no_geojson"),
        ('{"features": 3}', "no_geojson"),
        ("[]", "no_geojson"),
        (",".join(rules.COLUMNS) + "\n" * 5_000, "too_many"),
        (geojson(*[feature(**{"@id": f"node/{n}"}) for n in range(2_001)]), "too_many"),
        ('{"features": [' + "{}," * 1_600_000 + "{}]}", "too_many"),
        ('{"features": [' + "[" * 2_000_000, "too_many"),
    ],
    ids=["nothing", "cut", "number", "list", "empty lines", "services", "many objects", "deep"],
)
def test_a_file_of_another_form_is_unfit(text: str, reason: str) -> None:
    with pytest.raises(UnfitError) as unfit:
        list(runner.opened("services", text.encode(), tags=rules.TAGS))
    assert unfit.value.reason == reason


def test_missing_columns_are_named() -> None:
    with pytest.raises(Refused, match="name, kind, street"):
        read("a;b\n1;2")


def test_file_of_windows_is_read() -> None:
    [piece] = services.rows_of(f"{HEADER}\n{ROW}".encode("cp1252"), {})
    assert rules.read(piece.words).rows[0].name == "Médiathèque"


def test_file_whose_child_dies_is_tried_twice_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    tries, again = [], []

    def die(_job: str, _content: bytes, **_options: object) -> object:
        tries.append(ServiceFile.objects.get().attempts)
        raise TooHeavyError("services")

    monkeypatch.setattr("saas.kernel.sandbox.runner.opened", die)
    monkeypatch.setattr(tasks, "send", lambda *args, **_: again.append(args))
    file = actions.send_file(name="x.csv", content=b"x", by=make_user("Ada"), at=timezone.now())
    for _delivery in range(4):
        tasks.read_file.run(file.pk)
    file.refresh_from_db()
    assert (tries, again) == ([1, 2], [(tasks.read_file, file.pk)])
    assert "deux fois" in wording.why_unread(file.failure)


def test_lost_job_is_queued_again_and_old_file_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[object] = []
    monkeypatch.setattr(clock, "send", lambda *args: queued.append(args))
    by, now = make_user("Ada"), timezone.now()
    late = actions.send_file(name="x", content=b"x", by=by, at=now - dt.timedelta(minutes=2))
    actions.send_file(name="x", content=b"x", by=by, at=now - dt.timedelta(days=8))
    clock.sweep_files.run()
    assert (tasks.read_file, late.pk) in queued
    assert [file.pk for file in ServiceFile.objects.all()] == [late.pk]


def test_a_later_file_updates_and_removes_by_source() -> None:
    first = imported(geojson(feature(), feature(name="Annexe", **{"@id": "node/2"})))
    assert first == (2, 0, 0)
    later = imported(geojson(feature(name="Grande médiathèque")), removes=True)
    assert later == (0, 1, 1)
    [service] = CityService.objects.all()
    assert (service.name, service.slug) == ("Grande médiathèque", "mediatheque")
    assert service.is_of_openstreetmap


def test_identifiers_of_a_csv_are_its_own() -> None:
    assert imported(geojson(feature())) == (1, 0, 0)
    text = f"{HEADER};id\n{ROW};osm:node/1"
    assert imported(text, removes=True) == (1, 0, 0)
    assert CityService.objects.filter(source="csv:osm:node/1").exists()


def test_the_same_service_twice_in_a_file_is_read_once() -> None:
    found = read(geojson(feature(), feature()))
    assert (len(found.rows), len(found.wrong)) == (1, 1)
