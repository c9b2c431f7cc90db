"""Groupings: blocks in groups with all counts that a search needs, changed move by move.

Everything is counted in whole numbers, so that a grouping has the same counts however it came
about, on every machine: nothing is rounded on the way.
"""

from collections.abc import Sequence
from typing import NamedTuple

PARTS = 100
"""People are counted in hundredths, as a block's share of an estimate is no whole number; in finer
parts where hundredths are too coarse: see ``preparing``."""


class Task(NamedTuple):
    """What is to be put into groups, as plain lists, so that it can go to another process.

    Blocks are numbered from 0, people are in hundredths or finer parts.

    neighbours : of each block, the blocks that it shares a border with
    people : of each block
    kept : for each kept layer, of each block the units it lies in and the people in each
    weights : of each kept layer, whole numbers
    least, most : people of a group
    groups : how many groups
    apart : of some blocks, the blocks that may not be in their group
    border : what each border between blocks that groups cut costs, in parts of a person by
        weight: so little that it only chooses between plans that tear about as many
    """

    neighbours: list[list[int]]
    people: list[int]
    kept: list[list[list[tuple[int, int]]]]
    weights: list[int]
    least: int
    most: int
    groups: int
    apart: dict[int, list[int]]
    border: int


class Grouping:
    """Blocks in groups (numbered from 0), with the people that they tear and their balance."""

    def __init__(self, task: Task, group_of: Sequence[int]) -> None:
        self.task = task
        self.group_of = list(group_of)
        self.people = [0] * task.groups
        self.size = [0] * task.groups
        for block, group in enumerate(self.group_of):
            self.people[group] += task.people[block]
            self.size[group] += 1
        self.rows: list[list[dict[int, int]]] = []
        self.columns: list[list[dict[int, int]]] = []
        for units in task.kept:
            self._count_layer(units)
        self.row_most = [[max(row.values(), default=0) for row in rows] for rows in self.rows]
        self.column_most = [[max(c.values(), default=0) for c in some] for some in self.columns]
        self.in_rows = [sum(most) for most in self.row_most]
        self.in_columns = [sum(most) for most in self.column_most]
        self.counted = [sum(p for one in units for _, p in one) for units in task.kept]

    def _count_layer(self, units: list[list[tuple[int, int]]]) -> None:
        size = 1 + max((unit for one in units for unit, _ in one), default=-1)
        rows: list[dict[int, int]] = [{} for _ in range(self.task.groups)]
        columns: list[dict[int, int]] = [{} for _ in range(size)]
        for block, one in enumerate(units):
            group = self.group_of[block]
            for unit, people in one:
                rows[group][unit] = rows[group].get(unit, 0) + people
                columns[unit][group] = columns[unit].get(group, 0) + people
        self.rows.append(rows)
        self.columns.append(columns)

    @property
    def torn(self) -> list[int]:
        """Return the people torn from each kept layer: those of the mismatch, in parts."""
        both = zip(self.counted, self.in_rows, self.in_columns, strict=True)
        return [counted - max(rows, columns) for counted, rows, columns in both]

    @property
    def excess(self) -> int:
        """Return by how many people groups are too large or too small, together.

        Two blocks in a group that must be apart count as the people of a whole group, and where
        nobody lives as one.
        """
        least, most = self.task.least, self.task.most
        of_people = sum(max(least - p, p - most, 0) for p in self.people)
        return of_people + max(most, 1) * self.count_unparted()

    def count_unparted(self) -> int:
        """Count the pairs of blocks in one group that must be apart."""
        group_of = self.group_of
        pairs = ((a, b) for a, some in self.task.apart.items() for b in some if a < b)
        return sum(group_of[a] == group_of[b] for a, b in pairs)

    @property
    def cut(self) -> int:
        """Return how many borders between blocks the groups cut."""
        group_of = self.group_of
        both = enumerate(self.task.neighbours)
        return sum(group_of[a] != group_of[b] for a, some in both for b in some) // 2

    @property
    def weighted_torn(self) -> int:
        """Return the torn people of all kept layers, by weight."""
        weighted = zip(self.torn, self.task.weights, strict=True)
        return sum(torn * weight for torn, weight in weighted)

    @property
    def cost(self) -> int:
        """Return what the search makes small: torn people by weight, and borders."""
        return self.weighted_torn + self.task.border * self.cut

    def count_excess_change(self, people: int, old: int, new: int) -> int:
        """Return by how much the excess grows if people go from one group to another."""
        least, most = self.task.least, self.task.most
        a, b = self.people[old], self.people[new]
        c, d = a - people, b + people
        before = max(least - a, a - most, 0) + max(least - b, b - most, 0)
        return max(least - c, c - most, 0) + max(least - d, d - most, 0) - before

    def count_unparted_change(self, blocks: Sequence[int], old: int, new: int) -> int:
        """Return by how many pairs more must be apart and are not, if blocks change groups."""
        change = 0
        for block in blocks:
            for other in self.task.apart.get(block, ()):
                group = self.group_of[other]
                change += (group == new) - (group == old and other not in blocks)
        return change

    def count_cut_change(self, blocks: Sequence[int], old: int, new: int) -> int:
        """Return by how many borders more are cut if blocks go from one group to another."""
        change, group_of, inside = 0, self.group_of, set(blocks)
        for block in blocks:
            for other in self.task.neighbours[block]:
                if other not in inside:
                    group = group_of[other]
                    change += (group == old) - (group == new)
        return change

    def count_torn_change(self, kept: list[list[tuple[int, int]]], old: int, new: int) -> int:
        """Return by how much the torn people grow, by weight, if some go to another group.

        ``kept`` has, for each kept layer, the units and people of what goes.
        """
        change = 0
        for layer, units in enumerate(kept):
            rows, columns = self.rows[layer], self.columns[layer]
            row_most, column_most = self.row_most[layer], self.column_most[layer]
            left, joined = rows[old], rows[new]
            most_joined = row_most[new]
            most_left = row_most[old]
            is_most = False
            column_change = 0
            for unit, people in units:
                here = left[unit]
                if here == most_left:
                    is_most = True
                there = joined.get(unit, 0) + people
                if there > most_joined:
                    most_joined = there
                most = column_most[unit]
                if here == most:
                    rest = here - people
                    for group, count in columns[unit].items():
                        if group != old and count > rest:
                            rest = count
                    column_change += (there if there > rest else rest) - most
                elif there > most:
                    column_change += there - most
            row_change = most_joined - row_most[new]
            if is_most:
                gone = dict(units)
                rest = 0
                for unit, count in left.items():
                    count -= gone.get(unit, 0)
                    if count > rest:
                        rest = count
                row_change += rest - most_left
            a, b = self.in_rows[layer], self.in_columns[layer]
            c, d = a + row_change, b + column_change
            change += ((a if a > b else b) - (c if c > d else d)) * self.task.weights[layer]
        return change

    def shift(
        self, blocks: Sequence[int], kept: list[list[tuple[int, int]]], people: int, new: int
    ) -> None:
        """Put blocks of one group into another, and count on; ``kept``, ``people`` are theirs."""
        old = self.group_of[blocks[0]]
        for block in blocks:
            self.group_of[block] = new
        self.size[old] -= len(blocks)
        self.size[new] += len(blocks)
        self.people[old] -= people
        self.people[new] += people
        for layer, units in enumerate(kept):
            self._shift_layer(layer, units, old, new)

    def _shift_layer(self, layer: int, units: list[tuple[int, int]], old: int, new: int) -> None:
        left, joined = self.rows[layer][old], self.rows[layer][new]
        column_most = self.column_most[layer]
        for unit, people in units:
            column = self.columns[layer][unit]
            rest = left[unit] - people
            if rest:
                left[unit] = column[old] = rest
            else:
                del left[unit], column[old]
            joined[unit] = column[new] = joined.get(unit, 0) + people
            most = max(column.values())
            self.in_columns[layer] += most - column_most[unit]
            column_most[unit] = most
        row_most = self.row_most[layer]
        for group, row in ((old, left), (new, joined)):
            most = max(row.values(), default=0)
            self.in_rows[layer] += most - row_most[group]
            row_most[group] = most

    def is_connected_without(self, blocks: Sequence[int]) -> bool:
        """Tell whether a group stays in one piece, and does not end, if some blocks leave it."""
        neighbours, group_of = self.task.neighbours, self.group_of
        group = group_of[blocks[0]]
        if self.size[group] == len(blocks):
            return False
        seen = set(blocks)
        wanted = {n for block in blocks for n in neighbours[block] if group_of[n] == group} - seen
        if len(wanted) < 2:
            return True
        todo = [wanted.pop()]
        seen.add(todo[0])
        while todo:
            for block in neighbours[todo.pop()]:
                if group_of[block] == group and block not in seen:
                    seen.add(block)
                    wanted.discard(block)
                    if not wanted:
                        return True
                    todo.append(block)
        return False
