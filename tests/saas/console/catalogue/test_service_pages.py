"""The console's pages of city services: list, one, a file with its preview."""

from typing import Any

import pytest

from saas.catalogue.city_services.models import CityService
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
    shown = console.post("/services/import/", {"text": text}).content.decode()
    assert "1 service à importer" in shown
    assert "n’est pas un genre" in shown
    assert not CityService.objects.exists()

    assert console.post("/services/import/", {"text": text, "import": "1"}).status_code == 303
    assert CityService.objects.get().name == "Médiathèque"
