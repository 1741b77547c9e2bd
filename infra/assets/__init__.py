"""Icons, fonts and demo pictures, made from packages and by code; nothing of it is kept in git."""

from infra.assets.build import build

__all__ = ["build"]
