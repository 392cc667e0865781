"""Which nodes of a Citus cluster a statement would ask, read from its parse tree.

A distributed table is pinned where the statement holds its column equal to a parameter (one
employer), or to the rows of an array that comes with the statement (a batch).
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import pglast
from pglast import ast
from pglast.enums import A_Expr_Kind

from strp.store.engine.distribution import PLACEMENTS, Kind


class Route(StrEnum):
    """Where a statement goes, the cheapest first."""

    COORDINATOR = "no distributed table"
    ONE = "the node of one employer or person"
    BATCH = "the nodes of those in the statement's arrays"
    QUEUE = "the nodes of those whose tasks it takes"
    ALL = "every node"


class Routed(NamedTuple):
    """A verdict on a statement.

    Args:
        refused: what Citus would refuse in it.
    """

    route: Route
    refused: tuple[str, ...] = ()


Column = tuple[str, str]
_WORST_FIRST = list(reversed(Route))
_PARAMETER = re.compile(r"%\((\w+)\)[sb]|%[sbt]")


def route(statement: str) -> Routed:
    """Read where a statement of the store goes, as psycopg is given it."""
    names: dict[str, int] = {}

    def number(found: "re.Match[str]") -> str:
        return f"${names.setdefault(found[1] or str(len(names)), len(names) + 1)}"

    [parsed] = pglast.parse_sql(_PARAMETER.sub(number, statement))
    tree = parsed.stmt
    if isinstance(tree, ast.CopyStmt):  # each row goes to its node
        distributed = _kind(tree.relation.relname) is Kind.DISTRIBUTED
        return Routed(Route.BATCH if distributed else Route.COORDINATOR)
    reading = _Reading(tree)
    return Routed(reading.worst(), tuple(reading.refused()))


class _Reading:
    """One statement: its tables by alias, and which columns it holds equal to what."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self._tables: dict[str, str] = {}
        self._sources: dict[str, Route] = {}
        self._equal: dict[Column, set[Column | Route]] = {}
        self._written = [
            node.relation.relname for node in _walk(tree) if isinstance(node, ast.InsertStmt)
        ]
        for node in _walk(tree):
            if isinstance(node, ast.CommonTableExpr):
                self._sources[node.ctename] = _source(node.ctequery, self._sources)
        for node in _walk(tree):
            if isinstance(node, (ast.SelectStmt, ast.UpdateStmt, ast.DeleteStmt)):
                self._read_level(node)

    def worst(self) -> Route:
        """Of its tables, the one that is pinned the least."""
        routes = {Route.COORDINATOR}
        if any(_kind(table) is Kind.DISTRIBUTED for table in self._written):
            routes.add(Route.BATCH)  # each row goes to its node
        for alias, table in self._tables.items():
            if _kind(table) is Kind.DISTRIBUTED:
                pins = self._reach((alias, str(PLACEMENTS[table].column)))
                routes.add(min(pins, key=list(Route).index, default=Route.ALL))
        return next(each for each in _WORST_FIRST if each in routes)

    def refused(self) -> Iterator[str]:
        """What Citus does not do over several nodes."""
        if self.worst() is Route.ONE:
            return
        for node in _walk(self._tree):
            if isinstance(node, ast.SelectStmt) and "_advisory_" in repr(node.targetList):
                own = [each.relname for each in _ranges(node.fromClause)]
                if self.worst() is not Route.COORDINATOR and Kind.LOCAL not in map(_kind, own):
                    yield "an advisory lock on a node"
            if not _reads_distributed(node):
                continue
            if isinstance(node, ast.RangeSubselect) and node.lateral:
                query = node.subquery
                if query.limitOffset is not None or query.limitCount is not None:
                    yield "OFFSET or LIMIT in a look-up"
            if isinstance(node, ast.SelectStmt) and node.lockingClause:
                own = [each.relname for each in _ranges(node.fromClause)]
                if any(_kind(table) is Kind.DISTRIBUTED for table in own):
                    yield "a lock on rows"
            if isinstance(node, ast.UpdateStmt) and "concat_ws" in repr(node):
                yield "a function in UPDATE that is not immutable"

    def _read_level(self, node: Any) -> None:
        clauses = list(
            getattr(node, "fromClause", None) or getattr(node, "usingClause", None) or ()
        )
        target = getattr(node, "relation", None)
        own = [*([target] if target else []), *_ranges(clauses)]
        here = [self._enter(each) for each in own]
        here += [self._enter_other(each) for each in _others(clauses)]
        for condition in _conditions(node, clauses):
            self._read_equality(condition, here)
        for join in _walk_all(clauses):
            if isinstance(join, ast.JoinExpr) and join.usingClause:
                for column in join.usingClause:
                    for first in here:
                        for second in here:
                            self._hold((first, column.sval), (second, column.sval))

    def _enter(self, table: ast.RangeVar) -> str:
        alias: str = table.alias.aliasname if table.alias else table.relname
        if table.relname in self._sources:
            self._sources[alias] = self._sources[table.relname]
        elif table.relname in PLACEMENTS:
            self._tables[alias] = table.relname
            if _kind(table.relname) is Kind.LOCAL:
                self._sources[alias] = Route.QUEUE
        return alias

    def _enter_other(self, other: Any) -> str:
        alias: str = other.alias.aliasname if other.alias else ""
        if isinstance(other, ast.RangeFunction):
            self._sources[alias] = Route.BATCH
        if isinstance(other, ast.RangeSubselect):
            for table in _ranges(getattr(other.subquery, "fromClause", None) or ()):
                if _kind(table.relname) is Kind.DISTRIBUTED:
                    column = str(PLACEMENTS[table.relname].column)
                    inner = table.alias.aliasname if table.alias else table.relname
                    self._hold((alias, column), (inner, column))
        return alias

    def _read_equality(self, node: Any, here: list[str]) -> None:
        if not isinstance(node, ast.A_Expr) or [each.sval for each in node.name] != ["="]:
            return
        any_of = node.kind == A_Expr_Kind.AEXPR_OP_ANY
        left, right = self._side(node.lexpr, here, False), self._side(node.rexpr, here, any_of)
        if left is not None and right is not None:
            self._hold(left, right)

    def _side(self, node: Any, here: list[str], any_of: bool) -> "Column | Route | None":
        while isinstance(node, ast.TypeCast):
            node = node.arg
        if isinstance(node, ast.ParamRef):
            return Route.BATCH if any_of else Route.ONE
        if isinstance(node, ast.ColumnRef):
            parts = [each.sval for each in node.fields if isinstance(each, ast.String)]
            if len(parts) == 2:
                return (parts[0], parts[1])
            if len(parts) == 1 and len(here) == 1:
                return (here[0], parts[0])
        return None

    def _hold(self, left: "Column | Route", right: "Column | Route") -> None:
        for one, other in ((left, right), (right, left)):
            if not isinstance(one, Route):
                self._equal.setdefault(one, set()).add(other)

    def _reach(self, start: Column) -> set[Route]:
        """Everything that a column is held equal to."""
        found: set[Route] = set()
        seen: set[Column] = set()
        ahead: list[Column | Route] = [start]
        while ahead:
            at = ahead.pop()
            if isinstance(at, Route):
                found.add(at)
            elif at not in seen:
                seen.add(at)
                if at[0] in self._sources:
                    found.add(self._sources[at[0]])
                ahead += self._equal.get(at, ())
        return found


