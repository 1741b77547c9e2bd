"""Files of pages, also of a release that came after this process began."""

import contextlib
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]
from whitenoise.responders import MissingFileError  # type: ignore[import-untyped]


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves what was collected, and looks for what it does not know.

    WhiteNoise lists the files once, when it begins. While one release replaces another, a page of
    the new one asks for its style sheet wherever the proxy leads it: at the old one's, too.
    """

    def __call__(self, request: HttpRequest) -> Any:
        """Answer with a file, or pass on what is none."""
        path = request.path_info
        if path.startswith(self.static_prefix) and path not in self.files:
            self._look_for(path)
        return super().__call__(request)

    def _look_for(self, path: str) -> None:
        if not self.url_is_canonical(path):  # it may lead out of the folder
            return
        file = Path(self.static_root, path.removeprefix(self.static_prefix))
        with contextlib.suppress(MissingFileError, OSError, ValueError):
            self.files[path] = self.find_file_at_path(str(file), path)
