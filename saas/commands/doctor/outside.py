"""Checks of an installation's external services: DNS, certificates, mail, Stripe."""

import datetime as dt
import secrets
import smtplib
import socket
import ssl
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import mailers
from django.utils import timezone

from billing.dispatch import destinations
from billing.stripe.gateway.values import StripeCallFailed
from saas.commands.doctor.findings import OK, WARNING, WRONG, Check, Finding
from saas.environment import NO_MAIL, OUTBOX
from tenants.spaces.resolver import CannotAskError, resolver

TLS_PORT = 443
LEAST_LEFT = dt.timedelta(days=14)
_TIMEOUT_SECONDS = 5


def base_name() -> str:
    """Return the public name without its port."""
    return str(settings.BASE_HOST).partition(":")[0]


def check_mail() -> list[Finding]:
    """Connect to the mail server and log in; nothing is sent."""
    if settings.MAIL_URL.startswith(OUTBOX):
        sentence = "mails are kept in DATA_DIR and shown to everybody at /outbox/"
        return [Finding("mail", WARNING, sentence, "Set MAIL_URL to a server or a provider.")]
    if settings.MAIL_URL == NO_MAIL:
        return [Finding("mail", OK, "this kind of process sends none")]
    backend = mailers.default
    try:
        backend.open()
        backend.close()
    except (OSError, smtplib.SMTPException) as error:
        return [Finding("mail", WRONG, _mail_fault(error), _mail_step(error))]
    return [Finding("mail", OK, "the server accepts the connection and the login")]


def _mail_fault(error: Exception) -> str:
    code = getattr(error, "smtp_code", "")
    return f"no connection to the mail server ({type(error).__name__}{f' {code}' if code else ''})"


def _mail_step(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "The relay offers no TLS or no login: end MAIL_URL in ?tls=no for a relay of yours."
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "Check user and password in MAIL_URL; special characters are percent-encoded."
    return "Check host, port and scheme of MAIL_URL: smtp:// with STARTTLS (587), smtps:// (465)."


def check_sender() -> list[Finding]:
    """Look up SPF, DMARC and, if its selector is set, DKIM of the sender's domain."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    wanted = [("SPF", domain, "v=spf1"), ("DMARC", f"_dmarc.{domain}", "v=DMARC1")]
    if settings.MAIL_DKIM_SELECTOR:
        name = f"{settings.MAIL_DKIM_SELECTOR}._domainkey.{domain}"
        wanted.append(("DKIM", name, "p="))
    try:
        found = [_record(*each) for each in wanted]
    except CannotAskError:
        step = "Check the resolver of this machine (/etc/resolv.conf)."
        return [Finding("sender", WRONG, f"DNS gives no answer for {domain}", step)]
    if not settings.MAIL_DKIM_SELECTOR:
        step = "Set MAIL_DKIM_SELECTOR to the selector of your provider."
        found.append(Finding("sender", WARNING, "DKIM was not looked up", step))
    return found


def _record(kind: str, name: str, mark: str) -> Finding:
    if any(mark in text for text in resolver().texts(name)):
        return Finding("sender", OK, f"{kind} at {name}")
    step = f"Add the TXT record that your mail provider gives for {name}."
    return Finding("sender", WRONG, f"no {kind} record at {name}: mails land in spam", step)


def check_names() -> list[Finding]:
    """Resolve the public name, the console's, and an unused name below the public name."""
    names = [base_name(), f"ops.{base_name()}", f"doctor-{secrets.token_hex(4)}.{base_name()}"]
    found = []
    for name in names:
        try:
            socket.getaddrinfo(name, TLS_PORT, type=socket.SOCK_STREAM)
        except OSError:
            step = f"Add records A and AAAA for {base_name()} and *.{base_name()}."
            found.append(Finding("dns", WRONG, f"{name} has no address", step))
    return found or [Finding("dns", OK, f"{base_name()} and names below it have addresses")]


def check_certificates() -> list[Finding]:
    """Open a TLS connection to the public name and to the console's, as browsers do."""
    if settings.BASE_SCHEME == "http":
        return [Finding("certificates", OK, "a local installation needs none")]
    return [_certificate(name) for name in (base_name(), f"ops.{base_name()}")]


def _certificate(name: str) -> Finding:
    try:
        with (
            socket.create_connection((name, TLS_PORT), timeout=_TIMEOUT_SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=name) as secured,
        ):
            certificate = secured.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        step = "Look at the proxy's log (Caddy: ACME_EMAIL, ports 80 and 443 open to the internet)."
        return Finding("certificates", WRONG, f"{name}: {_why(error)}", step)
    except OSError as error:
        step = "Start the proxy, and open ports 80 and 443."
        sentence = f"{name}: no TLS connection ({type(error).__name__})"
        return Finding("certificates", WRONG, sentence, step)
    ends_at = dt.datetime.fromtimestamp(
        ssl.cert_time_to_seconds(str(certificate["notAfter"])), dt.UTC
    )
    sentence = f"{name}: valid until {ends_at:%Y-%m-%d}"
    if ends_at - timezone.now() < LEAST_LEFT:
        step = "Renewal fails: look at the proxy's log."
        return Finding("certificates", WARNING, sentence, step)
    return Finding("certificates", OK, sentence)


def _why(error: ssl.SSLCertVerificationError) -> str:
    return str(getattr(error, "verify_message", "")) or "its certificate is not trusted"


def check_destinations() -> list[Finding]:
    """Ask Stripe whether it posts its events to the addresses of this installation."""
    step = "Run `manage.py stripe_destinations`."
    if not settings.STRIPE_SECRET_KEY:
        sentence = "STRIPE_SECRET_KEY is empty: nothing can be sold"
        return [Finding("stripe", WRONG, sentence, "Set the secret key of your Stripe account.")]
    try:
        missing = destinations.missing()
    except StripeCallFailed as refusal:
        sentence = f"Stripe does not answer as expected ({type(refusal).__name__})"
        return [Finding("stripe", WRONG, sentence, "Check STRIPE_SECRET_KEY and its rights.")]
    if missing:
        sentence = f"Stripe posts no events to: {', '.join(missing)}"
        return [Finding("stripe", WRONG, sentence, step)]
    return [Finding("stripe", OK, "Stripe knows each destination")]


CHECKS: dict[str, Check] = {
    "mail": check_mail,
    "sender": check_sender,
    "dns": check_names,
    "certificates": check_certificates,
    "stripe": check_destinations,
}
