"""The console's pages of city services: list, one, a file with its preview."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from saas.catalogue.city_services import tasks
from saas.catalogue.city_services.models import CityService, ServiceFile
from saas.catalogue.city_services.rules import MOST_BYTES
from tests.saas.catalogue.city_services.test_imports import HEADER, ROW
from tests.saas.catalogue.making import make_service

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Piscine",
    "kind": "sport",
    "hours": "tous les jours 9h–20h",
    "street": "1 rue du Port",
    "postcode": "37990",
    "city": "Saint-Avel-sur-Loge",
    "latitude": "47.392",
    "longitude": "0.694",
}


def test_operator_adds_corrects_and_removes_a_service(console: Any) -> None:
    answer = console.post("/services/", TYPED)
    assert (answer.status_code, answer["Location"]) == (303, "/services/piscine/")
    shown = console.get("/services/piscine/").content.decode()
    assert "lun–dim 9" in shown

    console.post("/services/piscine/", {**TYPED, "name": "Piscine du Port", "hours": ""})
    assert CityService.objects.get().name == "Piscine du Port"
    assert console.post("/services/piscine/", {"remove": "1"}).status_code == 303
    assert not CityService.objects.exists()
    assert console.get("/services/piscine/").status_code == 404


def test_wrong_service_is_refused_beside_its_field(console: Any) -> None:
    answer = console.post("/services/", {**TYPED, "hours": "lun 9h"})
    assert answer.status_code == 422
    assert "jusqu’à quelle heure" in answer.content.decode()


def test_list_of_services_is_searched(console: Any) -> None:
    make_service()
    assert "Médiathèque" in console.get("/services/?q=mediath").content.decode()
    assert "Aucun service" in console.get("/services/?q=piscine").content.decode()


def test_a_file_is_shown_before_it_is_imported(console: Any) -> None:
    text = f"{HEADER}\n{ROW}\n;;;;;;;\nx;y;z;1;2;3;4;"
    where = console.post("/services/import/", {"text": text})["Location"]
    assert "Nous lisons ce fichier" in console.get(where).content.decode()
    assert console.get(f"{where}?seen=reading").status_code == 204
    assert console.post(where).status_code == 422
    read_files()
    assert console.get(f"{where}?seen=reading")["HX-Redirect"] == where
    shown = console.get(where).content.decode()
    assert "1 service à importer" in shown
    assert "n’est pas un genre" in shown
    assert not CityService.objects.exists()

    assert console.post(where).status_code == 303
    assert CityService.objects.get().name == "Médiathèque"
    assert console.get(where).status_code == 404


def test_a_file_that_cannot_be_read_says_why_and_is_dropped(console: Any) -> None:
    for text, sentence in (("{", "GeoJSON"), ("a;b\n1;2", "Il manque les colonnes")):
        file = SimpleUploadedFile("services.csv", text.encode())
        where = console.post("/services/import/", {"file": file})["Location"]
        read_files()
        assert sentence in console.get(where).content.decode()
        assert console.post(where, {"drop": "1"})["Location"] == "/services/import/"
    assert not ServiceFile.objects.exists()


def test_nothing_and_too_much_are_refused_at_once(console: Any) -> None:
    assert "Choisissez un fichier" in console.post("/services/import/").content.decode()
    file = SimpleUploadedFile("services.csv", b"x" * (MOST_BYTES + 1))
    answer = console.post("/services/import/", {"file": file})
    assert answer.status_code == 422
    assert "5\u00a0Mo" in answer.content.decode()


def read_files() -> None:
    """Do the job of each file that waits."""
    for file in ServiceFile.objects.filter(found__isnull=True):
        tasks.read_file.run(file.pk)
