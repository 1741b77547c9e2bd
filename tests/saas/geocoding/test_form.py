"""The address field of a form: searched, chosen from a list, moved, or described by hand."""

from pathlib import Path
from typing import Any

import pytest
from django import forms

from saas.geocoding.forms import AddressFields
from saas.kernel.forms import ActionForm, DegreesField

pytestmark = pytest.mark.django_db
WHOLE = "4 Rue des Bateliers, 37990 Saint-Avel-sur-Loge"
SAVED = {
    "street": "4 Rue des Bateliers",
    "postcode": "37990",
    "city": "Saint-Avel-sur-Loge",
    "latitude": "47.390250",
    "longitude": "0.692093",
}


class Form(AddressFields, ActionForm[None]):
    street, postcode, city = forms.CharField(), forms.CharField(), forms.CharField()
    latitude, longitude = DegreesField(), DegreesField()


def filled(data: dict[str, str], **saved: Any) -> Form:
    form = Form(data, initial=saved)
    form.is_valid()
    return form


def test_an_address_fills_the_five_columns(town: Path) -> None:
    form = filled({"address": WHOLE})

    assert form.errors == {}
    assert {name: str(form.cleaned_data[name]) for name in SAVED} == SAVED


def test_several_addresses_are_listed_for_a_second_step(town: Path) -> None:
    form = filled({"address": "4 rue des Bateliers"})
    assert "Laquelle" in str(form.errors["address"])
    assert f'name="address_choice" value="{WHOLE}"' in str(form["address"])

    chosen = filled({"address": "4 rue des Bateliers", "address_choice": WHOLE})
    assert chosen.cleaned_data["street"] == SAVED["street"]


def test_an_unknown_address_opens_the_columns(town: Path) -> None:
    assert "ne trouvons pas" in str(filled({"address": "1 rue Inconnue"}).errors["address"])
    assert set(filled({}).errors) == {"address"}
    assert set(filled({"street": "1 rue Neuve"}).errors) == {
        "postcode",
        "city",
        "latitude",
        "longitude",
    }


def test_an_address_without_script_outdates_the_saved_pin(town: Path) -> None:
    form = filled({**SAVED, "address": "1 rue du Moulin"}, **SAVED)

    assert form.errors == {}
    assert form.cleaned_data["street"] == "1 Rue du Moulin"
    assert str(form.cleaned_data["latitude"]) != SAVED["latitude"]


def test_a_moved_pin_stays_near_its_address(town: Path) -> None:
    near = filled({"address": WHOLE, "latitude": "47.3905", "longitude": "0.6921"})
    assert str(near.cleaned_data["latitude"]) == "47.390500"

    far = filled({"address": WHOLE, "latitude": "47.40", "longitude": "0.6921"})
    assert "500 m" in str(far.errors["latitude"])


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"latitude": "0.692093", "longitude": "47.390250"}, "échangées"),
        ({"latitude": "-30", "longitude": "12"}, "pas en France"),
        ({"latitude": "47.1", "longitude": "-4.9"}, "loin de toute adresse"),
        ({"latitude": "48.85", "longitude": "2.35"}, "loin de toute adresse"),
    ],
)
def test_a_place_that_does_not_fit_its_postcode_is_asked_again(
    town: Path, changed: dict[str, str], sentence: str
) -> None:
    form = filled({**SAVED, "street": "99 rue Neuve", **changed})
    assert sentence in str(form.errors["latitude"])
