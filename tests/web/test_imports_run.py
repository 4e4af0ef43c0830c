"""The check, the import, its result and its undoing, on pages that survive a reload."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.jobs import current
from app.jobs.imports import run_import
from app.persistence.database import reading, writing
from app.persistence.goods import add_shop
from app.persistence.imports import change_import, read_import
from app.queue.wakeups import WORK, queue_of
from app.web.imports_words import pace_of, step_of

ClientOf = Callable[[str], FlaskClient]
FILE = (
    "订单编号,订单状态,收货人姓名,联系手机,商品编码,数量,实付金额,备用\n"
    "A-1,已付款,林小明,13800001234,TENT,1,10,x\nA-2,已付款,周婷,13800004321,TENT,2,much,x\nA-3,已付款,,,TENT,0,9,x\n"
)


@pytest.fixture
def clerk(services: Services, client_of: ClientOf) -> FlaskClient:
    with writing(services.database) as db:
        add_shop(db, "sheet", "excel", name="表格店", now=services.clock.now())
    current.hold(services, None)
    return client_of("clerk")


def _upload(clerk: FlaskClient, text: str = FILE) -> str:
    token = re.findall('name="csrf_token" value="([^"]+)"', clerk.get("/imports/").text)[0]
    data = {"csrf_token": token, "shop": "sheet", "as": "live", "file": (io.BytesIO(text.encode()), "七月.csv")}
    answer = clerk.post("/imports/", data=data)
    assert answer.status_code == 303
    return str(answer.location.split("/")[2])


def _checked(clerk: FlaskClient, text: str = FILE) -> str:
    import_id = _upload(clerk, text)
    assert clerk.post(f"/imports/{import_id}/check").location == f"/imports/{import_id}/check"
    run_import(import_id)
    return import_id


def test_the_check_tells_what_is_ready_and_what_is_wrong_by_row_and_column(clerk: FlaskClient) -> None:
    import_id = _checked(clerk)
    page = clerk.get(f"/imports/{import_id}/check").text
    assert "导入这 1 个订单" in page
    assert "金额看不懂" in page
    assert "第 3 行：「much」不是金额" in page
    assert "数量不大于 0" in page
    assert "林**" in page
    assert "138****1234" in page
    assert "13800001234" not in page
    assert clerk.get(f"/imports/{import_id}").location == f"/imports/{import_id}/check"


def test_while_it_runs_the_page_asks_again_and_says_when_no_worker_is_there(
    clerk: FlaskClient, services: Services
) -> None:
    import_id = _upload(clerk)
    clerk.post(f"/imports/{import_id}/check")
    page = clerk.get(f"/imports/{import_id}/check").text
    assert "every 1s" in page
    assert "后台任务没有运行" in page
    assert "可以关掉这一页" in page
    queue_of(WORK, services.redis).empty()
    run_import(import_id)
    assert "every 1s" not in clerk.get(f"/imports/{import_id}/check").text


def test_a_page_that_was_left_behind_leads_on(clerk: FlaskClient) -> None:
    import_id = _checked(clerk)
    clerk.post(f"/imports/{import_id}/go")
    assert clerk.get(f"/imports/{import_id}/check").location == f"/imports/{import_id}/progress"
    run_import(import_id)
    polled = clerk.get(f"/imports/{import_id}/progress", headers={"HX-Request": "true"})
    assert polled.headers["HX-Redirect"] == f"/imports/{import_id}/result"


def test_the_result_gives_the_error_workbook_and_takes_the_mended_one(clerk: FlaskClient) -> None:
    import_id = _checked(clerk)
    clerk.post(f"/imports/{import_id}/go")
    run_import(import_id)
    page = clerk.get(f"/imports/{import_id}/result").text
    assert "看这次导入的订单" in page
    assert 'action="/imports/"' in page
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"/imports/{import_id}/errors").data))
    assert "much" in {cell.value for row in book.worksheets[0] for cell in row}


def test_columns_put_right_by_a_person_are_remembered_and_can_be_forgotten(clerk: FlaskClient) -> None:
    first = _upload(clerk)
    clerk.post(f"/imports/{first}/columns", data={"column": "7", "field": "seller_memo"})
    clerk.post(f"/imports/{first}/check")
    again = _upload(clerk)
    page = clerk.get(f"/imports/{again}/columns").text
    assert "沿用上次的对法（clerk，" in page
    assert re.search('id="field-7".*?value="seller_memo" selected', page, re.DOTALL)
    forgotten = clerk.post(f"/imports/{again}/columns", data={"forget": "1"}, headers={"HX-Request": "true"}).text
    assert "沿用上次" not in forgotten
    assert "沿用上次" not in clerk.get(f"/imports/{_upload(clerk)}/columns").text


def test_a_check_that_nobody_corrected_is_not_remembered(clerk: FlaskClient) -> None:
    _checked(clerk)
    assert "沿用上次" not in clerk.get(f"/imports/{_upload(clerk)}/columns").text


def test_an_import_is_undone_at_one_press_and_only_once(clerk: FlaskClient, services: Services) -> None:
    import_id = _checked(clerk)
    clerk.post(f"/imports/{import_id}/go")
    run_import(import_id)
    assert "撤销这次导入" in clerk.get(f"/imports/{import_id}/result").text
    assert clerk.post(f"/imports/{import_id}/undo").location == f"/imports/{import_id}/result"
    page = clerk.get(f"/imports/{import_id}/result").text
    assert "正在撤销" in page
    assert "every 1s" in page
    assert clerk.post(f"/imports/{import_id}/undo").status_code == 400
    now = services.clock.now()
    told = {"actor": "clerk", "at": now, "removed": 4, "kept": {"picked": 1}}
    with writing(services.database) as db:
        change_import(db, import_id, state="undone", undo=told)
    page = clerk.get(f"/imports/{import_id}/result").text
    assert "取出了 4 个订单" in page
    assert "仓库已经拣货或发货" in page


def test_a_refused_check_leads_back_to_the_columns(clerk: FlaskClient, services: Services) -> None:
    import_id = _upload(clerk)
    with writing(services.database) as db:
        change_import(db, import_id, state="failed", code="too-many-rows", details={"rows": 600_000})
    page = clerk.get(f"/imports/{import_id}", follow_redirects=True).text
    assert "文件超过 600000 行" in page
    assert f"/imports/{import_id}/columns" in page


def test_nothing_personal_goes_into_the_audit(clerk: FlaskClient, services: Services) -> None:
    import_id = _checked(clerk)
    clerk.post(f"/imports/{import_id}/go")
    with reading(services.database) as db:
        rows = [tuple(row) for row in db.exec_driver_sql("SELECT action, target, details FROM audit")]
        assert read_import(db, import_id)["actor"] == "clerk"
    assert {"import.upload", "import.check", "import.go"} <= {row[0] for row in rows}
    assert not any(word in str(rows) for word in ("林小明", "13800001234", "七月"))


def test_the_sample_file_goes_through_by_itself(clerk: FlaskClient) -> None:
    text = clerk.get("/imports/sample.csv").text
    page = clerk.get(f"/imports/{_checked(clerk, text)}/check").text
    assert "导入这 2 个订单" in page
    assert "要改的地方" not in page


def test_pace_is_told_from_what_is_done() -> None:
    pace = pace_of({"done": 500, "rows": 2000, "started_at": 100, "told_at": 110}, now=112)
    assert (pace.per_second, pace.left) == (50, 30)
    waiting = pace_of({"done": 0, "rows": 0}, now=112)
    assert (waiting.per_second, waiting.left) == (0, None)


@pytest.mark.parametrize(
    ("state", "dry_run", "step"),
    [
        ("draft", True, "columns"), ("running", True, "check"), ("failed", True, "check"), ("checked", True, "check"),
        ("running", False, "progress"), ("interrupted", False, "progress"), ("failed", False, "result"),
        ("done", False, "result"), ("undoing", False, "result"), ("undone", False, "result"),
    ],
)  # fmt: skip
def test_every_state_has_its_step(state: str, dry_run: bool, step: str) -> None:
    assert step_of({"state": state, "dry_run": dry_run}) == step
