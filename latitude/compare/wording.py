"""The words for the cells of a table, its columns seen as a whole."""

import math
from collections.abc import Iterable, Sequence

from latitude.compare.figures import Column, ColumnKind, Interval, Row, Table, Value
from latitude.compare.words import (
    ANECDOTE,
    NOT_TOLD,
    decimals_for,
    floor_of_p,
    interval,
    is_anecdote,
    label,
    measure,
    number,
    p_value,
)

_MEASURES: tuple[ColumnKind, ...] = ("share", "number", "money")


class Wording:
    """The words for the cells of one table: numbers of a column agree in their decimals."""

    def __init__(self, table: Table) -> None:
        self._columns = table.columns
        self._units = _units_of(table.columns)
        self._decimals = _decimals_of(table)
        self._floors = _floors_of(table.columns)

    def unit(self, position: int) -> ColumnKind:
        """Return the kind that a column is measured in: for an interval that of its estimate."""
        return self._units[position]

    def decimals(self, position: int) -> int:
        """Return the decimals that the numbers of a column are shown with."""
        return self._decimals[position]

    def cell(self, row: Row, position: int) -> str:
        """Return one cell, clean, without what :meth:`beside` says of it."""
        value, column = row.values[position], self._columns[position]
        if isinstance(value, Interval):
            return interval(value, self._units[position], self._decimals[position])
        if value is None or value == "":
            return NOT_TOLD
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return label(value)
        if column.kind == "p" and math.isfinite(value):
            return p_value(value, self.floor(row, position))
        if column.kind == "count" and math.isfinite(value):
            return number(value)
        return measure(value, self._units[position], self._decimals[position])

    def beside(self, row: Row, position: int) -> str:
        """Return what must be said of a cell: an n of 1 is an anecdote, a p has its floor."""
        value = row.values[position]
        if is_anecdote(self._columns[position], value):
            return ANECDOTE
        floor = self.floor(row, position)
        if floor is None or not isinstance(value, int | float):
            return ""
        return floor_of_p(value, floor)

    def floor(self, row: Row, position: int) -> float | None:
        """Return the smallest p that a cell could hold, where that is known."""
        at = self._floors.get(position)
        floor = None if at is None else row.values[at]
        return float(floor) if isinstance(floor, int | float) else None

    @property
    def shown(self) -> tuple[int, ...]:
        """The columns that people see: a floor stands beside its p, not in a column."""
        hidden = self._floors.values()
        return tuple(at for at in range(len(self._columns)) if at not in hidden)


def _units_of(columns: Sequence[Column]) -> list[ColumnKind]:
    """An interval is one of the share, number or money that stands before it."""
    units: list[ColumnKind] = []
    estimated: ColumnKind = "number"
    for column in columns:
        if column.kind in _MEASURES:
            estimated = column.kind
        units.append(estimated if column.kind == "interval" else column.kind)
    return units


def _decimals_of(table: Table) -> list[int]:
    decimals: list[int] = []
    for position, column in enumerate(table.columns):
        own = decimals_for(_numbers(row.values[position] for row in table.rows))
        after = column.kind == "interval" and position > 0
        decimals.append(max(decimals[-1], own) if after and decimals[-1] else own)
    return decimals


def _numbers(values: Iterable[Value | Interval]) -> list[float]:
    found: list[float] = []
    for value in values:
        if isinstance(value, Interval):
            found += [value.low, value.high]
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.append(float(value))
    return found


def _floors_of(columns: Sequence[Column]) -> dict[int, int]:
    """A column ``p_floor`` says the smallest value that the column ``p`` could have."""
    places = {column.name: position for position, column in enumerate(columns)}
    return {
        position: places[f"{column.name}_floor"]
        for position, column in enumerate(columns)
        if column.kind == "p" and f"{column.name}_floor" in places
    }
