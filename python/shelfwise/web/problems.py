"""Errors as JSON problems (RFC 9457), each with a remedy."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from shelfwise.web.headers import DEFAULT_HEADERS

PROBLEM_MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What is wrong with a request, and what to do about it."""

    type: str = "about:blank"
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["no product sample_shop:P99999 in the published catalogue"])
    remedy: str | None = Field(default=None, examples=["Look its id up in dim_products."])


class ProblemError(Exception):
    """Raised by a route to answer with a problem."""

    def __init__(self, status: HTTPStatus, detail: str, remedy: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.problem = Problem(title=status.phrase, status=status, detail=detail, remedy=remedy)
        self.headers = headers


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that may answer with these problems, for OpenAPI."""
    content = {PROBLEM_MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {status.value: {"description": status.phrase, "content": content} for status in statuses}


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return a problem as `application/problem+json`."""
    content = problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, problem.status, headers, media_type=PROBLEM_MEDIA_TYPE)


def install_problem_handlers(app: FastAPI) -> None:
    """Make every error of the app a problem, also those that FastAPI raises itself."""

    @app.exception_handler(ProblemError)
    async def answer_problem(_: Request, error: ProblemError) -> JSONResponse:
        return problem_response(error.problem, error.headers)

    @app.exception_handler(HTTPException)
    async def answer_http_error(_: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        problem = Problem(
            title=status.phrase, status=status, detail=str(error.detail), remedy="/openapi.json lists what there is."
        )
        return problem_response(problem, dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def answer_invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
        # The message names the parameter and the rule, never the value: that may be a customer's.
        faults = "; ".join(f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors())
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        problem = Problem(
            title=status.phrase, status=status, detail=faults, remedy="/openapi.json describes the parameters."
        )
        return problem_response(problem)

    # Answered outside the middleware, hence the headers; the server logs the traceback.
    @app.exception_handler(Exception)
    async def answer_fault(_: Request, __: Exception) -> JSONResponse:
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        problem = Problem(
            title=status.phrase, status=status, detail="the server failed to answer", remedy="Its log says why."
        )
        return problem_response(problem, DEFAULT_HEADERS)
