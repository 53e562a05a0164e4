"""Frappe's REST API over one site: `/api/resource`, `/api/method`, in HTTP.

In: requests. Out: answers in Frappe's envelopes, refusals in its own words and statuses.
No traceback of the sandbox's own leaves it, and no secret.
"""

import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.erpnext.answers import document_answer
from sandbox.erpnext.arguments import document_values, list_query, read_arguments
from sandbox.erpnext.authentication import Authentication
from sandbox.erpnext.calling import Caller, call
from sandbox.erpnext.errors import HtmlRefusal, Refusal, not_served, unknown_module
from sandbox.erpnext.methods import METHODS
from sandbox.erpnext.permissions import GUEST
from sandbox.erpnext.site import Site
from sandbox.world import World

VERBS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
_UNREACHABLE_METHODS = frozenset(
    {"on_trash", "on_update", "validate", "before_save", "after_insert", "on_submit", "on_cancel"}
)
_READS = frozenset({"GET", "HEAD"})
Arguments = dict[str, object]


def erpnext_routes(world: World) -> list[Route]:
    """The routes of the ERPNext kept in a world."""
    api = Api(Site(world))
    versions = [
        [
            Route(f"{root}/method/{{method:path}}", api.method, methods=VERBS),
            Route(f"{root}/resource/{{doctype}}", api.collection, methods=VERBS),
            Route(f"{root}/resource/{{doctype}}/{{name:path}}", api.document, methods=VERBS),
        ]
        for root in ("/api", "/api/v1")
    ]
    return [*versions[0], *versions[1], Route("/api/{rest:path}", api.unknown, methods=VERBS)]


