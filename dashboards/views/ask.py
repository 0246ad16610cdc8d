"""Ask: one's own SQL over the published marts, with what there is to ask, and the answer as a file."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pandas as pd
import pyarrow.parquet as pq
import streamlit as st

from dashboards import downloads, formats, layout
from dashboards.ask.questions import MEMORY, ROW_LIMIT, SECONDS, Answer, Desk, QuestionError
from dashboards.layout import Shop

SHOWN_ROWS = 1_000
RESULT_KEY = "ask_result"
EXAMPLES = {
    "Revenue by month": """select
    date_trunc('month', metric_date) as month,
    namespace,
    sum(net_revenue) as net_revenue,
    sum(order_count) as order_count
from daily_metrics
where segment_type = 'all'
group by all
order by month, namespace""",
    "Customers to win back": """select customer_id, country, recency_days, order_count, net_revenue
from customer_rfm
where segment = 'At risk'
order by net_revenue desc
limit 100""",
    "What sells together": """select
    product.title as product,
    other.title as bought_with,
    basket_affinity.order_count,
    round(basket_affinity.lift, 1) as lift
from basket_affinity
join dim_products as product using (product_id)
join dim_products as other on other.product_id = basket_affinity.other_product_id
where basket_affinity.rank = 1
order by basket_affinity.order_count desc
limit 50""",
    "Rows set aside, by reason": """select source_name, table_name, reason, count(*) as row_count
from quarantined_rows
group by all
order by row_count desc""",
}


@dataclass(frozen=True)
class Result:
    """What was asked of which version, and the answer or why there is none."""

    path: str
    sql: str
    answer: Answer | None
    problem: str = ""


@st.cache_resource(show_spinner=False)
def desk() -> Desk:
    """Return the one desk of this server."""
    return Desk()


def page() -> None:
    """Draw the page."""
    context = layout.begin(
        "Ask", "Any question that SQL can put to the published marts, of all shops and times. Nothing is changed."
    )
    shop = layout.require_shop(context)
    columns = shop.warehouse.query("ask/columns")
    left, right = st.columns([5, 3], gap="large")
    with right:
        schema_browser(columns)
    with left:
        question(shop)
        result = st.session_state.get(RESULT_KEY)
        if result is not None and result.path == shop.warehouse.path:
            show(result)
        elif result is not None:
            st.info("A new version has been published since: ask again.")


def question(shop: Shop) -> None:
    """Draw the editor; ask when it is told to."""
    example = st.selectbox(
        "Start from an example",
        list(EXAMPLES),
        index=None,
        placeholder="Choose one",
        key="example",
        on_change=take_over,
    )
    del example  # its callback has put it into the editor
    with st.form("ask", border=False):
        sql = st.text_area(
            "SQL (DuckDB's dialect)",
            height=220,
            key="sql",
            bind="query-params",
            placeholder="select * from daily_metrics limit 100",
        )
        is_asked = st.form_submit_button("Ask", shortcut="Ctrl+Enter")
    st.caption(
        f"One SELECT, at most {formats.count(ROW_LIMIT)} rows, {SECONDS} seconds and {MEMORY} of memory. "
        "The address of this page holds the question, so it can be sent to others."
    )
    if is_asked:
        with st.spinner("Asking…"):
            st.session_state[RESULT_KEY] = ask(shop.warehouse.path, sql or "")


def take_over() -> None:
    """Put the chosen example into the editor."""
    if st.session_state.get("example"):
        st.session_state["sql"] = EXAMPLES[st.session_state["example"]]


def ask(path: str, sql: str) -> Result:
    """Return the answer to a question, or why there is none."""
    try:
        return Result(path, sql, desk().ask(path, sql))
    except QuestionError as error:
        return Result(path, sql, None, str(error))


def show(result: Result) -> None:
    """Show the answer."""
    if result.answer is None:
        st.error("**There is no answer.**")
        st.code(formats.without_folders(result.problem), language=None, wrap_lines=True)
        return
    answer = result.answer
    rows = answer.rows.num_rows
    said = f"{formats.counted(rows, 'row')} in {answer.seconds:.2f} s"
    if answer.is_cut:
        st.warning(f"**Only the first {formats.counted(rows, 'row')}:** there are more. Group, or ask for fewer.")
    if rows > SHOWN_ROWS:
        said += f"; the first {formats.count(SHOWN_ROWS)} are shown, a download has all"
    layout.table(readable(answer, SHOWN_ROWS), key="answer")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{said}.", width="content")
        st.download_button(
            "↓ CSV", lambda: downloads.to_csv(readable(answer)), "answer.csv", "text/csv", on_click="ignore"
        )
        st.download_button(
            "↓ Parquet",
            lambda: parquet(answer),
            "answer.parquet",
            "application/vnd.apache.parquet",
            on_click="ignore",
        )


def readable(answer: Answer, row_count: int | None = None) -> pd.DataFrame:
    """Return the first rows as a frame; of columns with one name the later ones are numbered."""
    table = answer.rows if row_count is None else answer.rows.slice(0, row_count)
    return pd.DataFrame(table.rename_columns(distinct(table.column_names)).to_pandas())


def parquet(answer: Answer) -> bytes:
    """Return the answer as a Parquet file, with DuckDB's types."""
    file = io.BytesIO()
    pq.write_table(answer.rows.rename_columns(distinct(answer.rows.column_names)), file, compression="zstd")
    return file.getvalue()


def distinct(names: list[str]) -> list[str]:
    """Return names of which none comes twice."""
    found: dict[str, int] = {}
    result = []
    for name in names:
        found[name] = found.get(name, 0) + 1
        result.append(name if found[name] == 1 else f"{name}_{found[name]}")
    return result


def schema_browser(columns: pd.DataFrame) -> None:
    """Show the tables and their columns."""
    st.subheader("What there is to ask", anchor=False)
    needle = st.text_input("Find a table or column", key="schema", placeholder="revenue, customer, …")
    words = (needle or "").lower().split()
    tables = [(str(name), frame) for name, frame in columns.groupby("table_name", sort=True)]
    found = [(name, frame) for name, frame in tables if matches(words, name, frame)]
    if not found:
        st.info(f"No table or column is called like “{needle}”.")
        return
    names = [name for name, _ in found]
    first = names.index("daily_metrics") if "daily_metrics" in names else 0
    chosen = st.selectbox(f"Table ({len(found)} of {len(tables)})", names, index=first, key="table")
    frame = dict(found).get(str(chosen), found[0][1])
    st.caption(f"{formats.count(int(frame['row_count'].iloc[0]))} rows")
    st.markdown(formats.plain(str(frame["table_description"].iloc[0] or "").split("\n")[0]))
    layout.table(
        frame[["column_name", "data_type", "description"]],
        height=420,
        column_config={
            "column_name": st.column_config.TextColumn("Column", pinned=True),
            "data_type": st.column_config.TextColumn("Type", width="small"),
            "description": st.column_config.TextColumn("Meaning", width="large"),
        },
    )


def matches(words: list[str], name: str, frame: pd.DataFrame) -> bool:
    """Tell whether a table has all words in its name, its description or its columns' names."""
    text = " ".join([name, str(frame["table_description"].iloc[0]), *frame["column_name"]]).lower()
    return all(word in text for word in words)


page()
