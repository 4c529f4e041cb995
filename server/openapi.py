"""`/api/openapi.json`: the whole JSON API, from the types that the routes themselves use."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from starlette.responses import JSONResponse, Response

from server.base.caller import Access
from server.base.routing import Call, Declared, Routes

routes = Routes("openapi")

VERSION = "0.1.0"
LICENCE = {"name": "Apache License 2.0", "identifier": "Apache-2.0"}


@routes.raw("GET", "/api/openapi.json", who=Access.ANYONE)
async def document(call: Call) -> Response:
    """This document."""
    declared = [d for d in call.request.app.state.declared if d.path.startswith("/api/")]
    return JSONResponse(describe(declared))


def describe(declared: list[Declared]) -> dict[str, Any]:
    """OpenAPI 3.1 of the declared routes."""
    types = [t for d in declared for t in (d.takes, d.gives) if t is not None]
    schemas, components = msgspec.json.schema_components(
        types, ref_template="#/components/schemas/{name}"
    )
    by_type = {id(t): schema for t, schema in zip(types, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for route in declared:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Daigang",
            "version": "0.1.0",
            "license": {"identifier": "Apache-2.0", "name": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": _PROBLEM},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "daigang_session"},
            },
        },
    }


_PROBLEM = {
    "type": "object",
    "required": ["type", "code", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "code": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}


def _operation(route: Declared, by_type: dict[int, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done"}
    if route.gives is not None:
        answer["content"] = {"application/json": {"schema": by_type[id(route.gives)]}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation: dict[str, Any] = {
        "summary": route.summary,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"{(\w+)(?::\w+)?}", route.path)
        ],
        "responses": {
            str(route.status): answer,
            "default": {"description": "A refusal", "content": problem},
        },
    }
    if route.takes is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": by_type[id(route.takes)]}},
        }
    if route.access is not Access.ANYONE:
        operation["security"] = [{"bearer": []}, {"session": []}]
    if route.method != "GET":
        key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}
        operation["parameters"].append(key)
    return operation
