"""A row or a query of a space is unusable in another, in every use."""

import asyncio
import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Prefetch, Subquery, prefetch_related_objects
from django.utils import translation

from saas.accounts.models import Pass, User
from saas.kernel import schema
from saas.kernel.errors import WrongSpaceError
from saas.kernel.models import SpaceModel
from tenants.community.classifieds.models import Classified, Picture
from tenants.spaces.models import OwnTenant
from tests.factories.billing import make_shop
from tests.fixtures.people import make_user
from tests.tenants.community.classifieds.making import make_classified, make_picture

WORTH = {"first_name": "X", "last_name": "Y", "created_at": "2026-11-25T11:15Z"}
USES_OF_A_QUERY: dict[str, Callable[[Any], object]] = {
    "list": list,
    "length": len,
    "truth": bool,
    "one of them": lambda people: people[0],
    "a slice": lambda people: list(people[:1]),
    "get": lambda people: people.get(),
    "first": lambda people: people.first(),
    "last": lambda people: people.last(),
    "earliest": lambda people: people.earliest("created_at"),
    "latest": lambda people: people.latest("created_at"),
    "in bulk": lambda people: people.in_bulk(),
    "count": lambda people: people.count(),
    "exists": lambda people: people.exists(),
    "explain": lambda people: people.explain(),
    "filter again": lambda people: list(people.filter(is_active=True).order_by("pk")),
    "lock": lambda people: people.select_for_update().first(),
    "values": lambda people: list(people.values("email")),
    "list of values": lambda people: list(people.values_list("email", flat=True)),
    "dates": lambda people: list(people.datetimes("created_at", "day")),
    "distinct": lambda people: list(people.distinct()),
    "defer": lambda people: list(people.defer("email")),
    "annotate": lambda people: list(people.annotate(many=Count("pk"))),
    "iterator": lambda people: list(people.iterator()),
    "async iterator": lambda people: async_to_sync(collected)(people.aiterator()),
    "aggregate": lambda people: people.aggregate(Count("pk")),
    "create": lambda people: people.create(email="x@x.example", **WORTH),
    "get or create": lambda people: people.get_or_create(email="x@x.example", defaults=WORTH),
    "update or create": lambda people: people.update_or_create(email="x@x.example", defaults=WORTH),
    "bulk create": lambda people: people.bulk_create([User(email="x@x.example", **WORTH)]),
    "bulk create over what is there": lambda people: people.bulk_create(
        [User(email="x@x.example", **WORTH)],
        update_conflicts=True,
        update_fields=["first_name"],
        unique_fields=["email"],
    ),
    "bulk update": lambda people: people.bulk_update(User.objects.all(), ["first_name"]),
    "update": lambda people: people.update(first_name="X"),
    "delete": lambda people: people.delete(),
    "delete at once": lambda people: people._raw_delete("default"),  # noqa: SLF001 - Django's own shortcut
    "raw": lambda people: list(people.raw("SELECT * FROM accounts_user")),
    "union": lambda people: list(User.objects.all().union(people)),
    "difference": lambda people: list(User.objects.all().difference(people)),
    "and": lambda people: list(User.objects.all() & people),
    "or": lambda people: list(User.objects.filter(pk=0) | people),
    "value of a filter": lambda people: list(Classified.objects.filter(author__in=people)),
    "exclude": lambda people: list(Classified.objects.exclude(author__in=people)),
    "subquery": lambda people: list(
        User.objects.annotate(name=Subquery(people.values("first_name")[:1]))
    ),
    "exists inside": lambda people: list(
        User.objects.filter(Exists(people.filter(pk=OuterRef("pk"))))
    ),
    "value of an update": lambda people: User.objects.update(
        first_name=Subquery(people.values("first_name")[:1])
    ),
    "fetch ahead": lambda people: list(
        Classified.objects.prefetch_related(Prefetch("author", queryset=people))
    ),
    "read a row again": lambda people: User.objects.get().refresh_from_db(from_queryset=people),
    "another way to fetch": lambda people: list(people.fetch_mode(models.FETCH_ONE)),
    "pickle": pickle.dumps,
    "pickled query": lambda people: unpickled(pickle.dumps(people.query)),
    "copy": lambda people: list(copy.deepcopy(people)),
}
USES_OF_A_ROW: dict[str, Callable[[Classified], object]] = {
    "save": lambda row: row.save(),
    "save some columns": lambda row: row.save(update_fields=["title"]),
    "save as it was loaded": lambda row: row.save_base(raw=True),
    "delete": lambda row: row.delete(),
    "read again": lambda row: row.refresh_from_db(),
    "follow a key": lambda row: row.author,
    "follow it back": lambda row: list(row.pictures.all()),
    "count back": lambda row: row.pictures.count(),
    "add back": lambda row: row.pictures.create(position=1),
    "fetch ahead": lambda row: prefetch_related_objects([row], "pictures"),
    "fetch its key ahead": lambda row: prefetch_related_objects([row], "author"),
    "change many": lambda row: Classified.objects.bulk_update([row], ["title"]),
    "add many": lambda row: Classified.objects.bulk_create([row]),
    "point to it": lambda row: Picture(classified=row).save(),
    "point to it from many": lambda row: Picture.objects.bulk_create([Picture(classified=row)]),
    "point to it at once": lambda row: Picture.objects.update(classified=row),
    "look for what points to it": lambda row: list(Picture.objects.filter(classified=row)),
    "look for it in a list": lambda row: list(Picture.objects.filter(classified__in=[row])),
    "leave out what points to it": lambda row: list(Picture.objects.exclude(classified=row)),
    "is it among them": lambda row: Classified.objects.all().contains(row),
    "check it": lambda row: row.full_clean(),
    "check its columns": lambda row: row.clean_fields(),
    "look for a twin": lambda row: row.validate_unique(),
    "check what must hold": lambda row: row.validate_constraints(),
    "save a copy": lambda row: copy.copy(row).save(),
    "save a deep copy": lambda row: copy.deepcopy(row).save(),
    "save it from a pickle": lambda row: pickle.loads(pickle.dumps(row)).save(),  # noqa: S301
}


