"""`pandan pack rollback`: an earlier version live again, and the orders of the withdrawn ones put right."""

from __future__ import annotations

import getpass
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click

from app.bootstrap import Services, line_of
from app.cli.output import choose, language, show
from app.cli.ready import ready
from app.domain.errors import Refused
from app.persistence import withdrawn
from app.persistence.book import SqlOrderBook
from app.persistence.database import reading, writing
from app.persistence.packs import LivePack, live_version
from app.persistence.reads.standing import Standing, standings
from app.persistence.shelf import SqlShelf
from app.processing.compensation import AGAIN, Compensation, Proposal, propose
from app.processing.publishing import restore

_AT_ONCE = 500
_WORDS = {
    Compensation.RELEASE: {"zh": "放行", "en": "release"},
    Compensation.HOLD: {"zh": "挂起", "en": "hold"},
    Compensation.REALLOCATE: {"zh": "重新分仓", "en": "allocate anew"},
    Compensation.ASK: {"zh": "已拣货，请人核对", "en": "picked: ask a person"},
    Compensation.NONE: {"zh": "不变", "en": "nothing"},
}


@dataclass(frozen=True, slots=True)
class Found:
    """One order of a withdrawn version: as it stands, and what is proposed for it."""

    standing: Standing
    proposal: Proposal


@click.command("rollback")
@click.argument("version", type=int)
@click.option("--note", default="")
@click.option("--apply", "apply_all", is_flag=True, help="Put the listed orders right. 按建议处理列出的订单。")
@click.option("--json", "as_json", is_flag=True)
def rollback_pack(version: int, note: str, apply_all: bool, as_json: bool) -> None:
    """Make an earlier version's content live again, as a new version. 恢复以前的版本。

    Lists the orders that the withdrawn versions decided and that are not shipped, each with what is proposed for it.
    Where that content is live already, only lists (and with --apply puts right) the orders that are left.
    """
    services = ready()
    made, versions = _restored(services, version, note)
    found = list(_found(services, versions))
    applied = _apply(services, made, found) if apply_all else None
    if as_json:
        show(
            {
                "version": made,
                "content_of": version,
                "withdrawn": versions,
                "affected": [_json(one) for one in found],
                "applied": applied,
            }
        )
        return
    _tell(version, made, found, applied)


def _restored(services: Services, version: int, note: str) -> tuple[int, list[int]]:
    """The live version's number, and the versions that are withdrawn."""
    now = services.clock.now()
    try:
        made = restore(SqlShelf(services.database), version, author=getpass.getuser(), note=note, now=now)
    except Refused as error:
        with reading(services.database) as db:
            versions, live = withdrawn.withdrawn_by(db, version), live_version(db)
        if error.code != "pack-live-already" or not versions or live is None:
            raise
        return live, versions
    with reading(services.database) as db:
        return made, withdrawn.withdrawn_by(db, version, made)


def _found(services: Services, versions: list[int]) -> Iterator[Found]:
    line, after = line_of(services, LivePack()), 0
    while True:
        with reading(services.database) as db:
            ids = withdrawn.affected(db, versions, after, _AT_ONCE)
            if not ids:
                return
            known = standings(db, ids)
            book = SqlOrderBook(db, services.sealer, looking=True)
            proposals = propose(book.by_ids(ids), known, book, line, services.clock.now())
        yield from (Found(known[one.order_id], one) for one in proposals)
        after = ids[-1]


def _apply(services: Services, version: int, found: list[Found]) -> dict[str, int]:
    again = [one.standing.order_id for one in found if one.proposal.kind in AGAIN]
    picked = [one.standing.order_id for one in found if one.proposal.kind is Compensation.ASK]
    now = services.clock.now()
    with writing(services.database) as db:
        decided = withdrawn.decide_again(db, again, now=now)
        asked = withdrawn.ask_about_picked(db, picked, now=now)
        withdrawn.tell_compensation(db, getpass.getuser(), version, decided, asked, now=now)
    return {"decided_again": decided, "asked": asked}


def _json(found: Found) -> dict[str, Any]:
    after = found.proposal.after
    return {
        "order": found.standing.tid,
        "shop": found.standing.shop_name,
        "outcome": found.standing.outcome,
        "proposal": str(found.proposal.kind),
        "would": str(after.outcome) if after else None,
    }


def _tell(version: int, made: int, found: list[Found], applied: dict[str, int] | None) -> None:
    click.echo(
        choose(f"版本 {version} 的内容已作为版本 {made} 生效。", f"Version {version} is live again as version {made}.")
    )
    for one in found:
        click.echo(f"  {one.standing.tid}  {one.standing.outcome}  {_WORDS[one.proposal.kind][language()]}")
    counts = Counter(one.proposal.kind for one in found)
    told = choose("，", ", ").join(f"{_WORDS[kind][language()]} {n}" for kind, n in counts.most_common())
    lead = choose(f"未发货 {len(found)} 单", f"{len(found)} orders not shipped")
    click.echo(f"{lead}{choose('：', ': ') if told else ''}{told}")
    if applied is not None:
        again, asked = applied["decided_again"], applied["asked"]
        click.echo(
            choose(
                f"{again} 单正在重新判定，{asked} 单已请主管核对。",
                f"{again} are being decided again; about {asked} the supervisor is asked.",
            )
        )
