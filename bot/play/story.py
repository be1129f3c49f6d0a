"""What play tells whoever watches: acts, sentences, quotations, progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

QUOTED = 150  # characters


class Story:
    """Prints as things happen. `errors`: to standard error, for when standard output carries the JSON."""

    def __init__(self, *, errors: bool = False) -> None:
        self._console = Console(stderr=errors, highlight=False, soft_wrap=True)
        self._acts = 0

    def act(self, title: str) -> None:
        self._acts += 1
        self._console.print(f"\n[bold]{self._acts}. {escape(title)}[/bold]")

    def say(self, text: str) -> None:
        self._console.print(f"   {escape(text)}")

    def quote(self, who: str, text: str) -> None:
        """Something that somebody reads or writes, shortened to a line or two."""
        line = " ".join(text.split())
        short = line if len(line) <= QUOTED else line[: QUOTED - 1] + "…"
        self._console.print(f"   [cyan]{escape(who)}[/cyan] [dim]│[/dim] [italic]{escape(short)}[/italic]")

    def fail(self, problems: list[str]) -> None:
        self._console.print("\n[bold red]Not everything was as it should be:[/bold red]")
        for problem in problems:
            self._console.print(f"   • {escape(problem)}", style="red")

    def end(self, text: str) -> None:
        self._console.print(f"\n[bold green]{escape(text)}[/bold green]")

    @contextmanager
    def progress(self, what: str, total: int) -> Iterator[Callable[[], None]]:
        """A bar of `total` steps; the given function is called after each."""
        bar = Progress(
            TextColumn("   {task.description}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
        )
        with bar:
            task = bar.add_task(what, total=total)
            yield lambda: bar.advance(task)
