"""Commands that bring in areas and history."""

from datetime import datetime
from enum import Enum
from pathlib import Path

import typer
from rich.table import Table

from dashboard.commands.console import (
    DEFAULT,
    ConfigPath,
    console,
    fail,
    progress_bar,
    read_config,
    ready_desk,
    refuse_demo,
)
from dashboard.config.load import ConfigError, load_translation
from dashboard.connectors.records import FeedError
from dashboard.domain.areas import Level
from dashboard.domain.calendars import shanghai_day
from dashboard.runtime import utc_now
from dashboard.services import area_import, case_import
from dashboard.services.area_import import Fields
from geo.boundaries import BoundaryError, Finding
from geo.crs import UnknownCrs

MOST_FINDINGS = 30
LevelName = Enum("LevelName", {level.name: level.name.lower() for level in Level})  # type: ignore[misc]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (import_areas, import_cases):
        app.command()(command)


def import_areas(
    file: Path,
    config: ConfigPath = DEFAULT,
    code: str = typer.Option("code", help="Field with the code: 6, 9, 12, 15 or 18 digits, which give the level."),
    name: str = typer.Option("name", help="Field with the name."),
    parent: str = typer.Option(None, help="Field with the parent's code; else the code or the place tells it."),
    households: str = typer.Option(None, help="Field with the number of households."),
    residents: str = typer.Option(None, help="Field with the number of residents."),
    address: str = typer.Option(None, help="Field with a building's address."),
    crs: str = typer.Option(None, help="What the coordinates really are: EPSG:…, gcj02 or bd09; overrides the file."),
    layer: str = typer.Option(None, help="Layer of a GeoPackage."),
    where: str = typer.Option(None, help='Which features to take, such as "building IS NOT NULL".'),
    level: LevelName = typer.Option(None, help="The file has no codes: number its areas, all of this level."),
    valid_from: datetime = typer.Option(None, formats=["%Y-%m-%d"], help="First day of the areas; today unless given."),
    tolerance: float = typer.Option(50.0, help="Square metres of gap, overlap or overhang that nobody minds."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say what would happen."),
) -> None:
    """Import areas from GeoJSON, GeoPackage or Shapefile; with an error among the findings nothing is imported."""
    desk, now = ready_desk(read_config(config)), utc_now()
    refuse_demo(desk)
    first_day = valid_from.date() if valid_from else shanghai_day(now)
    fields = Fields(code, name, parent, households, residents, address, Level[level.name] if level else None)
    try:
        with console.status(f"Reading {file} …"):
            outcome = area_import.import_areas(
                desk,
                file,
                fields,
                first_day,
                now,
                crs=crs,
                layer=layer,
                where=where,
                tolerance=tolerance,
                dry_run=dry_run,
            )
    except (BoundaryError, UnknownCrs) as error:
        fail(str(error))
    _show(outcome.findings)
    if outcome.is_refused:
        fail("Nothing was imported: mend the errors above first.")
    if dry_run:
        console.print("Nothing was imported (--dry-run); without it this file would be.")
        return
    console.print(
        f"Areas: {outcome.new} new, {outcome.changed} changed, {outcome.unchanged} unchanged, {outcome.ended} ended, "
        f"valid from {first_day}"
    )


def _show(findings: list[Finding]) -> None:
    """The findings as a table, errors first."""
    if not findings:
        console.print("No findings: the areas fit together.")
        return
    table = Table("", "Code", "Finding")
    ordered = sorted(findings, key=lambda finding: (finding.severity != "error", finding.code))
    for finding in ordered[:MOST_FINDINGS]:
        table.add_row(finding.severity, finding.code, finding.message)
    console.print(table)
    if len(ordered) > MOST_FINDINGS:
        console.print(f"… and {len(ordered) - MOST_FINDINGS} more")


def import_cases(
    file: Path,
    mapping: Path = typer.Option(..., help="The mapping file; docs/sources.md has a complete example."),
    config: ConfigPath = DEFAULT,
) -> None:
    """Import history from CSV, XLSX or Parquet as cases without clocks; interrupted, run it again to go on."""
    settings = read_config(config)
    try:
        source = load_translation(mapping, settings)
    except ConfigError as error:
        fail(str(error))
    desk = ready_desk(settings)
    refuse_demo(desk)
    try:
        with progress_bar("Importing") as (progress, task):
            result = case_import.import_cases(
                desk,
                file,
                source,
                utc_now(),
                lambda done, total: progress.update(task, completed=done, total=total),
                lambda what: progress.update(task, description=what),
            )
    except FeedError as error:
        fail(f"{file}: {error}")
    if result.is_known:
        console.print(f"{file} was imported before; nothing to do.")
        return
    console.print(
        f"{result.rows:,} rows: {result.new:,} new cases, {result.changed:,} changed, "
        f"{result.duplicate:,} known already, {result.quarantined:,} in quarantine"
        + (f"; went on after row {result.skipped:,}" if result.skipped else "")
    )
    for flag, count in sorted(result.flags.items(), key=lambda pair: -pair[1]):
        console.print(f"  {flag}: {count:,}")
