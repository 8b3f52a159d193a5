"""The tools as LangChain knows them. Importing this module imports LangChain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.tools import BaseTool, StructuredTool, ToolException

from lossclinic.tools.toolbox import DIAGNOSE, TOOLS, Tool, Toolbox, as_json
from lossclinic_kb.errors import LossclinicError

if TYPE_CHECKING:
    from lossclinic.clinic import Clinic


def one_tool(clinic: Clinic, root: Path | None = None) -> BaseTool:
    """Return one tool that diagnoses words, a log, or both.

    Args:
        clinic: Who diagnoses.
        root: The one folder in which the agent may name logs by path; None for no folder.
    """
    return _tool(DIAGNOSE, Toolbox(clinic, root))


def all_tools(clinic: Clinic, root: Path | None = None) -> list[BaseTool]:
    """Return every tool under the names and with the arguments that clients of MCP see; arguments as `one_tool`."""
    box = Toolbox(clinic, root)
    return [_tool(tool, box) for tool in TOOLS.values()]


def _tool(tool: Tool, box: Toolbox) -> BaseTool:
    def run(**given: Any) -> str:
        try:
            return as_json(box.use(tool, given))
        except LossclinicError as error:
            raise ToolException(str(error)) from error

    return StructuredTool(
        name=tool.name,
        description=tool.description,
        args_schema=tool.schema(paths=box.root is not None),
        func=run,
        handle_tool_error=True,
    )
