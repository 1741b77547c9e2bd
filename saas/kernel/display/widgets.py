"""Form widgets that Troovon draws in its own way."""

from typing import Any

from django import forms


class Chips(forms.RadioSelect):
    """One choice among few, each a chip with an icon."""

    def __init__(self, *, icons: dict[str, str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.icons = icons or {}


class Slots(forms.RadioSelect):
    """One choice among many short ones, such as the quarters of an hour of a break."""


class Pictures(forms.FileInput):
    """Pictures to send, several at once, taken with the camera where there is one."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        accepted = {"accept": "image/jpeg,image/png,image/webp", "multiple": True}
        super().__init__({**accepted, **(attrs or {})})


class Picture(Pictures):
    """One picture to send."""

    allow_multiple_selected = False

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": False, **(attrs or {})})
