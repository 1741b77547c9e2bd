"""Sentences about the place of a card on the home page."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.kernel.hooks import FeedItem
from tenants.spaces.places import Site


def explained(item: FeedItem, since: dt.datetime | None, near: Site | None = None) -> FeedItem:
    """Return a room's item with the reason for its place, given the last visit and the site."""
    why = reason(item, since)
    if near is not None and item.site_id == near.id:
        why = f"{why} {_('C’est à votre site : %(site)s.') % {'site': near.name}}"
    return item._replace(values={**item.values, "why": why})


def reason(item: FeedItem, since: dt.datetime | None) -> str:
    """Return the reason for an item's place on the home page."""
    if item.planned:
        return _("Parce que c’est une des prochaines dates de cette rubrique.")
    if since is not None and item.at > since:
        return _("Parce que c’est nouveau depuis votre dernière visite.")
    return _("Parce que c’est une des dernières publications de vos collègues.")
