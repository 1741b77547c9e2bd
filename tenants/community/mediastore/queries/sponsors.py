"""Queries for the sponsors of media, and for the number of places on sale."""

import datetime as dt
from typing import NamedTuple

from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.offers import shelf_hooks
from tenants.community.mediastore.models import Medium, Sponsoring, Sponsorship
from tenants.community.mediastore.queries.shelf import on_shelf
from tenants.community.mediastore.rules import sponsors as rules

MOST_CARRIERS = 200


class Carried(NamedTuple):
    """A booked place with its medium, now or in future, and if that medium was chosen."""

    sponsor: shelf_hooks.Sponsor
    medium: Medium | None
    is_chosen: bool
    is_running: bool


def places(at: dt.datetime) -> int:
    """Return the number of places that merchants may book; 0 if the shelf is empty."""
    return 0 if is_bare(at) else places_wished()


def is_bare(at: dt.datetime) -> bool:
    """Return True if the shelf is empty."""
    return not on_shelf(today=timezone.localdate(at)).exists()


def places_wished() -> int:
    """Return the number of places that was chosen for sale, even if the shelf is empty."""
    found = Sponsoring.objects.values_list("places", flat=True).first()
    return rules.USUAL_PLACES if found is None else found


def carried(at: dt.datetime) -> list[Carried]:
    """List the places that are booked, now and later, each with its medium."""
    return _carried(_booked(at), at)


def by_medium(at: dt.datetime) -> dict[int, list[shelf_hooks.Sponsor]]:
    """Return today's sponsors by medium."""
    today = timezone.localdate(at)
    running = [one for one in _booked(at) if one.is_on(today)]
    found: dict[int, list[shelf_hooks.Sponsor]] = {}
    for one in _carried(running, at):
        if one.medium is not None:
            found.setdefault(one.medium.pk, []).append(one.sponsor)
    return found


def tiles(medium: Medium, *, viewer: User, at: dt.datetime) -> list[hooks.Sponsored]:
    """Return the ads of a medium's sponsors of today, as other pages render them."""
    references = {one.reference for one in by_medium(at).get(medium.pk, ())}
    if not references:
        return []
    sponsored = hooks.sponsored.collect("shelf", viewer, at)
    return [one for one in sponsored if one.values["ref"] in references]


def booked(reference: str, at: dt.datetime) -> shelf_hooks.Sponsor | None:
    """Return a current or future booking by its reference, if any."""
    return next((one for one in _booked(at) if one.reference == reference), None)


def carriers(at: dt.datetime) -> list[Medium]:
    """List the media that may carry a place, the newest first."""
    found = on_shelf(today=timezone.localdate(at)).order_by("-added_at", "-pk")
    return list(found[:MOST_CARRIERS])


def _booked(at: dt.datetime) -> list[shelf_hooks.Sponsor]:
    return shelf_hooks.shelf_sponsors.collect(at)


def _as_before(booked: list[shelf_hooks.Sponsor], rows: dict[str, int]) -> dict[str, int]:
    """Return the medium that was chosen for each place, or for the same ad in the months before."""
    found = {}
    for one in booked:
        medium = next((rows[name] for name in (one.reference, *one.former) if name in rows), None)
        if medium is not None:
            found[one.reference] = medium
    return found


def _carried(booked: list[shelf_hooks.Sponsor], at: dt.datetime) -> list[Carried]:
    if not booked:
        return []
    today, references = timezone.localdate(at), [one.reference for one in booked]
    media = on_shelf(today=today)
    every = {name for one in booked for name in (one.reference, *one.former)}
    rows = Sponsorship.objects.filter(flight_reference__in=every, medium__in=media)
    chosen = _as_before(booked, dict(rows.values_list("flight_reference", "medium")))
    newest = media.order_by("-added_at", "-pk").values_list("pk", flat=True)
    spread = rules.assign_media(
        references, chosen=chosen, newest=list(newest[: len(booked) + len(chosen)])
    )
    found = media.in_bulk(spread.values())
    return [
        Carried(
            one,
            found.get(spread.get(one.reference, 0)),
            one.reference in chosen,
            one.starts_on <= today,
        )
        for one in booked
    ]
