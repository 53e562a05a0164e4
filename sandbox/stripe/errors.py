"""What Stripe refuses, and how it says so.

Out: a status and `{"error": {"type", "code", "message", "param"}}`, absent where there is nothing to say.
"""

from typing import Literal

from pydantic import ValidationError

ErrorType = Literal["invalid_request_error", "card_error", "idempotency_error", "api_error"]
Wire = dict[str, object]


class StripeRefusal(Exception):
    """A request that Stripe does not carry out; `code` is stable, the message is for people.

    `begun` is False where the request was turned away before it was begun: such an answer uses no key up.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: ErrorType = "invalid_request_error",
        code: str = "",
        param: str = "",
        decline_code: str = "",
        begun: bool = True,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.begun = begun
        self.fields = {"type": kind, "code": code, "param": param, "decline_code": decline_code}

    def body(self) -> Wire:
        """The refusal as it is sent."""
        told = {name: value for name, value in self.fields.items() if value}
        if code := told.get("code"):
            told["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
        return {"error": {**told, "message": str(self)}}


def no_such(kind: str, name: str, *, param: str, status: int = 404) -> StripeRefusal:
    """Something that does not exist: 404 where the path names it, 400 where a parameter does."""
    return StripeRefusal(status, f"No such {kind}: '{name}'", code="resource_missing", param=param)


def wrong_parameter(error: ValidationError) -> StripeRefusal:
    """The first thing that is wrong with the parameters, under the name that they have on the wire."""
    first = error.errors()[0]
    # Between the names stand those of types, which bear brackets.
    head, *inner = [str(part) for part in first["loc"] if "[" not in str(part)]
    param = head + "".join(f"[{part}]" for part in inner)
    match first["type"]:
        case "extra_forbidden":
            return _before(f"Received unknown parameter: {param}", "parameter_unknown", param)
        case "missing":
            return _before(f"Missing required param: {param}.", "parameter_missing", param)
        case "int_parsing":
            return _before(f"Invalid integer: {first['input']}", "parameter_invalid_integer", param)
        case "invalid_email":
            return _before(f"Invalid email address: {first['input']}", "email_invalid", param)
        case _:
            return _before(f"Invalid {param}: {first['msg']}.", "", param)


def _before(message: str, code: str, param: str) -> StripeRefusal:
    return StripeRefusal(400, message, code=code, param=param, begun=False)
