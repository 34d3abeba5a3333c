"""The explorer's addresses, all behind its key (guard.py).

    GET  /                       the page (its settings and language are in the link's query)
    GET  /static/...             its scripts and styles; vega.js and saving.js are the report's too
    GET  /api/words?lang=en      sliders, places, definitions, texts: what the page is built from
    GET  /api/charts?lang=en     the charts' specifications (pages/charts.py)
    GET  /api/place?word=...     the one place that a word means, or what may be meant
    GET  /api/prefectures        the answer to the link's settings by prefecture, if worked out
    POST /api/answer             a question; the answer is a stream of events
    GET  /download/data.csv      the answer to the link's settings, if it has been worked out
    GET  /download/scenario.toml the link's settings as a scenario file

Closing the stream cancels the question.
"""

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from leftbehind import __version__
from leftbehind.base.errors import InputError
from leftbehind.base.markdown import render
from leftbehind.inputs.place_names import find_area
from leftbehind.inputs.tables import read_table
from leftbehind.pages.explorer import downloads
from leftbehind.pages.explorer.engine import Busy, Engine, Event, Job
from leftbehind.pages.explorer.evidence import Pair
from leftbehind.pages.explorer.guard import Guard, refusal
from leftbehind.pages.explorer.question import (
    EVERYWHERE,
    FIRST_YEAR,
    LAST_YEAR,
    SLIDERS,
    Question,
    from_json,
    from_query,
    places_by_region,
)
from leftbehind.pages.explorer.shown import charts_in, known_figures
from leftbehind.pages.explorer.words import languages, words_of

STATIC = Path(__file__).parent / "static"
NOT_YET = "This answer has not been worked out yet; open its page first."
LAST_EVENTS = ("done", "failed", "cancelled")
MOST_WORD = 60  # characters of a place's name
HEARTBEAT = 5.0  # seconds without news after which a comment keeps the stream open


class EventStream(Response):
    """A job's events as they come (Server-Sent Events); the job is cancelled if nobody listens."""

    media_type = "text/event-stream"

    def __init__(self, job: Job, news: "asyncio.Queue[Event]") -> None:
        super().__init__()
        self.job = job
        self.news = news
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the last one or until the page closes the stream."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        sending = asyncio.ensure_future(self._send_all(send))
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.job.cancel()
            for task in (sending, leaving):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, OSError):
                    await task

    async def _send_all(self, send: Send) -> None:
        async for text in self._texts():
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _texts(self) -> AsyncIterator[str]:
        while True:
            try:
                event = await asyncio.wait_for(self.news.get(), HEARTBEAT)
            except TimeoutError:
                yield ":\n\n"
                continue
            kind = event["kind"]
            data = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
            yield f"event: {kind}\ndata: {data}\n\n"
            if kind in LAST_EVENTS:
                return


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def application(engine: Engine, port: int, key: str, language: str = "en") -> Starlette:
    """The explorer as an ASGI application; the engine is stopped with it.

    All addresses begin with the `key`, a part of a path. `language` is that of the page where its
    link names none.
    """

    @contextlib.asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        engine.start()
        threading.Thread(target=_warm, args=(language,), daemon=True).start()
        yield
        engine.stop()

    async def answer(request: Request) -> Response:
        try:
            question = from_json(await request.body())
        except InputError as error:
            return refusal(400, str(error))
        news: asyncio.Queue[Event] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def tell(event: Event) -> None:
            with contextlib.suppress(RuntimeError):  # the server has gone
                loop.call_soon_threadsafe(news.put_nowait, event)

        try:
            job = engine.ask(question, tell)
        except Busy:
            text = "Several questions wait already; try again in a moment."
            return refusal(429, text, **{"retry-after": "2"})
        return EventStream(job, news)

    async def data(request: Request) -> Response:
        def told(question: Question, pairs: list[Pair]) -> Response:
            names = read_table("provinces").sort("code")["name"].to_list()
            text = downloads.table(engine.summary(question, pairs), question, names)
            return _file(text, "leftbehind.csv", "text/csv")

        return _of_known(engine, request, told)

    async def prefectures(request: Request) -> Response:
        def told(question: Question, pairs: list[Pair]) -> Response:
            return JSONResponse(engine.prefectures(question, pairs))

        return _of_known(engine, request, told)

    return Starlette(
        routes=[
            Route("/", _page_of(engine, language)),
            Route("/api/words", _words_of(engine, language)),
            Route("/api/charts", _charts_of(language)),
            Route("/api/place", _place),
            Route("/api/prefectures", prefectures),
            Route("/api/answer", answer, methods=["POST"]),
            Route("/download/data.csv", data),
            Route("/download/scenario.toml", _scenario),
            Route("/static/vega.js", _library),
            Route("/static/saving.js", _saving),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, port=port, key=key)],
        exception_handlers={404: _nothing, 500: _broken},
        lifespan=life,
    )


