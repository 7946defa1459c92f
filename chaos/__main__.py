"""`make chaos`: break the bot for two minutes, and see what came of it."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator

import click

from chaos.campaign import Report, Tell, undisturbed
from chaos.databases import databases
from chaos.keeper import loads
from chaos.scenarios import BOTH, SCENARIOS, Scenario, run

HEAD = (
    "scenario",
    "database",
    "crises",
    "blows",
    "kills",
    "deliveries",
    "lost",
    "doubled",
    "disordered",
    "stuck",
)
SHOWN = 20
"""So many findings are told in full."""


def progress(what: str) -> Tell:
    """A line that fills up on a terminal, a dot for each crisis elsewhere."""
    began = time.monotonic()

    def tell(over: int, of: int) -> None:
        if sys.stderr.isatty():
            bar = ("#" * (20 * over // of)).ljust(20, "-")
            sys.stderr.write(f"\r{what:<24} [{bar}] {over}/{of}  {time.monotonic() - began:.0f} s ")
        else:
            sys.stderr.write(".")
        if over == of:
            sys.stderr.write("\n")
        sys.stderr.flush()

    return tell


def table(reports: list[Report]) -> str:
    """What came of it, a line for each scenario."""
    rows = [(*HEAD, "longest", "lease")]
    for one in reports:
        found = one.verdict
        wrong = (found.lost, found.doubled, found.disordered, found.stuck)
        counts = (one.crises, one.blows, one.kills, found.deliveries, *map(len, wrong))
        figures = (*map(str, counts), f"{found.longest:.1f} s", f"{2 * one.patience:g} s")
        rows.append((one.scenario, one.database, *figures))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def findings(reports: list[Report]) -> Iterator[str]:
    """Everything that went wrong, in words."""
    for one in reports:
        for name in ("lost", "doubled", "disordered", "stuck"):
            yield from (
                f"{one.scenario} on {one.database}: {name}: {each}" for each in getattr(one.verdict, name)
            )


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), help="Only on this one.")
@click.option("--scenario", type=click.Choice(list(SCENARIOS)), multiple=True, help="Only these.")
@click.option("--seed", type=int, help="Chance; told at the beginning of each run.")
@click.option("--crises", type=int, help="How many in each scenario (or steps; 0 for all of them).")
@click.option("--patience", type=float, help="Half of a lease, in seconds; the product's own is 5.")
def main(
    database: str | None,
    scenario: tuple[str, ...],
    seed: int | None,
    crises: int | None,
    patience: float | None,
) -> None:
    """Kill the real bot, its database and its Slack, at every step and at random; fail if anything is lost."""
    seed = int(time.time()) if seed is None else seed
    click.echo(f"seed {seed}; {loads()}", err=True)
    reports = asyncio.run(_all(scenario, database, seed, crises, patience))
    click.echo(table(reports))
    wrong = list(findings(reports))
    for line in wrong[:SHOWN]:
        click.echo(line)
    sys.exit(1 if wrong else 0)


async def _all(
    chosen: tuple[str, ...], only: str | None, seed: int, crises: int | None, patience: float | None
) -> list[Report]:
    reports = []
    for kind in [only] if only else BOTH:
        with databases(kind) as places:
            expected = await undisturbed(places)
            for name, plan in _played(chosen, kind, short=not (chosen or only)):
                report = await run(
                    name,
                    places,
                    expected,
                    crises=plan.crises if crises is None else crises,
                    seed=seed,
                    patience=patience or plan.patience,
                    tell=progress(f"{name} on {kind}"),
                )
                reports.append(report)
    return reports


def _played(chosen: tuple[str, ...], kind: str, *, short: bool) -> Iterator[tuple[str, Scenario]]:
    for name, plan in SCENARIOS.items():
        if name in (chosen or SCENARIOS) and kind in (plan.short if short else plan.on):
            yield name, plan


if __name__ == "__main__":
    main()
