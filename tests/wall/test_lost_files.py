"""A picture that was taken away leaves no file behind, though the job that deletes it was lost."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import private_pictures, schema
from saas.kernel.uploads import files
from tenants.community.classifieds import tasks
from tests.tenants.community.classifieds.making import make_picture, run

OLD = dt.timedelta(days=2)


def store(name: str) -> str:
    return default_storage.save(name, ContentFile(b"x"))


def test_files_of_no_picture_go_and_those_of_a_picture_stay(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tasks.delete_lost_files)  # where there is no file yet
    shown = make_picture(owner)
    stored = [store(private_pictures.file_of(shown.name, 480)), store(f"{shown.name}.original")]
    gone = files.private_name("classifieds", "webp").removesuffix(".webp")
    lost = [store(private_pictures.file_of(gone, 480)), store(f"{gone}.original")]
    with schema.inside("south"):
        of_south = store(private_pictures.file_of(files.private_name("classifieds", "x"), 480))

    run(tasks.delete_lost_files)
    assert all(default_storage.exists(name) for name in (*stored, *lost)), "it may be a new one"

    later = timezone.now() + OLD
    monkeypatch.setattr(timezone, "now", lambda: later)
    run(tasks.delete_lost_files)
    assert all(default_storage.exists(name) for name in stored)
    assert not any(default_storage.exists(name) for name in lost)
    with schema.inside("south"):
        assert default_storage.exists(of_south)
