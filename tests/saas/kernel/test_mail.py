"""Mails of the demo's outbox hold links that let somebody in."""

from pathlib import Path

from django.core.mail import EmailMessage

from saas.kernel.mail import OutboxBackend


def test_a_stored_mail_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "outbox"
    OutboxBackend(folder=str(folder)).send_messages([EmailMessage("Lien", "Voici", to=["a@b.fr"])])
    (stored,) = folder.iterdir()
    assert stored.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
