"""A provider that accepts each address without proof: the typed address is the person.

It follows the protocol in all that a client can check: codes are valid once, PKCE and the client's
secret are verified, tokens are signed with its own keys (OpenID Connect Core 1.0; RFC 6749, 7636,
9207).
"""

import base64
import hashlib
import html
import http.server
import json
import secrets
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

LIFETIME_SECONDS = 300
PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{name}</title>
<style>body{{font:1.1rem/1.5 system-ui;max-width:24rem;margin:15vh auto;padding:0 1rem}}
input,button{{font:inherit;width:100%;box-sizing:border-box;padding:.7rem;margin:.3rem 0}}</style>
<h1>{name}</h1><p>Fournisseur d’identité simulé : l’adresse suffit.</p>
<form method="post"><label for="email">Adresse de l’entreprise</label>
<input id="email" name="email" type="email" required value="{email}" autocomplete="username">
<button>Se connecter</button></form></html>"""


class Grant(NamedTuple):
    """An issued code: its person, and the parameters to verify against."""

    email: str
    parameters: dict[str, str]


class Provider:
    """The provider's memory: its key, its client's secret, codes that wait."""

    def __init__(self, secret: str, *, name: str = "Compte d’entreprise", email: str = "") -> None:
        self.secret, self.name, self.email = secret, name, email
        self.issuer = ""
        self.grants: dict[str, Grant] = {}
        self.bearers: dict[str, Grant] = {}
        self.new_key()

    def new_key(self) -> None:
        """Replace the signing key, and forget the earlier key."""
        self.kid = secrets.token_hex(4)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def description(self) -> dict[str, Any]:
        """Describe the provider."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def keys(self) -> dict[str, Any]:
        """Show the public key."""
        shown = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**shown, "kid": self.kid, "use": "sig", "alg": "RS256"}]}

    def back(self, parameters: dict[str, str], email: str) -> str:
        """Issue a code for a person, and return the redirect URL with it."""
        code = secrets.token_urlsafe(24)
        self.grants[code] = Grant(email, parameters)
        answer = {"code": code, "state": parameters.get("state", ""), "iss": self.issuer}
        return f"{parameters['redirect_uri']}?{urlencode(answer)}"

    def claims(self, grant: Grant) -> dict[str, Any]:
        """Return the claims about a person."""
        first, _, last = grant.email.partition("@")[0].partition(".")
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": grant.parameters["client_id"],
            "sub": subject_of(grant.email),
            "nonce": grant.parameters.get("nonce", ""),
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
            "email": grant.email,
            "email_verified": True,
            "given_name": first.title(),
            "family_name": last.title() or first.title(),
        }

    def signed(self, claims: dict[str, Any]) -> str:
        """Return the claims as a signed token."""
        return jwt.encode(claims, self.key, "RS256", {"kid": self.kid})

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Turn a code into a token, once, for the client that proves itself."""
        grant = self.grants.pop(form.get("code", ""), None)
        client, _, secret = _pair(authorization)
        if secret != self.secret:
            return HTTPStatus.UNAUTHORIZED, {"error": "invalid_client"}
        if grant is None or not _fits(grant.parameters, form, client):
            return HTTPStatus.BAD_REQUEST, {"error": "invalid_grant"}
        bearer = secrets.token_urlsafe(16)
        self.bearers[bearer] = grant
        token = {"access_token": bearer, "token_type": "Bearer"}
        return HTTPStatus.OK, {**token, "id_token": self.signed(self.claims(grant))}

    def userinfo(self, authorization: str) -> tuple[int, dict[str, Any]]:
        """Return the claims of an access token's person."""
        grant = self.bearers.get(authorization.removeprefix("Bearer "))
        if grant is None:
            return HTTPStatus.UNAUTHORIZED, {"error": "invalid_token"}
        return HTTPStatus.OK, self.claims(grant)


def subject_of(email: str) -> str:
    """Return the provider's own word for a person."""
    return hashlib.sha256(email.lower().encode()).hexdigest()[:24]


def _pair(authorization: str) -> tuple[str, str, str]:
    decoded = base64.b64decode(authorization.removeprefix("Basic ") + "==").decode()
    client, colon, secret = decoded.partition(":")
    return unquote(client), colon, unquote(secret)


def _fits(parameters: dict[str, str], form: dict[str, str], client: str) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    proven = (client, form.get("redirect_uri"), challenge)
    return proven == (
        parameters["client_id"],
        parameters["redirect_uri"],
        parameters.get("code_challenge"),
    )


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers a request; `provider` is set by `serve`."""

    provider: Provider

    def do_GET(self) -> None:
        provider = self.provider
        bearer = self.headers["Authorization"] or ""
        pages: dict[str, Callable[[], tuple[int, dict[str, Any]]]] = {
            "/keys": lambda: (HTTPStatus.OK, provider.keys()),
            "/userinfo": lambda: provider.userinfo(bearer),
            "/.well-known/openid-configuration": lambda: (HTTPStatus.OK, provider.description()),
        }
        path = urlsplit(self.path).path
        if path == "/authorize":
            name, email = html.escape(provider.name), html.escape(provider.email)
            self._answer(HTTPStatus.OK, PAGE.format(name=name, email=email), "text/html")
        elif path in pages:
            self._json(*pages[path]())
        else:
            self._json(HTTPStatus.NOT_FOUND, {"error": "not_found"})

    def do_POST(self) -> None:
        form = _flat(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode())
        parts = urlsplit(self.path)
        if parts.path == "/token":
            authorization = self.headers["Authorization"] or ""
            self._json(*self.provider.exchange(form, authorization))
            return
        back = self.provider.back(_flat(parts.query), form["email"])
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", quote(back, safe="%/?:@!$&'()*+,;=~"))
        self.end_headers()

    def _json(self, status: int, found: dict[str, Any]) -> None:
        self._answer(status, json.dumps(found), "application/json")

    def _answer(self, status: int, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Log no request: an address contains a code."""


def serve(provider: Provider, port: int) -> http.server.ThreadingHTTPServer:
    """Return a server of the provider on this machine, not yet running."""
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    provider.issuer = provider.issuer or f"http://127.0.0.1:{server.server_port}"
    return server


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
