"""What programs may ask: five tools over one clinic, the same for LangChain agents and for clients of MCP."""

from lossclinic.tools.toolbox import TOOLS, Toolbox

__all__ = ["TOOLS", "Toolbox"]