class Api:
    """The endpoints of one site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._authentication = Authentication(site)

    async def method(self, request: Request) -> Response:
        """`/api/method/{name}`."""
        return await self._answer(request, self._method)

    async def collection(self, request: Request) -> Response:
        """`/api/resource/{doctype}`: a list query, or a new document."""
        return await self._answer(request, self._collection)

    async def document(self, request: Request) -> Response:
        """`/api/resource/{doctype}/{name}`: one document."""
        if not request.path_params["name"].strip("/"):
            return await self.collection(request)
        return await self._answer(request, self._document)

    async def unknown(self, request: Request) -> Response:
        """Any other path of the API."""
        return await self._answer(request, _no_route)

    async def _answer(self, request: Request, work: Callable[[Request, str, Arguments], Response]) -> Response:
        if request.method == "OPTIONS":
            return Response()
        self._site.notices = []
        try:
            arguments = read_arguments(
                request.query_params,
                request.headers.get("content-type", ""),
                await request.body(),
            )
            user = self._authentication.user(request.headers, request.cookies)
            response = work(request, user, arguments)
        except Refusal as refusal:
            response = self._refused(refusal)
        except HtmlRefusal as refusal:
            response = HTMLResponse(refusal.page(), refusal.status)
        _set_guest_cookies(response)
        return response

    def _refused(self, refusal: Refusal) -> Response:
        shown = self._site.records.value("System Settings", "System Settings", "allow_error_traceback")
        return _json(refusal.body(tracebacks=bool(shown)), refusal.status)

    def _method(self, request: Request, user: str, arguments: Arguments) -> Response:
        name = request.path_params["method"].strip("/")
        if name == "login":
            return self._log_in(arguments)
        self._site.catalogue.refresh()
        answer = call(METHODS, Caller(self._site, user, arguments), name, request.method)
        if METHODS[name].bare and isinstance(answer, dict):
            return self._told(answer)
        return self._told({} if answer is None else {"message": answer})

    def _log_in(self, arguments: Arguments) -> Response:
        user = str(arguments.get("usr") or "")
        session = self._authentication.log_in(user, str(arguments.get("pwd") or ""))
        response = _json({"message": "Logged In", "home_page": "/app/home", "full_name": user})
        response.set_cookie("sid", session, httponly=True, samesite="lax")
        return response

    def _collection(self, request: Request, user: str, arguments: Arguments) -> Response:
        doctype_name = request.path_params["doctype"]
        if request.method in _READS:
            return self._list(doctype_name, user, arguments)
        if request.method != "POST":
            raise _wrong_verb()
        document = self._site.insert(doctype_name, document_values(arguments), user=user)
        return self._shown(doctype_name, document)

    def _list(self, doctype_name: str, user: str, arguments: Arguments) -> Response:
        parent = arguments.get("parent")
        answer = self._site.query(
            doctype_name, list_query(arguments), parent=str(parent) if parent else None, user=user
        )
        as_rows = str(arguments.get("as_dict", "true")).lower() in {"false", "0"}
        body: Arguments = {"data": answer.rows if as_rows else answer.dictionaries()}
        if str(arguments.get("debug", "")).lower() in {"true", "1"}:
            body["_debug_messages"] = json.dumps(["Execution time: 0.00 sec", answer.sql])
        return _json(body)

    def _document(self, request: Request, user: str, arguments: Arguments) -> Response:
        doctype_name = request.path_params["doctype"]
        name = request.path_params["name"].strip("/")
        self._site.catalogue.refresh()
        if not self._site.catalogue.exists(doctype_name):
            raise unknown_module(doctype_name)
        match request.method:
            case "GET" | "HEAD":
                return self._shown(doctype_name, self._site.get(doctype_name, name, user=user))
            case "PUT":
                changed = self._site.update(doctype_name, name, document_values(arguments), user=user)
                return self._shown(doctype_name, changed)
            case "DELETE":
                self._site.delete(doctype_name, name, user=user)
                return _json({"data": "ok"}, 202)
            case "POST":
                return self._run(doctype_name, name, user, arguments)
            case _:
                raise _wrong_verb()

    def _run(self, doctype_name: str, name: str, user: str, arguments: Arguments) -> Response:
        """Run a document's own method."""
        if "run_method" not in arguments:
            raise Refusal.crashed("KeyError", "'run_method'")
        method = str(arguments["run_method"])
        docstatus = {"submit": 1, "cancel": 2}.get(method)
        if docstatus is None:
            if method in _UNREACHABLE_METHODS:
                raise Refusal.thrown(
                    "PermissionError",
                    "<details><summary>You are not permitted to access this resource. Login to"
                    f" access</summary>Function <strong>{method}</strong> is not whitelisted."
                    "</details>",
                    status=403,
                )
            if self._site.run_method(doctype_name, name, method, arguments, user=user):
                return self._told({})
            raise HtmlRefusal(404, "Not Found", f"Method {method} not found")
        changed = self._site.update(doctype_name, name, {"docstatus": docstatus}, user=user)
        return self._shown(doctype_name, changed)

    def _shown(self, doctype_name: str, document: Arguments) -> Response:
        doctype = self._site.catalogue.get(doctype_name)
        return self._told({"data": document_answer(doctype, document)})

    def _told(self, body: Arguments) -> Response:
        """An answer with what the writes behind it had to say."""
        if self._site.notices:
            told = [notice.encoded() for notice in self._site.notices]
            body["_server_messages"] = json.dumps(told, ensure_ascii=False)
        return _json(body)


def _no_route(request: Request, user: str, arguments: Arguments) -> Response:
    del user, arguments
    version = request.path_params["rest"].partition("/")[0]
    if version == "v2":
        raise not_served(version, "API")
    raise Refusal(404, "DoesNotExistError", traced=False)


def _wrong_verb() -> HtmlRefusal:
    return HtmlRefusal(405, "Method Not Allowed", "The method is not allowed for the requested URL.")


def _json(body: object, status: int = 200) -> Response:
    return JSONResponse(body, status)


def _set_guest_cookies(response: Response) -> None:
    """Every answer sets cookies, even to a caller who came with a token."""
    if "set-cookie" not in response.headers:
        response.set_cookie("sid", GUEST, httponly=True, samesite="lax")