async def collected(rows: Any) -> list[Any]:
    return [row async for row in rows]


def unpickled(query: bytes) -> list[Any]:
    people = User.objects.all()
    people.query = pickle.loads(query)  # noqa: S301 - our own
    return list(people)


@pytest.mark.parametrize("use", USES_OF_A_QUERY)
def test_a_query_of_one_space_is_refused_in_another(owner: User, stranger: User, use: str) -> None:
    begun_here = User.objects.filter(pk__in=[owner.pk, stranger.pk])
    with schema.inside("south"):
        make_classified(stranger)
        with pytest.raises(WrongSpaceError), transaction.atomic():
            USES_OF_A_QUERY[use](begun_here)
        assert User.objects.get().first_name == "Solene"


@pytest.mark.parametrize("use", USES_OF_A_ROW)
def test_a_row_of_one_space_is_refused_in_another(owner: User, stranger: User, use: str) -> None:
    make_classified(owner)
    with schema.inside("south"):
        strangers = make_classified(stranger, title="Lampe de bureau")
        make_picture(stranger, strangers)
    Classified.objects.update(id=strangers.pk)
    own = Classified.objects.get()
    with schema.inside("south"):
        with pytest.raises(WrongSpaceError, match="of north used in south"):
            USES_OF_A_ROW[use](own)
        assert Classified.objects.get().title == "Lampe de bureau"
        assert Picture.objects.get().classified_id == strangers.pk


def test_row_used_in_its_own_space_works_as_ever(owner: User) -> None:
    """A guard that refused everything would pass the tests above."""
    own = make_classified(owner)
    picture = make_picture(owner, own)
    people = User.objects.filter(pk=owner.pk)
    for use in ("union", "or", "value of a filter", "subquery", "exists inside", "pickled query"):
        assert USES_OF_A_QUERY[use](people), use
    for use in ("look for what points to it", "is it among them", "save a copy", "check it"):
        USES_OF_A_ROW[use](own)
    assert list(own.pictures.all()) == [picture]
    assert pickle.loads(pickle.dumps(people))[0] == owner  # noqa: S301


def test_stream_begins_and_goes_on_in_its_space_alone(owner: User, teammate: User) -> None:
    begun = User.objects.order_by("pk").iterator(chunk_size=1)
    not_begun = User.objects.order_by("pk").iterator()
    assert next(begun) == owner
    for people in (begun, not_begun):
        with schema.inside("south"), pytest.raises(WrongSpaceError, match="north was run in south"):
            next(people)


