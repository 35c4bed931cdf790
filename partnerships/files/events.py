"""What happens to files, told to whoever listens."""

from dataclasses import dataclass

from partnerships.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFailed(Event):
    """A file that was sent can never be shown; `problem` is one of `FileProblem`, nothing of it is kept."""

    file_id: int
    account_id: int  # whose content it was
    problem: str
