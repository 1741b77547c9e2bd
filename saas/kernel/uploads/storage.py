"""Django's storage, without access from a space to another space's files."""

import datetime as dt
from pathlib import PurePosixPath
from typing import Any

from django.core.files import File
from django.core.files.storage import Storage
from django.utils.module_loading import import_string

from saas.kernel import schema
from saas.kernel.errors import WrongSpaceError


def check_name(name: str) -> None:
    """Raise WrongSpaceError for a file that belongs to another space than the current.

    Files of public are allowed everywhere. In public every file is allowed: the code that stores
    and moves whole spaces works there.
    """
    here = schema.current()
    parts = PurePosixPath(name).parts
    if here != schema.PUBLIC and (
        not parts or ".." in parts or parts[0] not in {here, schema.PUBLIC}
    ):
        raise WrongSpaceError(f"a file outside {here} was asked for in {here}")


class PlacedStorage(Storage):
    """Storage of every installation, in front of the storage that really keeps the files."""

    def __init__(self, *, keeper: str, **options: Any) -> None:
        self._keeper: Storage = import_string(keeper)(**options)

    def open(self, name: str, mode: str = "rb") -> "File[Any]":
        """Open a file of this space."""
        check_name(name)
        return self._keeper.open(name, mode)

    def piece(self, name: str, first: int, size: int) -> bytes:
        """Read some bytes of a file of this space; an object store sends no others."""
        with self.open(name) as stored:
            s3_object = getattr(
                stored, "obj", None
            )  # an object of S3, which has sent its head alone
            if s3_object is None:
                stored.seek(first)
                return bytes(stored.read(size))
            answer = s3_object.get(Range=f"bytes={first}-{first + size - 1}")
            return bytes(answer["Body"].read())

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Keep a file under a name of this space."""
        check_name(name or "")
        return self._keeper.save(name, content, max_length)

    def delete(self, name: str) -> None:
        """Take a file of this space away."""
        check_name(name)
        self._keeper.delete(name)

    def exists(self, name: str) -> bool:
        """Return True if a file of this space exists."""
        check_name(name)
        return self._keeper.exists(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """List a folder of this space."""
        check_name(path)
        return self._keeper.listdir(path)

    def size(self, name: str) -> int:
        """Measure a file of this space."""
        check_name(name)
        return self._keeper.size(name)

    def path(self, name: str) -> str:
        """Return where a file of this space lies on this machine."""
        check_name(name)
        return self._keeper.path(name)

    def get_modified_time(self, name: str) -> dt.datetime:
        """Return when a file of this space was kept."""
        check_name(name)
        return self._keeper.get_modified_time(name)
