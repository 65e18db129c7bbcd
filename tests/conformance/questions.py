"""Tools and a prompt that ask the client before they answer: several rounds, with the server's state in between.

https://modelcontextprotocol.io/seps/2322-MRTR
"""

from typing import Any

from conformance.contents import EXAMPLE
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp.shared.exceptions import MCPError
from mcp_types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
    ListRootsRequest,
    ListRootsResult,
    SamplingMessage,
    TextContent,
)

Call = Context[Any, Any]
Answer = str | InputRequiredResult


def add(server: MCPServer[Any]) -> None:
    for tool in TOOLS:
        server.tool(description=EXAMPLE)(tool)
    server.prompt(description=EXAMPLE)(test_input_required_result_prompt)


def form(message: str, field: str, kind: str = "string") -> ElicitRequest:
    schema = {"type": "object", "properties": {field: {"type": kind}}, "required": [field]}
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def _sampling(words: str, most_tokens: int) -> CreateMessageRequest:
    message = SamplingMessage(role="user", content=TextContent(type="text", text=words))
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=[message], max_tokens=most_tokens))


def filled_in(ctx: Call, key: str, field: str) -> Any:
    """What the person has put into this field of the form asked for under the key; None while it has not come."""
    answer = (ctx.input_responses or {}).get(key)
    return (answer.content or {}).get(field) if isinstance(answer, ElicitResult) else None


async def test_input_required_result_elicitation(ctx: Call) -> Answer:
    name = filled_in(ctx, "user_name", "name")
    if name:
        return f"Hello, {name}!"
    return InputRequiredResult(input_requests={"user_name": form("What is your name?", "name")})


async def test_input_required_result_sampling(ctx: Call) -> Answer:
    answer = (ctx.input_responses or {}).get("capital_question")
    if isinstance(answer, CreateMessageResult):
        return f"The model said: {answer.content}"
    return InputRequiredResult(input_requests={"capital_question": _sampling("What is the capital of France?", 100)})


async def test_input_required_result_list_roots(ctx: Call) -> Answer:
    answer = (ctx.input_responses or {}).get("client_roots")
    if isinstance(answer, ListRootsResult):
        return f"Roots: {[str(root.uri) for root in answer.roots]}"
    return InputRequiredResult(input_requests={"client_roots": ListRootsRequest()})


async def test_input_required_result_request_state(ctx: Call) -> Answer:
    if ctx.request_state == "asked" and filled_in(ctx, "confirm", "ok"):
        return "state-ok"
    return InputRequiredResult(
        input_requests={"confirm": form("Please confirm", "ok", "boolean")}, request_state="asked"
    )


async def test_input_required_result_tampered_state(ctx: Call) -> Answer:
    """What was changed on its way does not come here: the server's own seal is broken."""
    return await test_input_required_result_request_state(ctx)


async def test_input_required_result_multiple_inputs(ctx: Call) -> Answer:
    asked = {
        "user_name": form("What is your name?", "name"),
        "greeting": _sampling("Generate a greeting", 50),
        "client_roots": ListRootsRequest(),
    }
    if asked.keys() <= (ctx.input_responses or {}).keys():
        return "All three have come"
    return InputRequiredResult(input_requests=asked, request_state="asked")


async def test_input_required_result_multi_round(ctx: Call) -> Answer:
    """The state says how far it has come: nothing yet, then the name."""
    name = ctx.request_state or filled_in(ctx, "step1", "name")
    colour = filled_in(ctx, "step2", "color")
    if name and colour:
        return f"{name} likes {colour}"
    if name:
        asked = form("Step 2: What is your favorite color?", "color")
        return InputRequiredResult(input_requests={"step2": asked}, request_state=str(name))
    return InputRequiredResult(input_requests={"step1": form("Step 1: What is your name?", "name")}, request_state="")


async def test_input_required_result_capabilities(ctx: Call) -> Answer:
    declared = ctx.client_capabilities
    possible = {
        "sampling": {"question": _sampling("Say hello", 50)},
        "elicitation": {"name": form("What is your name?", "name")},
    }
    asked = {key: one for kind, each in possible.items() if getattr(declared, kind, None) for key, one in each.items()}
    return InputRequiredResult(input_requests=asked, request_state="asked")


async def test_missing_capability(ctx: Call) -> str:
    if ctx.client_capabilities is None or ctx.client_capabilities.sampling is None:
        needed = {"requiredCapabilities": {"sampling": {}}}
        raise MCPError(MISSING_REQUIRED_CLIENT_CAPABILITY, "This tool asks the client's model", needed)
    return "The client can sample"


async def test_input_required_result_prompt(ctx: Call) -> list[UserMessage] | InputRequiredResult:
    context = filled_in(ctx, "user_context", "context")
    if context:
        return [UserMessage(f"Mind this: {context}")]
    return InputRequiredResult(input_requests={"user_context": form("What context should the prompt use?", "context")})


TOOLS = (
    test_input_required_result_elicitation,
    test_input_required_result_sampling,
    test_input_required_result_list_roots,
    test_input_required_result_request_state,
    test_input_required_result_tampered_state,
    test_input_required_result_multiple_inputs,
    test_input_required_result_multi_round,
    test_input_required_result_capabilities,
    test_missing_capability,
)
