"""`python -m bench [--quick] [NAME ...]`: run all measures, or those that are named."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout

from . import captions, lateness, mails, media, pages, plans, shifts, starts, statements, ticks, uploads, workers
from .figures import QUICK, WHOLE, Extent, Figure, tell

MEASURES: Mapping[str, Callable[[Extent], Iterator[Figure]]] = {
    "statements": statements.measure,
    "starts": starts.measure,
    "pages": pages.measure,
    "mails": mails.measure,
    "plans": plans.measure,
    "shifts": shifts.measure,
    "ticks": ticks.measure,
    "lateness": lateness.measure,
    "workers": workers.measure,
    "captions": captions.measure,
    "media": media.measure,
    "uploads": uploads.measure,
}


def main(words: Sequence[str] | None = None) -> None:
    """Measure what `words` (or the command line) ask for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure speed and memory.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which measures: {', '.join(MEASURES)} (all)")
    parser.add_argument("--quick", action="store_true", help="less of everything, in less than a minute")
    asked = parser.parse_args(words)
    if unknown := set(asked.names) - set(MEASURES):
        parser.error(f"there is no measure called {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    figures = sys.stdout
    with redirect_stdout(sys.stderr):  # what the application says meanwhile
        for name in asked.names or MEASURES:
            for figure in MEASURES[name](QUICK if asked.quick else WHOLE):
                tell(figure, figures)


if __name__ == "__main__":
    main()
