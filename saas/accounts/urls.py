"""Signing in and out, on every host."""

from django.urls import path

from saas.accounts import views

app_name = "accounts"
urlpatterns = [
    path("signin/", views.signin, name="signin"),
    path("signin/link/", views.link, name="link"),
    path("enter/<str:token>/", views.enter, name="enter"),
    path("signout/", views.signout, name="signout"),
    path("preferences/", views.preferences, name="preferences"),
    path("password/", views.password, name="password"),
]
