"""The command, run as people run it: one JSON document on standard output, exit status 0, 1 or 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.persistence import tables as t
from app.persistence.database import connect, reading
from app.persistence.packs import LivePack

ROOT = Path(__file__).parents[2]
PACK = str(ROOT / "rule_packs" / "apparel-default.json")


def pandan(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    env = {"PANDAN_HOME": str(home), "PATH": "/usr/bin:/bin", "PANDAN_LANG": "en", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *words], capture_output=True, text=True, env=env, check=False
    )


def answer(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_decide_spends_the_stock_in_file_order(tmp_path: Path) -> None:
    order = {"province": "浙江省", "city": "杭州市", "paid": 100, "lines": [{"sku": "A", "quantity": 3}]}
    (tmp_path / "o.jsonl").write_text("\n".join(json.dumps({"id": str(n), **order}) for n in range(3)), "utf-8")
    (tmp_path / "w.csv").write_text("code,province,city,latitude,longitude\nHZ,浙江省,杭州市,30.2,120\n", "utf-8")
    (tmp_path / "s.csv").write_text("warehouse,sku,on_hand\nHZ,A,7\n", "utf-8")
    files = [
        f"--{name}={tmp_path / file}"
        for name, file in (("orders", "o.jsonl"), ("warehouses", "w.csv"), ("stock", "s.csv"))
    ]
    done = pandan("decide", f"--pack={PACK}", *files, "--json", home=tmp_path)
    decisions = answer(done)["decisions"]
    assert (done.returncode, [d["outcome"] for d in decisions]) == (0, ["allocated", "allocated", "backordered"])
    assert decisions[0]["fulfilments"][0]["warehouse"] == "HZ"


def test_a_sound_pack_passes_its_check(tmp_path: Path) -> None:
    done = pandan("pack", "check", PACK, "--json", home=tmp_path)
    assert (done.returncode, answer(done)["ok"]) == (0, True)


@pytest.mark.parametrize("what", ["pack", "order"])
def test_a_schema_is_printed_as_one_document(tmp_path: Path, what: str) -> None:
    done = pandan(what, "schema", home=tmp_path)
    assert (done.returncode, answer(done)["$schema"]) == (0, "https://json-schema.org/draft/2020-12/schema")


def test_a_broken_pack_fails_its_check_with_a_path_for_each_fault(tmp_path: Path) -> None:
    document = json.loads(Path(PACK).read_text("utf-8"))
    document["allocation"]["rules"][0]["when"]["all"][0]["field"] = "target.covers_ordr"
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(document), "utf-8")
    done = pandan("pack", "check", str(broken), "--json", home=tmp_path)
    assert done.returncode == 1
    assert [d["path"] for d in answer(done)["diagnostics"]] == ["allocation/rules/0/when/all/0/field"]


def test_a_published_version_can_be_listed_and_exported_unchanged(tmp_path: Path) -> None:
    assert pandan("pack", "publish", PACK, "--note", "first", home=tmp_path).returncode == 0
    (version,) = answer(pandan("pack", "list", "--json", home=tmp_path))["versions"]
    assert (version["live"], version["note"]) == (True, "first")
    assert pandan("pack", "export", "1", str(tmp_path / "out.json"), home=tmp_path).returncode == 0
    assert json.loads((tmp_path / "out.json").read_bytes()) == json.loads(Path(PACK).read_bytes())


def test_an_earlier_version_goes_live_again_as_a_new_one_and_the_audit_says_so(tmp_path: Path) -> None:
    document = json.loads(Path(PACK).read_text("utf-8"))
    (tmp_path / "other.json").write_text(json.dumps(document | {"note": {"zh": "二", "en": "two"}}), "utf-8")
    for file in (PACK, str(tmp_path / "other.json")):
        assert pandan("pack", "publish", file, home=tmp_path).returncode == 0
    done = pandan("pack", "rollback", "1", "--note", "two was wrong", "--json", home=tmp_path)
    told = {"version": 3, "content_of": 1, "withdrawn": [2], "affected": [], "applied": None}
    assert (done.returncode, answer(done)) == (0, told)
    versions = answer(pandan("pack", "list", "--json", home=tmp_path))["versions"]
    assert (versions[0]["version"], versions[0]["live"], versions[0]["note"]) == (3, True, "two was wrong")
    assert versions[0]["hash"] == versions[2]["hash"]
    engine = connect(f"sqlite:///{tmp_path / 'pandan.db'}")
    with reading(engine) as db:
        rows = db.execute(select(t.audit.c.action, t.audit.c.target).order_by(t.audit.c.id)).all()
        live = LivePack()
        live.refresh(engine)
    assert [tuple(row) for row in rows] == [("pack.publish", "1"), ("pack.publish", "2"), ("pack.rollback", "3")]
    assert live.version == 3


@pytest.mark.parametrize("version", ["1", "7"])
def test_going_back_to_the_live_version_or_to_none_is_refused(tmp_path: Path, version: str) -> None:
    assert pandan("pack", "publish", PACK, home=tmp_path).returncode == 0
    done = pandan("pack", "rollback", version, home=tmp_path)
    assert (done.returncode, version in done.stderr) == (1, True)
    assert len(answer(pandan("pack", "list", "--json", home=tmp_path))["versions"]) == 1


def test_a_backup_goes_into_a_new_home_and_says_what_it_brought(tmp_path: Path) -> None:
    old, new, file = tmp_path / "old", tmp_path / "new", str(tmp_path / "copy.tar")
    assert pandan("shop", "add", "s1", "--platform", "pdd", home=old).returncode == 0
    taken = pandan("backup", file, "--json", home=old)
    assert (taken.returncode, answer(taken)["orders"], answer(taken)["key"]) == (0, 0, "file")
    put = pandan("restore", file, "--json", home=new)
    assert (put.returncode, answer(put)["kept"]) == (0, None)
    assert pandan("shop", "add", "s1", "--platform", "pdd", home=new).returncode == 1
    again = pandan("restore", file, home=new)
    assert (again.returncode, "--replace" in again.stderr) == (1, True)
    assert pandan("restore", PACK, home=tmp_path / "third").returncode == 1


def test_a_shops_key_is_shown_once_as_json(tmp_path: Path) -> None:
    made = answer(pandan("shop", "add", "s1", "--platform", "pdd", "--json", home=tmp_path))
    assert made["shop"] == "s1"
    assert len(made["api_key"]) > 20
    again = pandan("shop", "add", "s1", "--platform", "pdd", home=tmp_path)
    assert (again.returncode, "s1" in again.stderr) == (1, True)


def test_a_shop_of_a_platform_nobody_knows_is_added_when_that_is_meant(tmp_path: Path) -> None:
    assert "api_key" in answer(
        pandan("shop", "add", "x", "--platform", "ebay", "--new-platform", "--json", home=tmp_path)
    )
    assert pandan("shop", "add", "y", "--platform", "E bay", "--new-platform", home=tmp_path).returncode == 1


@pytest.mark.parametrize("words", [("nonsense",), ("shop", "add", "s1"), ("shop", "add", "s1", "--platform", "ebay")])
def test_wrong_usage_ends_with_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert pandan(*words, home=tmp_path).returncode == 2


def test_a_bad_stock_file_changes_nothing_and_names_every_row(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("warehouse,sku,on_hand\nXX,A,1\nYY,B,1\n", "utf-8")
    done = pandan("stock", "set", str(tmp_path / "s.csv"), home=tmp_path)
    assert done.returncode == 1
    assert "XX" in done.stderr
    assert "YY" in done.stderr
