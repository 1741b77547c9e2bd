"""Every table has a retention period for its rows, and the nightly job enforces it."""

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import retention
from tenants.community.classifieds.models import Classified
from tenants.community.personal_data import actions, clock
from tenants.community.personal_data.models import LogEntry
from tests.fixtures.people import DAY, Browse
from tests.tenants.community.classifieds.making import make_classified, run


def test_each_table_says_how_long_its_rows_are_kept() -> None:
    silent = [model._meta.label for model in retention.tables() if retention.of(model) is None]
    assert not silent


def test_a_period_counts_from_a_moment_that_its_table_has() -> None:
    for model in retention.tables():
        keep = retention.of(model)
        if keep and keep.since:
            assert isinstance(model._meta.get_field(keep.since), models.DateField)
            assert keep.lasts


def test_tables_kept_with_a_parent_cascade_from_it() -> None:
    orphans = [
        model._meta.label
        for model in retention.tables(settings.TENANT_APPS)
        if retention.of(model) is retention.WITH_PARENT
        and not any(
            isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.CASCADE
            for field in model._meta.get_fields()
        )
    ]
    assert not orphans


@pytest.mark.parametrize(
    ("keep", "words"),
    [
        (retention.after(365 * DAY, since="at"), "1 an"),
        (retention.by_room(730 * DAY), "2 ans"),
        (retention.by_room(60 * DAY), "60 jours"),
        (retention.by_room(0 * DAY), "aussitôt"),
        (retention.TEN_YEARS, "dix ans, article L. 123-22 du Code de commerce"),
    ],
)
def test_a_period_in_words(keep: retention.RetentionPeriod, words: str) -> None:
    assert retention.in_words(keep) == words


def test_the_night_deletes_what_has_outlived_its_period_twice_is_once(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = timezone.now()
    monkeypatch.setattr(retention, "BATCH", 1)
    old, older, young, still = (make_classified(owner, at=at - 60 * DAY) for _ in range(4))
    for classified, days in ((old, 366), (older, 900), (young, 364)):
        Classified.objects.filter(pk=classified.pk).update(
            closed_at=at - days * DAY, outcome="none"
        )
    for days in (366, 3):
        LogEntry.objects.create(person=owner, role="x", what="x", why="x", at=at - days * DAY)
    assert actions.sweep(at=at) == {"classifieds.Classified": 2, "personal_data.LogEntry": 1}
    assert actions.sweep(at=at) == {}
    assert set(Classified.objects.all()) == {young, still}


def test_files_of_lost_copies_go_at_night(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    name = default_storage.save("north/exports/lost.zip", ContentFile(b"x"))
    run(clock.forget)
    assert default_storage.exists(name)
    later = timezone.now() + 2 * DAY
    monkeypatch.setattr(timezone, "now", lambda: later)
    run(clock.forget)
    assert not default_storage.exists(name)


def test_page_lists_what_is_kept_from_the_tables_themselves(browse: Browse, owner: User) -> None:
    page = browse(owner).get("/me/data/kept/").text
    for what, words in (("Annonces closes", "1 an"), ("Copies de vos données", "7 jours")):
        assert what in page
        assert words in page
    assert "L. 123-22" in page
