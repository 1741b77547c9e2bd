"""Form widgets that Troovon draws in its own way."""

from typing import Any

from django import forms
from django.utils.safestring import SafeString

# By their endings, too: not every system knows the types of a telephone's pictures.
PICTURES = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif"


class Chips(forms.RadioSelect):
    """One choice among few, each a chip with an icon."""

    def __init__(self, *, icons: dict[str, str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.icons = icons or {}


class Slots(forms.RadioSelect):
    """One choice among many short ones, such as the quarters of an hour of a break."""


class Week(forms.Widget):
    """A start and an end for each weekday, all optional; `components/week.html` draws it."""

    def render(self, *_given: Any, **_more: Any) -> SafeString:
        """Draw nothing: its fields are several."""
        return SafeString()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's form
        """Return what was typed for each weekday, Monday first."""
        return [
            (data.get(f"{name}_{day}_from", "").strip(), data.get(f"{name}_{day}_to", "").strip())
            for day in range(1, 8)
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002 - Django's form
        """Say whether the form did not ask."""
        return not any(f"{name}_{day}_from" in data for day in range(1, 8))


class Pictures(forms.FileInput):
    """Pictures to send, several at once, taken with the camera where there is one."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        accepted = {"accept": PICTURES, "multiple": True}
        super().__init__({**accepted, **(attrs or {})})


class Picture(Pictures):
    """One picture to send."""

    allow_multiple_selected = False

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": False, **(attrs or {})})
