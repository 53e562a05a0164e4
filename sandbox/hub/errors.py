"""What the hub refuses, and how it says so.

Out: a status and `{"error": {"code", "message"}}`; a conflict also carries what is there now.
"""

from starlette.responses import JSONResponse


class HubRefusal(Exception):
    """A request that the hub does not carry out; `code` is stable, the message is for people."""

    def __init__(self, status: int, code: str, message: str, *, current: dict[str, object] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.current = current

    def response(self) -> JSONResponse:
        """The refusal as it is sent."""
        body: dict[str, object] = {"error": {"code": self.code, "message": str(self)}}
        if self.current is not None:
            body["current"] = self.current
        headers = {"WWW-Authenticate": "Bearer"} if self.status == 401 else None
        return JSONResponse(body, self.status, headers)
