"""Mails and pushes of this room: a single event, a day's digest, the last digest."""

import datetime as dt
import zoneinfo
from typing import NamedTuple

from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import pgettext

from saas.accounts.models import User
from saas.kernel import hooks, mail
from saas.kernel.offers.digest_hooks import DigestAd, Novelty
from saas.kernel.secrets import tokens
from saas.kernel.uploads import pictures
from saas.kernel.values.turns import by_turns
from tenants.community.notifications import rules, wording
from tenants.community.notifications.models import Channel, Kind, Notification
from tenants.community.notifications.queries import digests as queries
from tenants.spaces import hosts
from tenants.spaces.queries.own import own_space


class Sender(NamedTuple):
    """The space that writes."""

    name: str
    slug: str
    zone: zoneinfo.ZoneInfo
    files: dict[str, bytes]  # the pictures that were read for earlier mails

    def url(self, path: str) -> str:
        """Return the full address of a page of this space."""
        return hosts.space_url(self.slug, path)

    def picture(self, name: str) -> bytes:
        """Return a stored picture as JPEG, drawn once; nothing if it cannot be drawn."""
        if name not in self.files:
            self.files[name] = pictures.for_mail(name)
        return self.files[name]


class Line(NamedTuple):
    """An entry of a digest."""

    title: str
    text: str
    url: str
    deadline: dt.datetime | None
    picture: str = ""
    cid: str = ""


class DigestLines(NamedTuple):
    """The entries of a digest: what is to do, the week ahead, and what is new."""

    to_do: list[Line]
    week: list[Line]
    news: list[Line]

    @property
    def all(self) -> list[Line]:
        """Return the entries in the order of the mail."""
        return [*self.to_do, *self.week, *self.news]


class AdLine(NamedTuple):
    """The ad at the end of a digest."""

    title: str
    text: str
    url: str
    why_url: str


def sender() -> Sender:
    """Return the current space as a sender, once for many mails."""
    space = own_space()
    return Sender(space.name, space.slug, zoneinfo.ZoneInfo(space.time_zone), {})


def mail_event(
    row: Notification, person: User, *, space: Sender, through: BaseEmailBackend
) -> None:
    """Mail a single event."""
    optional = len(rules.choices_of(row.kind, Channel.MAIL)) > 1
    leave = _leave_url(person, row.kind, space) if optional else ""
    reply_to = hooks.reply_addresses.first(row.about, person, timezone.now()) or ""
    with timezone.override(space.zone):
        mail.send(
            to=person.email,
            template="notification",
            language=person.language,
            context={
                "first_name": person.first_name,
                "space_name": space.name,
                "row": row,
                "kind": _label_of(row.kind, person.language),
                "url": space.url(row.mail_path or row.path),
                "switches_url": space.url(reverse("notifications:switches")),
                "leave_url": leave,
                "by_mail": bool(reply_to),
            },
            headers=_headers(leave, f"{row.reference}", space),
            reply_to=reply_to,
            through=through,
        )


def mail_digest(
    digest_mail: queries.DigestMail, *, space: Sender, through: BaseEmailBackend
) -> None:
    """Mail a day's events, or announce the end of digests."""
    person, digest = digest_mail.reader.person, digest_mail.digest
    leave = _leave_url(person, rules.DIGEST, space)
    name = "farewell" if digest.farewell else "digest"
    with translation.override(person.language), timezone.override(space.zone):
        lines = _lines_of(digest_mail, space)
        total = len(digest_mail.entries) + len(digest_mail.novelties) + len(lines.week)
        mail.send(
            to=person.email,
            template="digest_ends" if digest.farewell else "digest",
            language=person.language,
            context={
                "first_name": person.first_name,
                "space_name": space.name,
                "total": total,
                "lines": lines,
                "first": next(iter(lines.all), None),
                "more": total - len(lines.all),
                "ad": _ad_line(digest_mail.ad, person, space) if digest_mail.ad else None,
                "count": rules.DIGESTS_BEFORE_SILENCE,
                "url": _link_to(reverse("notifications:lists"), person, space),
                "switches_url": space.url(reverse("notifications:switches")),
                "leave_url": leave,
            },
            headers=_headers(leave, f"{name}-{person.reference}-{digest.day:%Y%m%d}", space),
            attachments=[
                mail.Attachment(
                    f"{line.cid}.jpg", space.picture(line.picture), "image/jpeg", line.cid
                )
                for line in lines.all
                if line.cid
            ],
            through=through,
        )


def _lines_of(digest_mail: queries.DigestMail, space: Sender) -> DigestLines:
    person = digest_mail.reader.person
    rows = digest_mail.entries[: rules.MOST_IN_DIGEST]
    to_do = [_line(row, person, space) for row in rows if row.deadline]
    news = [_line(row, person, space) for row in rows if not row.deadline]
    room = rules.MOST_IN_DIGEST - len(rows)
    known = {one.url for one in digest_mail.novelties}
    week = [one for one in digest_mail.ahead if one.url not in known]
    week = week[: min(rules.MOST_AHEAD, room)]
    chosen = by_turns(digest_mail.novelties, lambda one: one.symbol)[: room - len(week)]
    return DigestLines(
        to_do,
        [_novelty(one, person, space) for one in week],
        news + [_novelty(one, person, space) for one in chosen],
    )


def _line(row: Notification, person: User, space: Sender) -> Line:
    return Line(row.title, row.text, _link_to(row.path, person, space), row.deadline)


def _novelty(one: Novelty, person: User, space: Sender) -> Line:
    url = _link_to(one.url, person, space)
    if not one.picture or not space.picture(one.picture):
        return Line(one.title, one.note, url, None)
    token = one.picture.rpartition("/")[2].partition("-")[0]
    return Line(one.title, one.note, url, None, one.picture, f"{token}@{hosts.base_name()}")


def _ad_line(ad: DigestAd, person: User, space: Sender) -> AdLine:
    url, why_url = _link_to(ad.url, person, space), _link_to(ad.why_url, person, space)
    return AdLine(ad.headline, wording.paid_by(ad), url, why_url)


def _link_to(path: str, person: User, space: Sender) -> str:
    """Return a link, signed by this space, that also records the click in a digest."""
    token = tokens.sign(rules.FOLLOWING, [person.reference, path])
    return space.url(reverse("notifications:follow", args=[token]))


def _leave_url(person: User, what: str, space: Sender) -> str:
    token = tokens.sign(rules.LEAVING, [person.reference, what])
    return space.url(reverse("notifications:unsubscribe", args=[token]))


def _headers(leave: str, name: str, space: Sender) -> dict[str, str]:
    """Name the mail, and let a mail program's own button end its kind (RFC 8058)."""
    headers = {
        "Message-ID": f"<{name}.{space.slug}@{hosts.base_name()}>",
        "Auto-Submitted": "auto-generated",
    }
    if leave:
        headers["List-Unsubscribe"] = f"<{leave}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def push_words(row: Notification, person: User) -> rules.Push:
    """Return the text for a locked screen: what to do and the kind, without a member's words."""
    with translation.override(person.language):
        kind = _label_of(row.kind, person.language)
        return rules.Push(
            title=row.action or kind,
            text=kind if row.action else pgettext("notification", "Il y a du nouveau pour vous."),
            url=row.get_absolute_url(),
            tag=row.about,
            language=person.language,
        )


def _label_of(kind: str, language: str) -> str:
    with translation.override(language):
        return str(Kind(kind).label)
