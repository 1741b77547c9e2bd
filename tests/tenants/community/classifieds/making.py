"""Classifieds and pictures for tests, made where the test is."""

import datetime as dt
import io
import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.tasks import SCHEMA_HEADER
from tenants.community.classifieds import actions, rules
from tenants.community.classifieds.models import Classified, Picture

_numbers = itertools.count(1)


def offer(**changes: Any) -> rules.Offer:
    """An author's description, a folding bike unless told otherwise."""
    usual: dict[str, Any] = {
        "kind": "sell",
        "title": "Vélo pliant 7 vitesses",
        "description": "Révisé en octobre.",
        "price_cents": 18_000,
        "price_unit": "whole",
        "site_id": None,
        "place": "Porte Sud",
    }
    return rules.Offer(**(usual | changes))


def make_classified(
    author: User, *, at: dt.datetime | None = None, days: int = 60, **changes: Any
) -> Classified:
    """Put something on the board."""
    return actions.post(offer=offer(**changes), days=days, by=author, at=at or timezone.now())


def picture_bytes(form: str = "JPEG", size: tuple[int, int] = (640, 480), **saved: Any) -> bytes:
    """A picture of two colours."""
    image = Image.new("RGB", size, "teal")
    image.paste("gold", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, form, **saved)
    return out.getvalue()


def upload(content: bytes | None = None, name: str = "velo.jpg") -> SimpleUploadedFile:
    """Return a browser's upload of a single file."""
    return SimpleUploadedFile(name, content or picture_bytes(), content_type="image/jpeg")


def make_picture(
    uploader: User, classified: Classified | None = None, *, position: int = 0, **columns: Any
) -> Picture:
    """A picture that can be shown, without its files."""
    number = next(_numbers)
    return Picture.objects.create(
        uploader=uploader,
        classified=classified,
        position=position,
        name=f"{schema.current()}/classifieds/testpicture{number}",
        uploaded_at=timezone.now(),
        **({"state": "ready", "width": 1200, "height": 900} | columns),
    )


def run(task: Any, *args: Any) -> None:
    """Run a job here, as the worker would."""
    task.apply(args=args, headers={SCHEMA_HEADER: schema.current()}, throw=True)


def html_of(message: Any) -> str:
    """The HTML half of a mail."""
    return str(message.message().get_body(("html",)).get_content())
