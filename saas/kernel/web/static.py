"""Files of pages, also of a release that came after this process began."""

import contextlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]
from whitenoise.responders import MissingFileError  # type: ignore[import-untyped]

# As Django names collected files: `troovon.0123456789ab.css`.
_NAMED_BY_CONTENT = re.compile(r"(?P<stem>.+)\.[0-9a-f]{12}(?P<suffix>\.[a-z0-9]+)")


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serve the collected static files, and look for files added later.

    WhiteNoise lists the files once, at its start. While a release replaces another, a page of the
    new release requests its style sheet through the proxy, from the old release's process, too. If
    the processes share no folder, the old process responds with its own version of that file,
    uncached.
    """

    def __call__(self, request: HttpRequest) -> Any:
        """Return a static file, or pass the request on."""
        path = request.path_info
        if path.startswith(self.static_prefix) and path not in self.files:
            self._look_for(path)
            if path not in self.files and (own := self._own_version_of(path)) in self.files:
                response = self.serve(self.files[own], request)
                response.headers["Cache-Control"] = "no-store"
                return response
        return super().__call__(request)

    def _own_version_of(self, path: str) -> str:
        """Return this release's address of a file that another release named by its content."""
        named = _NAMED_BY_CONTENT.fullmatch(path.removeprefix(self.static_prefix))
        if named is None:
            return ""
        with contextlib.suppress(ValueError):
            return urlsplit(staticfiles_storage.url(named["stem"] + named["suffix"])).path
        return ""

    def _look_for(self, path: str) -> None:
        if not self.url_is_canonical(path):  # it may lead out of the folder
            return
        file = Path(self.static_root, path.removeprefix(self.static_prefix))
        with contextlib.suppress(MissingFileError, OSError, ValueError):
            self.files[path] = self.find_file_at_path(str(file), path)
