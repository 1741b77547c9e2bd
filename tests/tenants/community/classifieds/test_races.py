"""Two clicks at the same moment, each on a connection of its own."""

import threading
import time
import uuid
from functools import partial

import pytest
from django.db import transaction

from saas.kernel import private_pictures
from saas.kernel.errors import Refused
from saas.kernel.uploads import pictures
from tenants.community.classifieds import actions, rules, tasks
from tenants.community.classifieds.models import Classified, Picture
from tenants.community.classifieds.queries import pictures as queries
from tests.fixtures.patience import PATIENCE
from tests.fixtures.people import AT, make_user
from tests.fixtures.together import acts_at_once, done_meanwhile
from tests.tenants.community.classifieds.making import (
    make_classified,
    make_picture,
    offer,
    run,
    upload,
)
from tests.tenants.community.notifications.making import deliver


def test_two_clicks_at_once_post_once(own_north: None) -> None:
    author, key = make_user("Nadia"), uuid.uuid4()

    def post() -> object:
        return actions.post(offer=offer(), days=60, key=key, by=author, at=AT).pk

    answers = acts_at_once([post] * 4)
    assert answers == [Classified.objects.get().pk] * 4


def test_two_posts_at_once_do_not_pass_the_limit(
    own_north: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_OPEN", 3)
    author = make_user("Nadia")
    for _ in range(rules.MOST_OPEN - 1):
        make_classified(author, at=AT)
    answers = acts_at_once([lambda: make_classified(author, at=AT)] * 4)
    assert sum(isinstance(answer, Refused) for answer in answers) == 3
    assert Classified.objects.count() == rules.MOST_OPEN


def test_two_endings_at_once_keep_the_first(own_north: None) -> None:
    author = make_user("Nadia")
    classified = make_classified(author, at=AT)
    close = partial(actions.close, classified=classified, by=author, at=AT)
    answers = acts_at_once([partial(close, outcome="here"), partial(close, outcome="elsewhere")])
    assert sum(isinstance(answer, Refused) for answer in answers) == 1


def test_a_picture_is_prepared_although_its_post_is_not_committed_yet(own_north: None) -> None:
    author = make_user("Nadia")
    picture = make_picture(author, state="waiting")
    held = threading.Event()

    def post() -> None:
        with transaction.atomic():
            Picture.objects.filter(pk=picture.pk).update(position=1)
            held.set()
            time.sleep(0.3)

    def prepare() -> object:
        held.wait(timeout=PATIENCE)
        with transaction.atomic():
            return private_pictures.to_prepare(Picture, picture.pk)

    assert picture in acts_at_once([post, prepare])


def test_an_author_posts_while_a_picture_is_re_encoded(
    own_north: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    author, done = make_user("Nadia"), list[bool]()
    picture = actions.receive_picture(upload=upload(), by=author, at=AT)

    def post() -> None:
        mine = queries.own_pictures([picture.pk], by=author)
        actions.post(offer=offer(), days=60, pictures=mine, by=author, at=AT)

    draw = pictures.draw

    def slowly(content: bytes) -> pictures.Drawn:
        done.append(done_meanwhile(post))
        return draw(content)

    monkeypatch.setattr(pictures, "draw", slowly)
    run(tasks.prepare_picture, picture.pk)
    assert done == [True]
    shown = Classified.objects.get().pictures.get()
    assert (shown.pk, shown.state) == (picture.pk, "ready")


def test_an_author_changes_their_mind_while_a_mail_is_on_its_way(
    own_north: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    author, done = make_user("Nadia"), list[bool]()
    classified = make_classified(author, at=AT)

    def close() -> None:
        actions.close(classified=classified, outcome="none", by=author, at=AT)

    monkeypatch.setattr("saas.kernel.mail.send", lambda **_: done.append(done_meanwhile(close)))
    run(tasks.remind, classified.pk)
    deliver()
    assert done == [True]
