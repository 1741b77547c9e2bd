"""Canonical spelling of all addresses of the same mailbox: two roles need two mailboxes."""

import unicodedata

# Providers that read the name of a mailbox without its dots, or without other marks.
_IGNORED: dict[str, str] = {
    "gmail.com": ".",
    "proton.me": ".-_",
    "yandex.com": ".-",
}
# Alternative domains of a provider's mailboxes.
_SAME_PROVIDER: dict[str, str] = {
    "googlemail.com": "gmail.com",
    "protonmail.com": "proton.me",
    "protonmail.ch": "proton.me",
    "pm.me": "proton.me",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
    "ya.ru": "yandex.com",
    "yandex.ru": "yandex.com",
    "yandex.by": "yandex.com",
    "yandex.kz": "yandex.com",
    "fastmail.fm": "fastmail.com",
}
_BY_SUBDOMAIN = frozenset({"fastmail.com", "fastmail.fm"})


def mailbox_of(email: str) -> str:
    """Return the mailbox of an address: `Claire.Martin+CSE@GMail.com` is `clairemartin@gmail.com`.

    The text after a plus is a label at nearly every provider; a space that really has two people
    `a+b@` and `a@` must use another address, which costs less than a single person in two roles.
    Aliases on a company's own server are unknown here: the minutes name two people.
    """
    text = unicodedata.normalize("NFKC", email).strip().casefold()
    name, at, domain = text.rpartition("@")
    if not at:
        return text
    name, domain = _without_subdomain(name, domain.rstrip("."))
    domain = _SAME_PROVIDER.get(domain, domain)
    name = name.strip('"').partition("+")[0] or name
    for mark in _IGNORED.get(domain, ""):
        name = name.replace(mark, "")
    return f"{name}@{domain}"


def are_one_mailbox(one: str, other: str) -> bool:
    """Return True if two addresses lead to the same mailbox."""
    return mailbox_of(one) == mailbox_of(other)


def _without_subdomain(name: str, domain: str) -> tuple[str, str]:
    """Return the mailbox of `anything@claire.fastmail.com`, which is `claire@fastmail.com`."""
    first, _dot, rest = domain.partition(".")
    return (first, rest) if rest in _BY_SUBDOMAIN else (name, domain)