def _kind(table: str) -> Kind | None:
    return PLACEMENTS[table].kind if table in PLACEMENTS else None


def _source(query: Any, known: Mapping[str, Route]) -> Route:
    """What the rows of a common table expression come from; it may read earlier ones."""
    tables = [node.relname for node in _walk(query) if isinstance(node, ast.RangeVar)]
    if any(_kind(table) is Kind.DISTRIBUTED for table in tables):
        return Route.ALL
    is_queue = any(
        _kind(table) is Kind.LOCAL or known.get(table) is Route.QUEUE for table in tables
    )
    return Route.QUEUE if is_queue else Route.BATCH


def _reads_distributed(tree: Any) -> bool:
    return any(
        isinstance(node, ast.RangeVar) and _kind(node.relname) is Kind.DISTRIBUTED
        for node in _walk(tree)
    )


def _conditions(node: Any, clauses: list[Any]) -> Iterator[Any]:
    quals = [each.quals for each in _walk_all(clauses) if isinstance(each, ast.JoinExpr)]
    for top in (node.whereClause, *quals):
        yield from _conjuncts(top)


def _conjuncts(node: Any) -> Iterator[Any]:
    """The conditions that all hold: an OR holds none of its own."""
    if isinstance(node, ast.BoolExpr):
        if node.boolop == 0:
            for each in node.args:
                yield from _conjuncts(each)
    elif node is not None:
        yield node


def _ranges(clauses: Any) -> Iterator[ast.RangeVar]:
    """Tables of a FROM itself, not of the queries in it."""
    return (each for each in _walk_all(clauses) if isinstance(each, ast.RangeVar))


def _others(clauses: Any) -> Iterator[Any]:
    kinds = (ast.RangeFunction, ast.RangeSubselect)
    return (each for each in _walk_all(clauses) if isinstance(each, kinds))


def _walk_all(clauses: Any) -> Iterator[Any]:
    """Members of a FROM through its joins."""
    for each in clauses or ():
        yield each
        if isinstance(each, ast.JoinExpr):
            yield from _walk_all([each.larg, each.rarg])


def _walk(node: Any) -> Iterator[Any]:
    """A node and all nodes below it."""
    if isinstance(node, ast.Node):
        yield node
        for name in node:
            yield from _walk(getattr(node, name))
    elif isinstance(node, tuple):
        for each in node:
            yield from _walk(each)
