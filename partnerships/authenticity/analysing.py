"""Run analysers on one version. A child process: run, not imported, so that none of them can harm the worker.

`python -m partnerships.authenticity.analysing MATERIAL NAME…` reads the material from a file of JSON and writes, for
each analyser named, one line to standard output as soon as it is done: its outcome.
"""

import sys
from pathlib import Path

from partnerships.authenticity.rules.analysers import BY_NAME
from partnerships.authenticity.rules.signals import Material, examine, outcome_to_json
from partnerships.files.confinement import confine_this_process


def main(path: str, *names: str) -> None:
    """Do the work of the child process: confine itself, let each analyser look, report."""
    confine_this_process()
    material = Material.from_json(Path(path).read_text("utf-8"))
    for name in names:
        sys.stdout.write(outcome_to_json(examine(BY_NAME[name], material)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
