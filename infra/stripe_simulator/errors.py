"""The refusals, in the words and shapes of Stripe's two generations of API."""

import urllib.parse
from typing import Any

JSON = dict[str, Any]

DOCS = "https://stripe.com/docs/error-codes/"


class ApiError(Exception):
    """A refusal that the caller reads as a status, a type, a code and a parameter."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.headers = headers or {}
        self.more = more
        self.began_executing = True

    def body(self, *, v2: bool) -> JSON:
        """Write the refusal as the asked generation of API writes it."""
        error: JSON = {"message": self.message, "type": self.kind}
        if v2:
            error["code"] = self.code or self.kind
        elif self.code:
            error |= {"code": self.code, "doc_url": DOCS + self.code.replace("_", "-")}
        if self.param:
            error["param"] = self.param
        return {"error": error | self.more}


class ParameterError(ApiError):
    """A request that was refused before anything began, so that its key stays free."""

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message, param=param, code=code)
        self.began_executing = False


def unknown_parameter(param: str) -> ParameterError:
    """Refuse a parameter that the endpoint does not have."""
    return ParameterError(
        f"Received unknown parameter: {param}", param=param, code="parameter_unknown"
    )


def missing_parameter(param: str) -> ParameterError:
    """Refuse a request without a parameter that it needs."""
    return ParameterError(
        f"Missing required param: {param}.", param=param, code="parameter_missing"
    )


def check_url(params: JSON, name: str) -> None:
    """Raise ParameterError unless the parameter is a web address."""
    if name not in params:
        return
    parts = urllib.parse.urlsplit(params[name])
    odd = any(sign.isspace() or not sign.isprintable() for sign in params[name])
    if odd or parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ParameterError("Not a valid URL", param=name, code="url_invalid")


def invalid_integer(value: object, param: str) -> ParameterError:
    """Return the error for an invalid integer."""
    return ParameterError(
        f"Invalid integer: {value}", param=param, code="parameter_invalid_integer"
    )


def no_such(kind: str, identifier: object, *, param: str, in_body: bool = False) -> ApiError:
    """Return the error for an unknown id: 404 in an address, 400 in a parameter."""
    return ApiError(
        f"No such {kind.removeprefix('v2.core.').replace('_', ' ')}: '{identifier}'",
        status=400 if in_body else 404,
        code="resource_missing",
        param=param,
    )


def unrecognized(method: str, path: str) -> ApiError:
    """Return the error for an unknown address."""
    return ApiError(
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs "
        "or we can help at https://support.stripe.com/.",
        status=404,
    )


def not_found(what: str, identifier: str) -> ApiError:
    """Return the v2 API's error for an unknown id."""
    return ApiError(f"No such {what}: '{identifier}'", status=404, code="not_found")