def test_a_row_belongs_to_the_space_in_which_it_was_made_though_nobody_saved_it(
    owner: User, stranger: User
) -> None:
    """Check that an unsaved row is bound to the space of its creation.

    Otherwise `User(pk=…)` with values read here would overwrite a user of the other space.
    """
    made_here = User(pk=stranger.pk, email=owner.email, **WORTH)
    with schema.inside("south"):
        with pytest.raises(WrongSpaceError):
            made_here.save()
        assert User.objects.get(pk=stranger.pk).first_name == "Solene"


def test_a_key_of_a_row_that_was_made_is_followed_in_its_space_only(owner: User) -> None:
    own = Classified(author_id=owner.pk)
    with schema.inside("south"):
        make_user("Solene", id=owner.pk)
        with pytest.raises(WrongSpaceError):
            _ = own.author
    assert own.author == owner


def test_a_deferred_column_is_read_in_its_space_only(owner: User, stranger: User) -> None:
    own = User.objects.defer("first_name").get(pk=owner.pk)
    with schema.inside("south"), pytest.raises(WrongSpaceError):
        _ = own.first_name


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


def test_rows_of_two_spaces_are_never_the_same_row(owner: User) -> None:
    with schema.inside("south"):
        make_user("Solene", id=owner.pk)
        strangers = User.objects.get()
    assert strangers.pk == owner.pk
    assert strangers != owner
    assert User.objects.get(pk=owner.pk) == owner


def test_nobody_of_a_space_is_taken_for_somebody_of_public(owner: User) -> None:
    with schema.in_public():
        merchant = make_shop()
        kind = type(merchant)
        merchant.owner = owner
        for use in (
            lambda: list(kind.objects.filter(owner=owner)),
            lambda: kind.objects.update(owner=owner),
            lambda: kind.objects.bulk_update([kind(pk=merchant.pk, owner=owner)], ["owner"]),
            lambda: kind.objects.bulk_create([kind(owner=owner)]),
            merchant.save,
        ):
            with pytest.raises(WrongSpaceError, match="of north used in public"):
                use()


def test_own_rows_of_public_belong_to_their_space_too(in_north: None) -> None:
    own = OwnTenant.objects.all()
    with schema.inside("south"):
        with pytest.raises(WrongSpaceError, match="of north was run in south"):
            list(own)
        assert [row.schema_name for row in OwnTenant.objects.all()] == ["south"]


def test_a_view_of_a_spaces_own_rows_is_guarded_as_its_tables_are() -> None:
    """Each is a model of a view that filters on the role: another role reads other rows."""
    from django.apps import apps  # noqa: PLC0415 - needs settings

    views = [model for model in apps.get_models() if not model._meta.managed]
    assert {model.__name__ for model in views if not issubclass(model, SpaceModel)} == {
        *("PublishedMerchant", "PublishedHours", "PublishedOffer"),  # the same for all spaces
    }


def test_a_query_begun_beside_a_running_loop_is_of_the_space_of_its_request(owner: User) -> None:
    async def first() -> User | None:
        return await User.objects.order_by("pk").afirst()

    assert async_to_sync(first)() == owner


def test_a_task_that_outlives_its_space_finds_nothing(owner: User) -> None:
    async def later() -> Any:
        return asyncio.ensure_future(asyncio.sleep(0)), User.objects.order_by("pk")

    _done, people = async_to_sync(later)()
    with schema.inside("south"), pytest.raises(WrongSpaceError):
        list(people)


def test_row_that_was_just_saved_is_refused_by_its_number_without_a_word_of_it(owner: User) -> None:
    with schema.inside("south"), pytest.raises(WrongSpaceError) as refused:
        owner.save()
    assert "Nadia" not in str(refused.value)
    assert f"accounts.User {owner.pk}" in str(refused.value)


def test_shared_row_leads_to_its_person_where_fetching_is_lax(db: None, settings: Any) -> None:
    settings.STRICT_FETCH = False
    shop = make_shop()
    read = type(shop).objects.get(pk=shop.pk)
    assert read.owner.pk == shop.owner_id


def test_label_of_a_choice_is_in_the_language_at_hand() -> None:
    classified = Classified(kind=Classified.Kind.GIVE)
    assert classified.get_kind_display() == "À donner"
    with translation.override("en"):
        assert classified.get_kind_display() == "To give away"
    classified.kind = "barter"
    assert classified.get_kind_display() == "barter"
