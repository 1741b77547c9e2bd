"""Pictures of the demo are drawn, always identical, in colours that a screen has."""

import io
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from infra.demo.pictures import art


@pytest.mark.parametrize("kind", art.kinds())
def test_every_object_is_drawn(kind: str) -> None:
    drawn = art.svg(kind, 1)
    assert ET.fromstring(drawn).get("width") == "400"  # noqa: S314  our own drawing
    assert "{" not in drawn


def test_a_seed_always_gives_the_same_picture_and_another_seed_another() -> None:
    assert art.svg("bike", 4) == art.svg("bike", 4)
    assert art.svg("bike", 4) != art.svg("bike", 5)


def test_a_picture_is_as_wide_as_asked() -> None:
    with Image.open(io.BytesIO(art.png("drill", 1, width=800))) as picture:
        assert picture.size == (800, 600)


def test_an_unknown_object_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        art.svg("unicorn", 1)
