"""Signing in and out, on every host."""

from django.urls import path

from saas.accounts import views
from saas.accounts.access import OPS, PUBLIC, SPACE, closed, opened

app_name = "accounts"
urlpatterns = [
    path("signin/", views.signin, name="signin"),
    path("signin/link/", views.link, name="link"),
    path("enter/<str:token>/", views.enter, name="enter"),
    path("signout/", views.signout, name="signout"),
    path("preferences/", views.preferences, name="preferences"),
    path("password/", views.password, name="password"),
]
access = {
    SPACE: (
        opened("accounts:signin", get="out:200 in:302", post="all:422"),
        opened("accounts:link", get="all:200", post="all:422"),
        opened("accounts:enter", "pass", get="all:200", post="all:303"),
        opened("accounts:enter", "foreign pass", get="all:422", post="all:422"),
        opened("accounts:preferences", post="all:303"),
        closed("accounts:password", get="in:200", post="in:422"),
        closed("accounts:signout", post="in:303"),
    ),
    PUBLIC: (
        opened("accounts:signin", get="out:200 in:302", post="all:422"),
        opened("accounts:link", get="all:200", post="all:422"),
        opened("accounts:enter", "pass of merchant", get="all:200", post="all:303"),
        opened("accounts:enter", "pass", get="all:422", post="all:422"),
        opened("accounts:preferences", post="all:303"),
        closed("accounts:password", get="in:200", post="in:422"),
        closed("accounts:signout", post="in:303"),
    ),
    OPS: (
        opened("accounts:signin", get="out:200 in:302", post="all:422"),
        opened("accounts:link", get="all:200", post="all:422"),
        opened("accounts:enter", "pass of merchant", get="all:200", post="all:303"),
        opened("accounts:preferences", post="all:303"),
        closed("accounts:password", get="in:200", post="in:422"),
        closed("accounts:signout", post="in:303"),
    ),
}
