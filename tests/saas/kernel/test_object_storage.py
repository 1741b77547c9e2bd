"""Files in object storage: `STORAGE_URL=s3://…` on a server that speaks S3, moto's on loopback."""

import io
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import boto3  # type: ignore[import-untyped]
import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from moto.server import ThreadedMotoServer
from PIL import Image

from saas.accounts.models import User
from saas.environment import storage
from saas.kernel import private_pictures, schema
from saas.kernel.errors import WrongSpaceError
from saas.kernel.uploads import files, pictures
from tenants.community.classifieds import actions, tasks
from tenants.community.classifieds.models import Picture
from tests.fixtures.people import AT, Browse
from tests.tenants.community.classifieds.making import make_classified, run, upload

BUCKET = "troovon-files"
LOGIN = {"access_key": "0123456789", "secret_key": "of the tests", "region_name": "eu-west-3"}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """Serve S3 on loopback, and return its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str, settings: LazySettings, tmp_path: Path) -> Iterator[str]:
    """Store the product's files in a bucket by the README, and yield the bucket's address."""
    client = boto3.client(
        "s3",
        endpoint_url=s3,
        aws_access_key_id=LOGIN["access_key"],
        aws_secret_access_key=LOGIN["secret_key"],
        region_name=LOGIN["region_name"],
    )
    where = {"LocationConstraint": LOGIN["region_name"]}
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
    options = {"endpoint_url": s3, "file_overwrite": "false", "addressing_style": "path", **LOGIN}
    chosen = storage(f"s3://{BUCKET}?{urlencode(options)}", tmp_path)
    settings.STORAGES = {**settings.STORAGES, "default": chosen["default"]}
    yield f"{s3}/{BUCKET}"
    for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=found["Key"])
    client.delete_bucket(Bucket=BUCKET)


def read(name: str) -> bytes:
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content


def status_for_strangers(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_file_is_kept_read_measured_listed_and_deleted(bucket: str, in_north: None) -> None:
    name = default_storage.save(files.private_name("classifieds", "webp"), ContentFile(b"ours"))
    assert default_storage.exists(name)
    assert read(name) == b"ours"
    assert default_storage.size(name) == 4
    assert default_storage.get_modified_time(name).tzinfo is not None
    folder, _, file = name.rpartition("/")
    assert default_storage.listdir(folder) == ([], [file])

    default_storage.delete(name)

    assert not default_storage.exists(name)
    with pytest.raises(FileNotFoundError):
        default_storage.open(name)


def test_piece_of_a_film_is_fetched_without_the_rest(
    bucket: str, in_north: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A player asks for pieces: each would fetch the whole film, and hold it in memory."""

    def fetch(_file: object) -> None:
        raise AssertionError("the whole file was fetched")

    content = bytes(range(256)) * 40
    name = default_storage.save(files.private_name("mediastore", "mp4"), ContentFile(content))
    monkeypatch.setattr("storages.backends.s3.S3File.file", property(fetch))

    answer = files.ranged(name, "video/mp4", "bytes=300-999")

    assert isinstance(answer, HttpResponse)
    assert (answer.status_code, answer.content) == (206, content[300:1000])
    assert answer["Content-Range"] == "bytes 300-999/10240"


def test_second_file_of_a_name_leaves_the_first(bucket: str, in_north: None) -> None:
    name = files.private_name("classifieds", "webp")
    first = default_storage.save(name, ContentFile(b"first"))
    second = default_storage.save(name, ContentFile(b"second"))
    assert first == name != second
    assert (read(first), read(second)) == (b"first", b"second")


def test_file_of_another_space_is_refused(bucket: str, in_north: None) -> None:
    name = default_storage.save(files.private_name("classifieds", "webp"), ContentFile(b"ours"))
    with schema.inside("south"):
        for use in (default_storage.open, default_storage.exists, default_storage.delete):
            with pytest.raises(WrongSpaceError):
                use(name)
        with pytest.raises(WrongSpaceError):
            default_storage.save(name, ContentFile(b"theirs"))
    assert read(name) == b"ours"


def test_private_picture_leaves_through_its_view_only(
    bucket: str, browse: Browse, owner: User, teammate: User, stranger: User
) -> None:
    picture = actions.receive_picture(upload=upload(None), by=owner, at=AT)
    run(tasks.prepare_picture, picture.pk)
    Picture.objects.filter(pk=picture.pk).update(classified=make_classified(owner))
    page = f"/classifieds/pictures/{picture.token}/480.webp"

    response = browse(teammate).get(page)

    assert response.status_code == 200
    with Image.open(io.BytesIO(response.getvalue())) as image:
        assert image.format == "WEBP"
    assert not any(bucket in value for value in response.headers.values())
    assert browse(stranger, space="south").get(page).status_code == 404
    assert browse(None).get(page)["Location"].startswith("/signin/")
    for width in pictures.WIDTHS:
        name = private_pictures.file_of(picture.name, width)
        assert default_storage.exists(name)
        assert status_for_strangers(f"{bucket}/{quote(name)}") == 403
    assert not default_storage.exists(private_pictures.original_of(picture.name))
