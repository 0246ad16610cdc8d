"""Online Retail as a file of order lines: its days imported, cleaned by the project's own models, and written out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from shelfwise.errors import ShelfwiseError
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.online_retail import import_online_retail
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
    for verb in (["seed"], ["run", "--select", "+fct_order_lines", "+dim_products"]):
        done = subprocess.run(
            [str(Path(sys.executable).with_name("dbt")), *verb, "--target-path", str(settings.data_path / "target")],
            cwd=settings.project_dir,
            env=settings.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise ShelfwiseError(f"dbt failed: {done.stdout[-2_000:]}")
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
                from fct_order_lines as lines
                left join dim_products as products on lines.product_id = products.product_id
                where
                    lines.line_type = 'sale'
                    and lines.customer_id is not null
                    and lines.product_id is not null
                    and lines.quantity > 0
                    and lines.unit_price > 0
                order by lines.ordered_at, lines.order_line_id
            ) to {quote_text(str(path))} (format parquet)
        """)
