"""A row or a query of one space is worth nothing in another, whichever way it is used."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import prefetch_related_objects

from saas.accounts.models import Pass, User
from saas.kernel import schema
from saas.kernel.errors import WrongSpaceError
from tenants.community.classifieds.models import Classified, Picture
from tests.tenants.community.classifieds.making import make_classified, make_picture

USES_OF_A_QUERY: dict[str, Callable[[Any], object]] = {
    "list": list,
    "get": lambda people: people.get(),
    "first": lambda people: people.first(),
    "count": lambda people: people.count(),
    "exists": lambda people: people.exists(),
    "values": lambda people: list(people.values_list("email")),
    "iterator": lambda people: list(people.iterator()),
    "aggregate": lambda people: people.aggregate(),
    "update": lambda people: people.update(first_name="X"),
    "delete": lambda people: people.delete(),
}
USES_OF_A_ROW: dict[str, Callable[[Classified], object]] = {
    "save": lambda row: row.save(),
    "delete": lambda row: row.delete(),
    "read again": lambda row: row.refresh_from_db(),
    "follow a key": lambda row: row.author,
    "follow it back": lambda row: list(row.pictures.all()),
    "count back": lambda row: row.pictures.count(),
    "fetch ahead": lambda row: prefetch_related_objects([row], "pictures"),
    "change many": lambda row: Classified.objects.bulk_update([row], ["title"]),
    "add many": lambda row: Classified.objects.bulk_create([row]),
    "point to it": lambda row: Picture(classified=row).save(),
    "point to it from many": lambda row: Picture.objects.bulk_create([Picture(classified=row)]),
}


@pytest.mark.parametrize("use", USES_OF_A_QUERY)
def test_a_query_of_one_space_is_refused_in_another(owner: User, stranger: User, use: str) -> None:
    begun_here = User.objects.filter(pk__in=[owner.pk, stranger.pk])
    with schema.inside("south"):
        with pytest.raises(WrongSpaceError, match="of north was run in south"):
            USES_OF_A_QUERY[use](begun_here)
        assert User.objects.get(pk=stranger.pk).first_name == "Solene"


@pytest.mark.parametrize("use", USES_OF_A_ROW)
def test_a_row_of_one_space_is_refused_in_another(owner: User, stranger: User, use: str) -> None:
    make_classified(owner)
    with schema.inside("south"):
        theirs = make_classified(stranger, title="Lampe de bureau")
        make_picture(stranger, theirs)
    Classified.objects.update(id=theirs.pk)
    ours = Classified.objects.get()
    with schema.inside("south"):
        with pytest.raises(WrongSpaceError, match="of north used in south"):
            USES_OF_A_ROW[use](ours)
        assert Classified.objects.get().title == "Lampe de bureau"
        assert Picture.objects.get().classified_id == theirs.pk


def test_a_row_that_was_just_saved_belongs_to_its_space(owner: User) -> None:
    with schema.inside("south"), pytest.raises(WrongSpaceError):
        owner.save()


def test_rows_added_together_belong_to_their_space(owner: User) -> None:
    entry = Pass(
        token_hash="x" * 64,
        purpose=Pass.Purpose.SIGN_IN,
        created_at=owner.created_at,
        expires_at=owner.created_at,
    )
    (added,) = Pass.objects.bulk_create([entry])
    with schema.inside("south"), pytest.raises(WrongSpaceError):
        added.delete()


def test_what_is_refused_is_told_without_a_word_of_the_row(owner: User) -> None:
    with schema.inside("south"), pytest.raises(WrongSpaceError) as refused:
        owner.save()
    assert "Nadia" not in str(refused.value)
    assert f"accounts.User {owner.pk}" in str(refused.value)
