"""The connections of a trace that is a CSV file, as texts."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from .errors import CannotSimulate
from .trace_columns import Values, check_columns


def csv_rows(path: Path) -> Iterator[tuple[str, Values]]:
    """Yield where each connection stands, file and line, and its texts. Raise `CannotSimulate` for what is no CSV."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            check_columns(list(reader.fieldnames or []), f"{path}:1: the first line")
            for values in reader:
                yield f"{path}:{reader.line_num}", values
    except OSError as error:
        raise CannotSimulate(f"{path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise CannotSimulate(f"{path} is not a CSV file in UTF-8: {error}") from error
