import json

import pytest

from latitude.core.spec import ToolSchema
from latitude.errors import UnknownName, UsageError
from latitude.tools.end_session import end_session_schema
from latitude.tools.registry import Toolbox

FILES = ["list_files", "read_file", "write_file", "edit_file", "move_file", "delete_file"]


def offered(selection: str | list[str], exit_tool: str | None = None) -> list[str]:
    return [schema.name for schema in Toolbox().offer(selection, exit_tool)]


def test_the_file_tools_come_in_one_order_with_the_exit_last() -> None:
    assert offered(["files"], "end_session") == [*FILES, "end_session"]
    assert offered(["write_file", "files", "list_files"], None) == FILES
    assert offered("write_file, list_files") == ["list_files", "write_file"]


def test_all_and_none() -> None:
    assert offered("all", "leave") == [*FILES, "leave"]
    assert offered("none", "leave") == ["leave"]
    assert offered("none") == []
    assert offered([]) == []


def test_what_this_machine_does_not_have_is_not_offered() -> None:
    assert offered(["files", "run", "preview", "web"]) == FILES


def test_a_wish_is_to_be_had_on_every_machine_and_is_not_among_all() -> None:
    assert offered(["files", "wish"], "leave") == [*FILES, "wish", "leave"]
    assert "wish" not in offered("all")


def test_a_person_who_asks_for_it_is_told_why() -> None:
    toolbox = Toolbox(absent={"run": "bubblewrap is not installed. Install it."})
    said = "run cannot be offered here. bubblewrap is not installed. Install it. Nothing was sent."
    with pytest.raises(UsageError, match=said):
        toolbox.offer("files,run", None)


def test_tools_of_the_provider_come_after_ours_and_before_the_exit() -> None:
    search = ToolSchema(name="web_search", description="", parameters={}, provided={"type": "s"})
    names = [one.name for one in Toolbox(provided=[search]).offer(["web", "files"], "leave")]
    assert names == [*FILES, "web_search", "leave"]
    assert Toolbox(provided=[search]).offer("files", None)[-1].name == "delete_file"


@pytest.mark.parametrize("selection", ["fils", ["fils"], "files,end_session", "", ",", "ALL"])
def test_an_unknown_name_is_answered_with_what_there_is(selection: str | list[str]) -> None:
    with pytest.raises(UnknownName, match=r"files \(list_files, read_file, .*\)"):
        Toolbox().offer(selection, "end_session")


def test_the_exit_cannot_take_the_name_of_a_tool() -> None:
    with pytest.raises(UsageError, match="cannot be called 'read_file'"):
        Toolbox().offer("none", "read_file")


def test_the_exit_takes_no_arguments_and_the_name_it_is_given() -> None:
    schema = end_session_schema("leave")
    assert schema.name == "leave"
    assert schema.parameters == {
        "type": "object",
        "properties": {},
        "additionalProperties": False,
    }


def test_schemas_are_plain_json_and_closed() -> None:
    for schema in Toolbox().offer("all", "end_session"):
        parameters = json.loads(json.dumps(schema.parameters))
        assert parameters["type"] == "object"
        assert parameters["additionalProperties"] is False
        assert set(parameters.get("required", [])) <= set(parameters["properties"])
        assert all(field["description"] for field in parameters["properties"].values())


def test_only_list_files_can_go_without_a_path() -> None:
    required = {
        schema.name: schema.parameters.get("required", [])
        for schema in Toolbox().offer("all", None)
    }
    assert required == {
        "list_files": [],
        "read_file": ["path"],
        "write_file": ["path", "content"],
        "edit_file": ["path", "old", "new"],
        "move_file": ["path", "to"],
        "delete_file": ["path"],
    }
