"""Addresses of the board."""

from django.urls import path

from saas.accounts.access import closed, opened
from tenants.community.classifieds import views

app_name = "classifieds"
urlpatterns = [
    path("", views.board, name="board"),
    path("new/", views.post, name="post"),
    path("new/draft/", views.draft, name="draft"),
    path("new/discard/", views.discard, name="discard"),
    path("mine/", views.mine, name="mine"),
    path("pictures/<slug:token>/<int:width>.webp", views.picture, name="picture"),
    path("keep/<str:token>/", views.renew_by_link, name="keep"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/edit/", views.edit, name="edit"),
    path("<slug:reference>/close/", views.close, name="close"),
    path("<slug:reference>/renew/", views.renew, name="renew"),
    path("<slug:reference>/thank/", views.thank, name="thank"),
    path("<slug:reference>/qr.svg", views.qr, name="qr"),
    path("<slug:reference>/release/", views.release, name="release"),
]
access = (
    closed("classifieds:board", get="in:200"),
    closed("classifieds:post", get="in:200", post="in:422"),
    closed("classifieds:draft", post="in:200"),
    closed("classifieds:discard", post="in:303"),
    closed("classifieds:mine", get="in:200"),
    closed("classifieds:picture", "XX", "480", get="in:404"),
    closed("classifieds:detail", "own classified", get="in:200"),
    closed("classifieds:detail", "company's classified", get="in:404 other:200"),
    closed("classifieds:detail", "foreign classified", get="in:404"),
    closed("classifieds:edit", "own classified", get="in:403 member:200", post="in:403 member:422"),
    closed("classifieds:edit", "their classified", get="in:403 other:200", post="in:403 other:422"),
    closed(
        "classifieds:edit", "company's classified", get="in:404 other:200", post="in:404 other:422"
    ),
    closed("classifieds:edit", "foreign classified", get="in:404", post="in:404"),
    closed(
        "classifieds:close", "own classified", get="in:403 member:200", post="in:403 member:422"
    ),
    closed(
        "classifieds:close", "company's classified", get="in:404 other:200", post="in:404 other:422"
    ),
    closed("classifieds:close", "foreign classified", get="in:404", post="in:404"),
    closed("classifieds:renew", "own classified", post="in:403 member:422"),
    closed("classifieds:renew", "company's classified", post="in:404 other:422"),
    closed("classifieds:renew", "foreign classified", post="in:404"),
    opened("classifieds:keep", "XX", get="all:422", post="all:422"),
    closed("classifieds:qr", "own classified", get="in:200"),
    closed("classifieds:qr", "company's classified", get="in:404 other:200"),
    closed("classifieds:qr", "foreign classified", get="in:404"),
    closed("classifieds:thank", "own classified", post="in:403"),
    closed("classifieds:thank", "company's classified", post="in:404 other:403"),
    closed("classifieds:thank", "foreign classified", post="in:404"),
    closed("classifieds:release", "own classified", post="in:403 member:303"),
    closed("classifieds:release", "company's classified", post="in:404 other:303"),
    closed("classifieds:release", "foreign classified", post="in:404"),
)
