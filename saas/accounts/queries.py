"""What signing in reads."""

from saas.accounts.models import Pass, User, normal_email
from saas.kernel import tokens


def person_at(email: str) -> User | None:
    """Return the active person of an address."""
    return User.objects.filter(email=normal_email(email), is_active=True).first()


def pass_of(token: str) -> Pass | None:
    """Return the pass that a token belongs to, with its person."""
    return Pass.objects.select_related("user").filter(token_hash=tokens.hashed(token)).first()


def pass_to_mail(pass_id: int) -> Pass | None:
    """Return a pass that somebody waits for; nothing for an address that nobody has here."""
    waiting = Pass.objects.select_related("user").filter(pk=pass_id, used_at=None)
    return waiting.filter(user__is_active=True).first()
