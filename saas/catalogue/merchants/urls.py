"""Addresses of the desk: signing up, its first page, the shop's page, pictures of the catalogue."""

from django.urls import path

from saas.accounts.access import closed, opened
from saas.catalogue.merchants import views

app_name = "merchants"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("signup/", views.signup, name="signup"),
    path("signup/sent/", views.signup_sent, name="signup_sent"),
    path("signup/<str:token>/", views.confirm, name="confirm"),
    path("page/", views.shop, name="shop"),
    path("page/public/", views.public_page, name="public_page"),
    path("page/hours/", views.hours, name="hours"),
    path("join/", views.join, name="join"),
    path("join/code/", views.join_code, name="join_code"),
    path("people/", views.people, name="people"),
    path("people/<int:number>/remove/", views.remove_member, name="remove_member"),
    path("people/requests/<str:reference>/", views.decide_join, name="decide_join"),
    path("page/vat/", views.ask_vies_again, name="vat"),
    path("pictures/<slug:room>/<str:file>", views.picture, name="picture"),
]
access = (
    closed("merchants:desk", get="in:200"),
    opened("merchants:signup", get="all:200", post="all:422"),
    opened("merchants:signup_sent", get="all:200"),
    opened("merchants:confirm", "XX", get="all:200", post="all:422"),
    closed("merchants:shop", get="in:200", post="in:422"),
    closed("merchants:public_page", get="in:200", post="in:422"),
    closed("merchants:hours", get="in:200"),
    closed("merchants:join", get="in:404", post="in:404"),
    closed("merchants:join_code", post="in:404"),
    closed("merchants:people", get="in:200"),
    closed("merchants:remove_member", "0", post="in:404"),
    closed("merchants:decide_join", "XX", post="in:404"),
    closed("merchants:vat", post="in:303 operator:404"),
    opened("merchants:picture", "merchants", "xx.webp", get="all:404"),
)
