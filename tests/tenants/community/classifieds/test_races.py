"""Two clicks at the same moment, each on a connection of its own."""

import datetime as dt
import threading
import time
import uuid
from collections.abc import Callable

from django.db import connection, transaction

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.community.classifieds import actions, queries, rules
from tenants.community.classifieds.models import Classified, Picture
from tests.fixtures.people import make_user
from tests.tenants.community.classifieds.making import make_classified, make_picture, offer


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """Do these at the same moment; tell what each returned, or refused."""
    gate = threading.Barrier(len(acts))
    answers: list[object] = []

    def run(act: Callable[[], object]) -> None:
        with schema.inside("north"):
            connection.ensure_connection()
            gate.wait(timeout=20)
            try:
                answers.append(act())
            except Refused as refusal:
                answers.append(refusal)
        connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


def member() -> User:
    with schema.inside("north"):
        return make_user("Nadia")


def test_two_clicks_at_once_post_once(own_database: None, at: dt.datetime) -> None:
    author, key = member(), uuid.uuid4()

    def post() -> object:
        return actions.post(offer=offer(), days=60, key=key, by=author, at=at).pk

    answers = at_once([post] * 4)
    with schema.inside("north"):
        assert answers == [Classified.objects.get().pk] * 4


def test_two_posts_at_once_do_not_pass_the_limit(own_database: None, at: dt.datetime) -> None:
    author = member()
    with schema.inside("north"):
        for _ in range(rules.MOST_OPEN - 1):
            make_classified(author, at=at)
    answers = at_once([lambda: make_classified(author, at=at)] * 4)
    assert sum(isinstance(answer, Refused) for answer in answers) == 3
    with schema.inside("north"):
        assert Classified.objects.count() == rules.MOST_OPEN


def test_two_endings_at_once_keep_the_first(own_database: None, at: dt.datetime) -> None:
    author = member()
    with schema.inside("north"):
        classified = make_classified(author, at=at)
    answers = at_once(
        [
            lambda outcome=outcome: actions.close(  # type: ignore[misc]
                classified=classified, outcome=outcome, by=author, at=at
            )
            for outcome in ("here", "elsewhere")
        ]
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1


def test_a_picture_is_prepared_although_its_post_is_not_committed_yet(own_database: None) -> None:
    author = member()
    with schema.inside("north"):
        picture = make_picture(author, state="waiting")
    held = threading.Event()

    def post() -> None:
        with transaction.atomic():
            Picture.objects.filter(pk=picture.pk).update(position=1)
            held.set()
            time.sleep(0.3)

    def prepare() -> object:
        held.wait(timeout=20)
        with transaction.atomic():
            return queries.picture_to_prepare(picture.pk)

    assert picture in at_once([post, prepare])
