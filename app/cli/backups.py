"""`pandan backup` and `pandan restore`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.bootstrap import assemble
from app.cli.output import choose, show
from app.cli.safekeeping.archive import Json
from app.cli.safekeeping.restoring import Restored
from app.cli.safekeeping.restoring import restore as put_back
from app.cli.safekeeping.taking import back_up
from app.settings import load_settings


def _tell(zh: str, en: str) -> None:
    sys.stderr.write(choose(zh, en) + "\n")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def backup(file: Path, as_json: bool) -> None:
    """Copy the running system to one file. 备份。

    The file holds the key to personal data: keep it as safe as the system itself.
    """
    file = file.resolve()
    manifest = back_up(file, assemble(), _tell)
    counts, stream, size = manifest["counts"], manifest["stream"], file.stat().st_size
    if as_json:
        show({"file": str(file), "bytes": size, **_said(manifest), "accepted": stream["accepted"],
              "waiting": stream["entries"], "key": manifest["key"]})  # fmt: skip
        return
    click.echo(
        choose(
            f"已备份到 {file}（{size} 字节，订单 {counts['orders']}，等待处理 {stream['entries']}）。",
            f"Backed up to {file} ({size} bytes, {counts['orders']} orders, {stream['entries']} waiting).",
        )
    )
    if manifest["key"] == "file":
        click.echo(
            choose(
                "文件里有打开个人信息的密钥，请像保管系统本身一样保管它。",
                "It holds the key to personal data: keep it as safe as the system itself.",
            )
        )
    else:
        click.echo(
            choose(
                "密钥不在文件里，请另外保管 PANDAN_SECRET_KEY。", "Keep PANDAN_SECRET_KEY too: it is not in the file."
            )
        )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Keep the home's present files aside under a dated name.")
@click.option("--json", "as_json", is_flag=True)
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Put a backup back while nothing runs. 恢复备份。"""
    manifest, restored = put_back(file.resolve(), load_settings(), replace=replace, tell=_tell)
    if as_json:
        show(_restored(file, manifest, restored))
        return
    click.echo(
        choose(
            f"已恢复 {manifest['taken_at']} 的备份：订单 {manifest['counts']['orders']}，等待处理 {restored.backlog}。",
            f"Restored the backup of {manifest['taken_at']}: {manifest['counts']['orders']} orders, "
            f"{restored.backlog} waiting.",
        )
    )
    if restored.kept:
        click.echo(choose(f"原来的文件在 {restored.kept}。", f"The former files are in {restored.kept}."))


def _said(manifest: Json) -> Json:
    counts = manifest["counts"]
    return {
        "version": manifest["version"],
        "taken_at": manifest["taken_at"],
        "revision": manifest["revision"],
        "database": manifest["database"],
        "orders": counts["orders"],
        "receipts": counts["receipts"],
    }


def _restored(file: Path, manifest: Json, restored: Restored) -> Json:
    return {
        "file": str(file),
        **_said(manifest),
        "accepted": restored.accepted,
        "backlog": restored.backlog,
        "imports": len(restored.imports),
        "kept": str(restored.kept) if restored.kept else None,
    }


COMMANDS: list[click.Command] = [backup, restore]
