"""Online Retail as a file of order lines: its days imported, cleaned by the project's own models, and written out."""

from __future__ import annotations

from pathlib import Path

from shelfwise.errors import ShelfwiseError
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.online_retail import import_online_retail
from shelfwise.pipeline.dbt import run_dbt
from shelfwise.recommender.benchmark.upstream import IS_PURCHASE
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build, quote_text

# The last 30 days of the data set.
CUTOFF = "2011-11-10"
DAYS = 30


def write_lines(settings: Settings, folder: Path, path: Path) -> None:
    """Build the warehouse of ``folder`` in the settings' data folder, and write its customers' order lines to ``path``.

    Raises ShelfwiseError when a file is refused or dbt fails.
    """
    settings = settings.model_copy(update={"sources": ("online_retail",)})
    imported = import_online_retail(folder, settings, lambda _: None, ImportOptions(None, False))
    if not imported.succeeded:
        raise ShelfwiseError(imported.summary())
    for arguments in (["seed"], ["run", "--select", "+fct_order_lines", "+dim_products"]):
        events, finished = run_dbt(
            settings,
            arguments,
            logs=settings.data_path / "logs",
            target=settings.data_path / "target",
            say=lambda _: None,
        )
        if finished.exit_code != 0:
            raise ShelfwiseError("dbt failed: " + "\n".join(events.errors or finished.last_lines(12)))
    with connect_build(settings) as connection:
        connection.execute(f"""
            copy (
                select
                    lines.customer_id,
                    lines.product_id as item_id,
                    lines.ordered_at,
                    lines.order_id as basket_id,
                    products.title,
                    lines.unit_price as price
                from (select * from fct_order_lines where {IS_PURCHASE}) as lines
                left join dim_products as products on lines.product_id = products.product_id
                order by lines.ordered_at, lines.order_line_id
            ) to {quote_text(str(path))} (format parquet)
        """)
