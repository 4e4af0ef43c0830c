"""Commands about rule packs."""

from __future__ import annotations

import getpass
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson
from sqlalchemy import select

from app.bootstrap import Services
from app.cli.output import choose, problem_json, problem_lines, show
from app.cli.ready import FILE, read_pack_file, ready
from app.cli.rollbacks import rollback_pack
from app.persistence import tables as t
from app.persistence.database import reading
from app.persistence.packs import read_document
from app.persistence.reads.packs import latest_records
from app.persistence.reads.rule_names import known_names
from app.persistence.shelf import SqlShelf
from app.processing.examples import decide_example
from app.processing.publishing import Wish, names_exist, publish
from app.processing.second_opinion import HISTORY, Opinion, gate_check, opinion_of
from app.rulebook.check import Report, check_pack
from app.rulebook.escalation import calendar_warnings
from app.rulebook.json_schemas import pack_schema


def report_json(report: Report) -> dict[str, Any]:
    """A report in the contract's shape."""
    return {
        "ok": report.ok,
        "diagnostics": [problem_json(problem) for problem in report.diagnostics],
        "examples": {"passed": report.passed, "failed": report.failed},
        "coverage": report.coverage,
    }


@click.group()
def pack() -> None:
    """Rule packs: check, publish, list, roll back, export. 规则包。"""


@pack.command()
@FILE
@click.option("--json", "as_json", is_flag=True)
def check(file: Path, as_json: bool) -> None:
    """Check a pack's shape, types and examples. 检查规则包。"""
    document = read_pack_file(file)
    report = check_pack(document, decide_example)
    # Coverage is told of what could be loaded.
    opinion = opinion_of(document, report.diagnostics) if report.coverage else Opinion()
    report.diagnostics += opinion.problems
    if report.ok:
        report.diagnostics += calendar_warnings(document, int(time.time()))
    if as_json:
        show({**report_json(report), "second_opinion": opinion.as_json()})
    else:
        for line in problem_lines(report.diagnostics):
            click.echo(line)
        total = report.passed + report.failed
        click.echo(choose(f"例子通过 {report.passed}/{total}。", f"Examples passed: {report.passed}/{total}."))
        for line in _told(opinion):
            click.echo(line)
    sys.exit(0 if report.ok else 1)


def _told(opinion: Opinion) -> list[str]:
    """What the second opinion looked at, where there is one."""
    if opinion.failure or not opinion.orders:
        return []
    asked = len(opinion.precomputed)
    told = choose(
        f"第二意见：{opinion.orders} 张订单，两个引擎一致 {opinion.agreed} 次；{asked} 条规则里有条件由本程序先算好。",
        f"Second opinion: {opinion.orders} orders, the engines agree {opinion.agreed} times; of {asked} rules it was "
        "handed the answer to some condition.",
    )
    left = choose(f"有 {opinion.left_out} 张订单没有比较。", f"{opinion.left_out} orders were left out.")
    return [told, left] if opinion.left_out else [told]


@pack.command("publish")
@FILE
@click.option("--note", default="")
@click.option("--json", "as_json", is_flag=True)
def publish_pack(file: Path, note: str, as_json: bool) -> None:
    """Check a pack and make it the live one; warnings need a note. 发布规则包，有警告时要写说明。"""
    services = ready()
    wish = Wish(read_pack_file(file), getpass.getuser(), note)
    second = gate_check(partial(_history, services))
    with reading(services.database) as db:
        known = known_names(db)
    shelf = SqlShelf(services.database)
    done = publish(shelf, wish, now=services.clock.now(), further=[names_exist(known), second])
    if as_json:
        warnings = [problem_json(problem) for problem in done.gate.warnings]
        show({"version": done.number, "sections": list(done.sections), "warnings": warnings})
        return
    for line in problem_lines([*done.gate.warnings, *done.gate.notes]):
        click.echo(line, err=True)
    click.echo(choose(f"已发布为版本 {done.number}。", f"Published as version {done.number}."))


def _history(services: Services) -> list[bytes]:
    with reading(services.database) as db:
        return latest_records(db, HISTORY)


@pack.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_packs(as_json: bool) -> None:
    """Published versions, newest first. 已发布的版本。"""
    columns = ("version", "pack", "hash", "author", "note", "published_at", "live", "follows", "restores")
    with reading(ready().database) as db:
        statement = select(*(t.pack_versions.c[c] for c in columns)).order_by(t.pack_versions.c.version.desc())
        rows = [{str(k): v for k, v in row._mapping.items()} for row in db.execute(statement)]
    if as_json:
        show({"versions": rows})
        return
    for row in rows:
        click.echo(f"{'*' if row['live'] else ' '} {row['version']:>4}  {row['pack']}  {row['author']}  {row['note']}")


@pack.command("export")
@click.argument("version", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_pack(version: int, file: Path) -> None:
    """Write a published version's document to a file. 导出版本。"""
    with reading(ready().database) as db:
        document = read_document(db, version)
    file.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")


@pack.command("schema")
def schema_of_packs() -> None:
    """Print the JSON Schema of rule packs. 规则包的 JSON Schema。"""
    show(pack_schema())


pack.add_command(rollback_pack)

COMMANDS: list[click.Command] = [pack]
