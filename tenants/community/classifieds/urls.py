"""Addresses of the board."""

from django.urls import path

from tenants.community.classifieds import views

app_name = "classifieds"
urlpatterns = [
    path("", views.board, name="board"),
    path("new/", views.post, name="post"),
    path("new/draft/", views.draft, name="draft"),
    path("new/discard/", views.discard, name="discard"),
    path("mine/", views.mine, name="mine"),
    path("pictures/<slug:token>/<int:width>.webp", views.picture, name="picture"),
    path("keep/<str:token>/", views.keep, name="keep"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/edit/", views.edit, name="edit"),
    path("<slug:reference>/close/", views.close, name="close"),
    path("<slug:reference>/renew/", views.renew, name="renew"),
    path("<slug:reference>/thank/", views.thank, name="thank"),
    path("<slug:reference>/qr.svg", views.qr, name="qr"),
    path("<slug:reference>/release/", views.release, name="release"),
]
