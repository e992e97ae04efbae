"""Sets of whole numbers, as ordered intervals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Intervals:
    """A set of whole numbers: intervals with both ends in them, ordered, with gaps in between. Made by `of`."""

    spans: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int]]) -> Intervals:
        """Unite intervals of any order that may overlap or touch."""
        united: list[tuple[int, int]] = []
        for first, last in sorted(spans):
            if united and first <= united[-1][1] + 1:
                united[-1] = (united[-1][0], max(united[-1][1], last))
            else:
                united.append((first, last))
        return cls(tuple(united))

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return sum(last - first + 1 for first, last in self.spans)

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __contains__(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.spans)

    def __or__(self, other: Intervals) -> Intervals:
        return Intervals.of((*self.spans, *other.spans))

    def __and__(self, other: Intervals) -> Intervals:
        return Intervals(tuple(_common(self.spans, other.spans)))

    def __sub__(self, other: Intervals) -> Intervals:
        return Intervals(tuple(_rest(self.spans, other.spans)))


def _common(some: tuple[tuple[int, int], ...], others: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    at = 0
    for first, last in some:
        while at < len(others) and others[at][1] < first:
            at += 1
        for start, end in others[at:]:
            if start > last:
                break
            yield max(first, start), min(last, end)


def _rest(some: tuple[tuple[int, int], ...], others: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    at = 0
    for first, last in some:
        left = first
        while at < len(others) and others[at][1] < first:
            at += 1
        for start, end in others[at:]:
            if start > last:
                break
            if start > left:
                yield left, start - 1
            left = end + 1
        if left <= last:
            yield left, last
