"""How large a body may be: said by the view of its address, before a byte of it is read."""

from collections.abc import Callable
from typing import Any

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
# Four times the longest form; also the limit of the API and the webhooks.
USUAL_BYTES = 256 * KILOBYTE


def takes_files[View: Callable[..., Any]](most_bytes: int) -> Callable[[View], View]:
    """Mark a view with files in its form: `most_bytes` of them, besides its usual fields."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes + USUAL_BYTES  # type: ignore[attr-defined]
        return view

    return mark


def most_bytes_at(path: str, urlconf: str) -> int:
    """Return the largest body, in bytes, that an address of a host with these URLs takes."""
    try:
        view = resolve(path, urlconf).func
    except Resolver404:
        return USUAL_BYTES
    most: int = getattr(view, "most_bytes", USUAL_BYTES)
    return most


def sentence_for(most_bytes: int) -> str:
    """Return the message for an oversized body: the limit, and the next step."""
    if most_bytes <= USUAL_BYTES:
        return _(
            "Cet envoi est trop lourd : cette page accepte %(limit)d ko au plus. Rien n’a été "
            "enregistré. Revenez à la page précédente, raccourcissez votre texte, puis renvoyez-le."
        ) % {"limit": most_bytes // KILOBYTE}
    return _(
        "Cet envoi est trop lourd : cette page accepte %(limit)d Mo au plus. Rien n’a été "
        "enregistré. Revenez à la page précédente, choisissez des photos plus légères ou moins "
        "nombreuses, puis renvoyez-les."
    ) % {"limit": most_bytes // MEGABYTE}
