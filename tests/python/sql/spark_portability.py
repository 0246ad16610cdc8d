"""Rules that keep a model's SQL the same for DuckDB and Spark; engine differences belong in dispatched macros.

What is written in a model (and in what it hands to a macro) may use only functions known to exist and to mean the same
on both engines. The whole statement, with the macros' Spark versions, has to parse as Spark and avoid the constructs
that Spark lacks or answers differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlglot
from spark_rendering import MACRO_BEGIN, MACRO_END, Rendered
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Both engines document these alike. Add one only after comparing, nulls and negative numbers included. (max_by and
# min_by are alike where their first argument is never null: DuckDB skips such rows.)
PORTABLE_FUNCTIONS = _words(
    """
    abs avg cast ceil coalesce count count_if cume_dist date dense_rank exp extract first_value floor greatest
    lag last_value lead least left length ln lower lpad ltrim max max_by md5 median min min_by nullif ntile percent_rank
    percentile_cont power rank regexp_extract replace round row_number rpad rtrim split_part sqrt stddev_samp substring
    sum trim try_cast upper
    """
)

REMEDIES = {
    "array_agg": "its order is not defined on Spark: collect in a macro",
    "concat": "null is skipped by DuckDB and contagious on Spark: use ||, with coalesce",
    "date_diff": "use {{ dbt.datediff(…) }}",
    "date_trunc": "use {{ dbt.date_trunc(…) }}",
    "dayofweek": "Sunday is 0 on DuckDB and 1 on Spark: use {{ iso_day_of_week(…) }}",
    "epoch": "use {{ seconds_between(…) }}",
    "generate_series": "use {{ date_spine(…) }}",
    "hash": "differs by engine: use {{ surrogate_key(…) }}",
    "log": "base 10 on DuckDB, e on Spark: use ln or log10 in a macro",
    "regexp_matches": "use {{ regex_match(…) }}",
    "strftime": "use a macro",
    "unnest": "use a macro; Spark has explode",
}

# Words that stand before a bracket without being functions.
_KEYWORDS = _words(
    """
    all and any as between by case cross decimal distinct else except exists filter from full group having in inner
    intersect interval is join left like not on or order over outer partition qualify right select semi some then
    union using values when where with within
    """
)
_TYPES_OF_DUCKDB = _words("blob hugeint json text ubigint uhugeint uinteger usmallint utinyint uuid varchar")
_FORBIDDEN_TOKENS = {
    TokenType.ARROW: "-> is JSON on DuckDB: use a macro",
    TokenType.DARROW: "->> is not Spark: use a macro",
    TokenType.L_BRACKET: "list literals and indexes differ (arr[1] is the second on Spark): use a macro",
    TokenType.L_BRACE: "struct literals are not Spark: use a macro",
    TokenType.TILDE: "~ is a regular expression on DuckDB only: use {{ regex_match(…) }}",
}
_FORBIDDEN_WORDS = {
    "asof": "asof joins are not Spark",
    "exclude": "`select * exclude` is not Spark: name the columns",
    "positional": "positional joins are not Spark",
}


def violations(rendered: Rendered) -> list[str]:
    """Return what keeps a rendered model from meaning the same on Spark, in the words of a reviewer."""
    found = list(_violations_of_text(_without_macro_output(rendered.sql)))
    for argument in rendered.macro_arguments:
        found += _violations_of_text(argument)
    try:
        trees = sqlglot.parse(rendered.sql, read="spark")
    except SqlglotError as error:
        return [*found, f"does not parse as Spark: {error}"]
    if len(trees) != 1 or trees[0] is None:
        return [*found, "is not one statement"]
    return [*found, *_violations_of_tree(trees[0])]


def _without_macro_output(sql: str) -> str:
    """Put a null in place of what dispatched macros gave, nested ones too."""
    innermost = re.compile(
        rf"{re.escape(MACRO_BEGIN)}(?:(?!{re.escape(MACRO_BEGIN)}).)*?{re.escape(MACRO_END)}", flags=re.DOTALL
    )
    count = 1
    while count:
        sql, count = innermost.subn(" null ", sql)
    return sql


def _violations_of_text(sql: str) -> Iterator[str]:
    try:
        tokens = sqlglot.tokenize(sql, read="spark")
    except SqlglotError as error:
        yield f"cannot be read: {error}"
        return
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        word = token.text.lower()
        if sql[token.start] == '"':
            yield f'"{token.text}" is a string on Spark: no double quotes'
        elif token.token_type == TokenType.STRING:
            continue
        elif token.token_type in _FORBIDDEN_TOKENS:
            yield _FORBIDDEN_TOKENS[token.token_type]
        elif word in _FORBIDDEN_WORDS:
            yield _FORBIDDEN_WORDS[word]
        elif _is_cast_target(before, after) and word in _TYPES_OF_DUCKDB:
            yield f"type {word} is not Spark's: a text is `string`"
        elif after is not None and after.token_type == TokenType.L_PAREN and _is_unknown_function(word):
            remedy = REMEDIES.get(word, "try it on both engines and add it to PORTABLE_FUNCTIONS, or write a macro")
            yield f"{word}(): {remedy}"


def _is_unknown_function(word: str) -> bool:
    return bool(re.fullmatch(r"[a-z_]\w*", word)) and not (
        word in PORTABLE_FUNCTIONS or word in _KEYWORDS or word.startswith("dbt__")
    )


def _is_cast_target(before: Token | None, after: Token | None) -> bool:
    if before is None:
        return False
    in_cast = before.token_type == TokenType.ALIAS and after is not None and after.token_type == TokenType.R_PAREN
    return in_cast or before.token_type == TokenType.DCOLON


def _violations_of_tree(tree: exp.Expression) -> Iterator[str]:
    for node in tree.walk():
        text = node.sql("spark")
        if isinstance(node, (exp.Sum, exp.Avg)) and _is_boolean(node.this):
            yield f"{text}: Spark does not add booleans: use count_if or a case"
        elif isinstance(node, exp.Window) and isinstance(node.this, exp.Count) and node.find(exp.Distinct):
            yield f"{text}: Spark has no count(distinct) over a window"
        elif isinstance(node, exp.Div) and not _is_safe_divisor(node.expression):
            yield f"{text}: Spark stops at a division by zero: nullif the divisor"
        elif isinstance(node, exp.Order) and isinstance(node.parent, exp.Func):
            yield f"{text}: Spark has no order within an aggregate"
        elif isinstance(node, exp.SetOperation) and node.args.get("by_name"):
            yield "union by name is not Spark: name the columns on both sides"
        elif isinstance(node, exp.Sub) and _is_time(node.this) and _is_time(node.expression):
            yield f"{text}: a difference of dates or times has another type on Spark: dbt.datediff or seconds_between"


def _is_boolean(node: exp.Expression) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Cast):
        return False
    return isinstance(node, (exp.Predicate, exp.Connector, exp.Not, exp.Boolean)) or (
        isinstance(node, exp.Column) and node.name.startswith(("is_", "has_"))
    )


def _is_safe_divisor(node: exp.Expression) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Cast):
        return _is_safe_divisor(node.this)
    if isinstance(node, exp.Greatest):
        return any(argument.is_number and float(argument.name) > 0 for argument in (node.this, *node.expressions))
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Star):
        return node.parent_select is not None and node.parent_select.args.get("group") is not None
    return isinstance(node, exp.Nullif) or node.find(exp.Column, exp.Func) is None


def _is_time(node: exp.Expression) -> bool:
    return isinstance(node, exp.Column) and node.name.endswith(("_at", "_date"))
