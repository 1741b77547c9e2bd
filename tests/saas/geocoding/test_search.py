"""Addresses are found while they are typed, on every kind of host."""

from pathlib import Path

import pytest
from django.db import connection

from saas.geocoding import queries
from tests.fixtures.people import Browse

pytestmark = pytest.mark.django_db


def labels(text: str) -> list[str]:
    return [one.label for one in queries.search(text)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("4 rue des bat", "4 Rue des Bateliers, 37990 Saint-Avel-sur-Loge"),
        (
            "4 bis, RUE DES BATELIERS saint avel",
            "4 bis Rue des Bateliers, 37990 Saint-Avel-sur-Loge",
        ),
        ("ecoles", "Rue des Écoles, 37990 Saint-Avel-sur-Loge"),
        ("oeuvre neuve", "Rue Œuvre-Neuve, 37990 Saint-Avel-sur-Loge"),
        ("8 rue du 8 mai 1945", "8 Rue du 8 Mai 1945, 37990 Saint-Avel-sur-Loge"),
        ("37990 moulin", "Rue du Moulin, 37990 Saint-Avel-sur-Loge"),
    ],
)
def test_an_address_is_found_by_the_beginnings_of_its_words(
    town: Path, typed: str, first: str
) -> None:
    assert labels(typed)[0] == first


@pytest.mark.parametrize("typed", ["", "4", "ru", "4 l", "!!!", "x' & y | !z:*", "\x00"])
def test_search_needs_three_characters(town: Path, typed: str) -> None:
    assert labels(typed) == []


def test_a_whole_address_is_resolved_alone(town: Path) -> None:
    [found] = queries.resolve("4 rue des Bateliers 37990 Saint-Avel-sur-Loge")

    assert (found.street, str(found.latitude)) == ("4 Rue des Bateliers", "47.390250")
    assert len(queries.resolve("4 rue des Bateliers")) == 2


def test_the_search_uses_its_index(town: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM geocoding_street WHERE"
            " to_tsvector('simple'::regconfig, COALESCE(words, '')) @@ to_tsquery('simple', 'ha:*')"
        )
        assert "streets_by_word" in str(cursor.fetchall())


@pytest.mark.parametrize("space", ["", "north", "ops"])
def test_suggestions_are_answered_on_every_kind_of_host(
    town: Path, browse: Browse, space: str
) -> None:
    answer = browse(space=space).get("/addresses/", {"q": "4 rue des batel"}).json()

    assert answer["addresses"][0] == {
        "label": "4 Rue des Bateliers, 37990 Saint-Avel-sur-Loge",
        "latitude": "47.390250",
        "longitude": "0.692093",
    }
    assert not answer["pending"]
