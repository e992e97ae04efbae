"""What belongs together in a picture: from a machine, a subnet or a hop to the internet, by the keys of the parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from .arrows import Arrow
from .layout import Layout


class Trails:
    """The parts of a picture that light up together."""

    def __init__(self, picture: Layout) -> None:
        self._from: defaultdict[str, list[Arrow]] = defaultdict(list)
        for arrow in picture.arrows:
            self._from[arrow.ends[0]].append(arrow)

    def of(self, *keys: str) -> str:
        """Return the keys of these parts and of all on the way from them to the internet, as a list in words."""
        found = [*keys, *(step for key in keys for step in self._onward(key))]
        return " ".join(dict.fromkeys(found))

    def _onward(self, key: str) -> Iterator[str]:
        for arrow in self._from[key]:
            yield from (arrow.key, *arrow.ends)
            for next_one in self._from[arrow.ends[1]]:
                if next_one.leads_in is arrow.leads_in:
                    yield from (next_one.key, *next_one.ends)