def _of_known(
    engine: Engine, request: Request, told: Callable[[Question, list[Pair]], Response]
) -> Response:
    """What is `told` of the link's settings if they are worked out; else why not."""
    try:
        question = from_query(request.query_params.multi_items())
    except InputError as error:
        return refusal(400, str(error))
    pairs = engine.known_pairs(question)
    return told(question, pairs) if pairs else refusal(409, NOT_YET)


def _page_of(engine: Engine, language: str) -> Any:
    """The handler of the page; a language that there is not is answered with the usual one."""

    async def handler(request: Request) -> Response:
        asked = request.query_params.get("lang", language)
        words = words_of(asked if asked in languages() else language)
        return HTMLResponse(
            render(
                __package__,
                "page.html.j2",
                words=words,
                languages=languages(),
                first=FIRST_YEAR,
                last=LAST_YEAR,
                scale=f"{engine.scale:,}",
                version=__version__,
            )
        )

    return handler


async def _scenario(request: Request) -> Response:
    try:
        question = from_query(request.query_params.multi_items())
    except InputError as error:
        return refusal(400, str(error))
    return _file(question.scenario().to_toml(), "explored.toml", "application/toml")


async def _nothing(_: Request, __: Exception) -> Response:
    return refusal(404, "There is nothing at this address.")


async def _broken(_: Request, __: Exception) -> Response:
    return refusal(500, "The explorer failed; the terminal says why.")


def _words_of(engine: Engine, language: str) -> Any:
    """The handler that tells what the page is built from; none of it changes while it runs."""
    fixed = {
        "sliders": [slider.plain() for slider in SLIDERS],
        "years": [FIRST_YEAR, LAST_YEAR],
        "everywhere": EVERYWHERE,
        "defaults": Question.model_validate({}).model_dump(by_alias=True),
        "scale": engine.scale,
        "seeds": engine.seeds,
        "languages": list(languages()),
        "usual_language": language,
    }

    async def handler(request: Request) -> Response:
        try:
            words = words_of(request.query_params.get("lang", language))
        except InputError as error:
            return refusal(400, str(error))
        fixed["world"] = engine.world()
        regions = [
            {
                "name": region,
                "label": words.place(region),
                "places": [{"name": name, "label": words.place(name)} for name in names],
            }
            for region, names in places_by_region().items()
        ]
        told = {**fixed, **words.page(), "regions": regions, **known_figures(words.language)}
        return JSONResponse(told)

    return handler


def _charts_of(language: str) -> Any:
    """The handler of the charts' specifications."""

    def handler(request: Request) -> Response:
        asked = request.query_params.get("lang", language)
        return JSONResponse(charts_in(asked if asked in languages() else language))

    return handler


def _library(_: Request) -> Response:
    """Vega, as the report has it; not `async`: the first time it takes seconds."""
    from leftbehind.pages import vega  # slow to load: not before the page is shown

    return Response(vega.script(), media_type="text/javascript; charset=utf-8")


async def _saving(_: Request) -> Response:
    text = files("leftbehind.pages.report").joinpath("saving.js").read_text(encoding="utf-8")
    return Response(text, media_type="text/javascript; charset=utf-8")


def _warm(language: str) -> None:
    """Make ready what the first page asks for after its texts."""
    from leftbehind.pages import vega

    charts_in(language)
    vega.script()


async def _place(request: Request) -> Response:
    word = request.query_params.get("word", "")[:MOST_WORD]
    try:
        return JSONResponse({"code": find_area(word).code})
    except InputError as error:
        return refusal(404, str(error))


def _file(text: str, name: str, media: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=f"{media}; charset=utf-8", headers=headers)
