"""Form widgets that Troovon draws in its own way."""

from typing import Any

from django import forms
from django.utils.safestring import SafeString

# Also by extension: some systems lack the MIME types of phone pictures.
PICTURES = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif"


class Chips(forms.RadioSelect):
    """Choice among a few options, each a chip with an icon."""

    def __init__(self, *, icons: dict[str, str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.icons = icons or {}


class Slots(forms.RadioSelect):
    """Choice among many short options, such as the quarters of an hour of a break."""


class Week(forms.Widget):
    """A start and an end for each weekday, all optional; `components/week.html` draws it."""

    def render(self, *_given: Any, **_more: Any) -> SafeString:
        """Draw nothing: its fields are several."""
        return SafeString()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's form
        """Return the input for each weekday, Monday first."""
        return [
            (data.get(f"{name}_{day}_from", "").strip(), data.get(f"{name}_{day}_to", "").strip())
            for day in range(1, 8)
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002 - Django's form
        """Return True if the submitted form did not contain the field."""
        return not any(f"{name}_{day}_from" in data for day in range(1, 8))


class Pictures(forms.FileInput):
    """Pictures to upload, several at once, taken with the camera if there is a camera."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        accepted = {"accept": PICTURES, "multiple": True}
        super().__init__({**accepted, **(attrs or {})})


class Picture(Pictures):
    """Single picture to upload."""

    allow_multiple_selected = False

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": False, **(attrs or {})})
