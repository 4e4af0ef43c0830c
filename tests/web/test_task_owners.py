"""Whose what is: by role, by name, handed over, given back; nothing is anybody's that nobody sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.people import add_user, set_active
from app.persistence.reads.groups import all_groups
from app.persistence.reads.work_counts import count_work, unowned
from tests.line.house import NOW, House, a_trade
from tests.web.conftest import PASSWORD
from tests.web.desk_hands import BIG, all_of, do, key, open_task, rows, undo_in
from tests.web.test_people import ids


@pytest.fixture
def of(client_of: Callable[[str], FlaskClient], services: Services) -> Callable[[str], FlaskClient]:
    """Logs in whoever is asked for; 小林 is a second supervisor."""
    with writing(services.database) as db:
        add_user(db, "小林", PASSWORD, "supervisor", now=NOW)
    return client_of


def test_what_is_handed_to_a_role_waits_there(of: Callable[[str], FlaskClient], house: House) -> None:
    house.post(a_trade("1", **BIG))
    boss, clerk = of("supervisor"), of("clerk")
    assert rows(clerk) == []
    answer = do(boss, "hand", key(house, "1"), to="role:clerk", remark="问一下买家")
    assert (rows(boss), rows(clerk)) == ([], [key(house, "1")])
    assert "问一下买家" in clerk.get(f"/tasks/open?key={key(house, '1')}").text
    boss.post(undo_in(answer))
    assert (rows(boss), rows(clerk)) == ([key(house, "1")], [])


def test_who_takes_something_has_it_alone(of: Callable[[str], FlaskClient], house: House, services: Services) -> None:
    house.post(a_trade("1", **BIG))
    task = open_task(services, owner="supervisor")
    boss, other = of("supervisor"), of("小林")
    do(other, "take", key(house, "1"), task)
    assert rows(boss) == []
    assert sorted(rows(other)) == sorted(rows(other, "/tasks/?whose=name")) == sorted([key(house, "1"), task])
    assert "小林" in boss.get("/tasks/?whose=all").text


def test_another_hold_is_the_rules_again(of: Callable[[str], FlaskClient], house: House) -> None:
    house.post(a_trade("1", **BIG))
    boss = of("supervisor")
    do(boss, "hand", key(house, "1"), to="name:小林")
    assert rows(boss) == []
    house.word("1", "hold", {"reason": "by-hand", "note": ""})
    house.drain()
    assert house.orders()["1"] == ("held", "by-hand")
    assert rows(of("clerk")) == [key(house, "1")]


def test_what_waited_for_a_person_goes_back_to_the_role_when_they_leave(
    of: Callable[[str], FlaskClient],
    house: House,
    services: Services,
) -> None:
    house.post(a_trade("1", **BIG))
    task = open_task(services, owner="supervisor")
    boss = of("supervisor")
    do(boss, "hand", key(house, "1"), task, to="name:小林")
    assert rows(boss) == []
    off = {"active": "no"}
    told = of("administrator").post(f"/users/{ids(services)['小林']}/active", data=off, follow_redirects=True)
    assert "2 件回到角色手里" in told.text
    assert sorted(rows(boss)) == sorted([key(house, "1"), task])
    assert do(boss, "hand", task, to="name:小林").status_code == 400


@pytest.mark.parametrize(
    ("off", "role", "told"),
    [
        (["clerk"], "supervisor", "没有在岗的客服，由主管处理"),
        (["clerk", "supervisor", "小林"], "administrator", "没有在岗的客服，由管理员处理"),
    ],
)
def test_the_next_role_up_sees_what_nobody_of_a_role_can(
    of: Callable[[str], FlaskClient], house: House, services: Services, off: list[str], role: str, told: str
) -> None:
    task = open_task(services)
    with writing(services.database) as db:
        for name in off:
            set_active(db, ids(services)[name], False)
    page = of(role).get("/tasks/").text
    assert f'data-key="{task}"' in page
    assert told in page


def test_nothing_is_unowned_unless_the_tables_are_changed_behind_the_program(
    of: Callable[[str], FlaskClient],
    house: House,
    services: Services,
) -> None:
    house.post(a_trade("1", **BIG), a_trade("2", ("NONE", 1)), a_trade("3", ("B", 99)))
    do(of("supervisor"), "hand", key(house, "1"), to="name:小林")
    with reading(services.database) as db:
        counts = count_work(db, NOW, frozenset(), all_groups(db))
        assert unowned(db, counts) == 0
    with writing(services.database) as db:
        db.execute(t.users.update().where(t.users.c.name == "小林").values(active=False))
    with reading(services.database) as db:
        assert unowned(db, counts) == 1


def test_each_role_does_what_it_may(of: Callable[[str], FlaskClient], house: House, services: Services) -> None:
    house.post(a_trade("1", **BIG))
    task = open_task(services, owner="warehouse")
    warehouse, viewer = of("warehouse"), of("viewer")
    assert rows(warehouse) == [task]
    assert do(warehouse, "release", key(house, "1")).status_code == 403
    assert do(warehouse, "done", task).status_code == 200
    assert do(viewer, "take", key(house, "1")).status_code == 403
    assert '<form id="desk"' not in viewer.get("/tasks/?whose=all").text
    assert house.orders()["1"] == ("held", "big-value")


def test_only_who_did_it_takes_it_back(of: Callable[[str], FlaskClient], house: House, services: Services) -> None:
    task = open_task(services)
    answer = do(of("clerk"), "done", task)
    assert of("supervisor").post(undo_in(answer)).status_code == 404
    assert all_of(services, t.tasks)[0].closed_by == "clerk"
