"""What `shelfwise serve` starts: the recommendation API, the collector and the demo shop, on one port."""

from __future__ import annotations

import secrets
from functools import partial

from fastapi import FastAPI

from shelfwise.collector.collector import Collector
from shelfwise.collector.routes import CollectorPaths, collector_router
from shelfwise.collector.write_keys import WriteKey
from shelfwise.serving.access import Access, require_keys
from shelfwise.serving.app import Beside, create_app
from shelfwise.serving.context import Context
from shelfwise.settings import Settings
from shelfwise.storefront.app import shop_routers
from shelfwise.web.logs import configure_logs
from shelfwise.web.server import run_server


def run_website(settings: Settings, *, only_api: bool = False) -> None:
    """Serve on ``settings.host`` and ``settings.api_port`` until SIGINT or SIGTERM; requests in flight are finished.

    ``only_api`` leaves collector and demo shop out. Raises ShelfwiseError when the port cannot be had, the data folder
    cannot be written, or others could reach a server without keys.
    """
    configure_logs()
    require_keys(settings)
    # Every process of several has the same key and secret: a page of one sends its events to another.
    make = partial(
        create_website,
        settings,
        only_api=only_api,
        demo_key=secrets.token_hex(16),
        demo_secret=secrets.token_hex(32),
    )
    run_server(
        make,
        settings.host,
        settings.api_port,
        name="recommendations" if only_api else "recommendations, collector and demo shop",
        variable="SHELFWISE_API_PORT",
        workers=settings.api_workers,
    )


def create_website(settings: Settings, *, only_api: bool = False, demo_key: str, demo_secret: str) -> FastAPI:
    """Return the application of one process.

    The demo shop signs anybody in as any customer; so it is there only while no keys are set, which only this machine
    may use. ``demo_key`` is the collector's key for its pages, ``demo_secret`` signs who has signed in.
    """
    if only_api:
        return create_app(settings)
    has_shop = Access.of(settings).is_open
    keys = [WriteKey(demo_key, settings.demo_shop)] if has_shop else []
    collector = Collector(settings, extra_keys=keys)

    def beside(context: Context) -> Beside:
        routers = [collector_router(collector)]
        if has_shop:
            routers += shop_routers(
                context, settings.demo_shop, write_key=demo_key, secret=demo_secret, settings=settings
            )
        return Beside(routers, collector.start, collector.stop, collector.figures.as_text)

    app = create_app(settings, beside)
    app.add_middleware(CollectorPaths, collector=collector)
    return app
