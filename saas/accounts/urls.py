"""Signing in and out, on every host."""

from django.urls import path

from saas.accounts import views
from saas.accounts.access import OPS, PUBLIC, SPACE, closed, opened
from saas.accounts.factors import views as factors
from saas.accounts.passkeys import views as passkeys
from saas.accounts.sessions import views as sessions

app_name = "accounts"
urlpatterns = [
    path("signin/", views.signin, name="signin"),
    path("signin/link/", views.link, name="link"),
    path("enter/<str:token>/", views.enter, name="enter"),
    path("signin/passkey/", passkeys.signin, name="signin_passkey"),
    path("signout/", views.signout, name="signout"),
    path("preferences/", views.preferences, name="preferences"),
    path("password/", views.password, name="password"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/end/", sessions.end_others, name="end_sessions"),
    path("prove/", sessions.prove, name="prove"),
    path("factor/", factors.factor, name="factor"),
    path("factor/code/", factors.code, name="code"),
    path("factor/wanted/", factors.wanted_factor, name="wanted_factor"),
    path("factor/codes/", factors.codes, name="codes"),
    path("factor/remove/", factors.remove, name="remove_factor"),
    path("passkeys/", passkeys.passkeys, name="passkeys"),
    path("passkeys/remove/", passkeys.remove, name="remove_passkey"),
]
_ACCOUNT = (
    closed("accounts:password", get="in:200", post="in:422"),
    closed("accounts:sessions", get="in:200", post="in:422"),
    closed("accounts:end_sessions", post="in:303"),
    closed("accounts:prove", get="in:303", post="in:422"),
    closed("accounts:factor", get="in:200", post="in:422"),
    closed("accounts:code", get="in:303", post="in:303"),
    closed("accounts:wanted_factor", get="in:303", post="in:303"),
    closed("accounts:codes", get="in:302", post="in:422"),
    closed("accounts:remove_factor", get="in:200", post="in:422"),
    closed("accounts:passkeys", get="in:200", post="in:422"),
    closed("accounts:remove_passkey", post="in:303"),
    closed("accounts:signout", post="in:303"),
)
access = {
    SPACE: (
        opened("accounts:signin", get="out:200 in:302", post="all:422"),
        opened("accounts:signin_passkey", post="all:422"),
        opened("accounts:link", get="all:200", post="all:422"),
        opened("accounts:enter", "pass", get="all:200", post="all:303"),
        opened("accounts:enter", "foreign pass", get="all:422", post="all:422"),
        opened("accounts:preferences", post="all:303"),
        *_ACCOUNT,
    ),
    PUBLIC: (
        opened("accounts:signin", get="out:200 in:302", post="all:422"),
        opened("accounts:signin_passkey", post="all:422"),
        opened("accounts:link", get="all:200", post="all:422"),
        opened("accounts:enter", "pass of merchant", get="all:200", post="all:303"),
        opened("accounts:enter", "pass", get="all:422", post="all:422"),
        opened("accounts:preferences", post="all:303"),
        *_ACCOUNT,
    ),
    OPS: (
        opened("accounts:signin", get="out:200 in:302", post="all:422"),
        opened("accounts:signin_passkey", post="all:422"),
        opened("accounts:link", get="all:200", post="all:422"),
        opened("accounts:enter", "pass of merchant", get="all:200", post="all:303"),
        opened("accounts:preferences", post="all:303"),
        *_ACCOUNT,
    ),
}
