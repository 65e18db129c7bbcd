"""Every kind of content, in tools, resources and prompts."""

import asyncio
import json
from base64 import b64decode
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp_types import (
    AudioContent,
    EmbeddedResource,
    ImageContent,
    SamplingMessage,
    TextContent,
    TextResourceContents,
)
from pydantic import BaseModel, Field

EXAMPLE = "An example that the conformance suite asks for."
# One pixel, and a sound without a sample.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA="
STEPS = (("Tool execution started", 0), ("Tool processing data", 50), ("Tool execution completed", 100))


def add(server: MCPServer[Any]) -> None:
    for tool in TOOLS:
        server.tool(description=EXAMPLE)(tool)
    server.resource("test://static-text", mime_type="text/plain")(_static_text)
    server.resource("test://static-binary", mime_type="image/png")(_static_binary)
    server.resource("test://watched-resource", mime_type="text/plain")(_watched)
    server.resource("test://template/{id}/data", mime_type="application/json")(_from_template)
    for prompt in PROMPTS:
        server.prompt(description=EXAMPLE)(prompt)


def text(words: str) -> TextContent:
    return TextContent(type="text", text=words)


def _image() -> ImageContent:
    return ImageContent(type="image", data=PNG, mime_type="image/png")


def _embedded(uri: str, words: str, mime_type: str = "text/plain") -> EmbeddedResource:
    return EmbeddedResource(type="resource", resource=TextResourceContents(uri=uri, mime_type=mime_type, text=words))


def test_simple_text() -> str:
    return "This is a simple text response for testing."


def test_image_content() -> list[ImageContent]:
    return [_image()]


def test_audio_content() -> list[AudioContent]:
    return [AudioContent(type="audio", data=WAV, mime_type="audio/wav")]


def test_embedded_resource() -> list[EmbeddedResource]:
    return [_embedded("test://embedded-resource", "This is an embedded resource content.")]


def test_multiple_content_types() -> list[TextContent | ImageContent | EmbeddedResource]:
    mixed = json.dumps({"test": "data", "value": 123})
    return [
        text("Multiple content types test:"),
        _image(),
        _embedded("test://mixed-content-resource", mixed, "application/json"),
    ]


async def test_tool_with_logging(ctx: Context[Any, Any]) -> str:
    for words, _ in STEPS:
        await ctx.session.send_log_message("info", words, related_request_id=ctx.request_id)
        await asyncio.sleep(0.05)
    return "Logged"


async def test_tool_with_progress(ctx: Context[Any, Any]) -> str:
    for _, done in STEPS:
        await ctx.report_progress(done, 100)
        await asyncio.sleep(0.05)
    return "Done"


def test_error_handling() -> str:
    raise RuntimeError("This tool intentionally returns an error for testing")


def test_x_mcp_header(
    region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})],
) -> str:
    return region


async def test_sampling(prompt: str, ctx: Context[Any, Any]) -> str:
    asked = [SamplingMessage(role="user", content=text(prompt))]
    answer = await ctx.session.create_message(messages=asked, max_tokens=100, related_request_id=ctx.request_id)
    return f"LLM response: {answer.content}"


class _Answer(BaseModel):
    response: str


class _Defaults(BaseModel):
    name: str = "John Doe"
    age: int = 30
    verified: bool = True


class _Choices(BaseModel):
    colour: str = Field(json_schema_extra={"enum": ["red", "green"]})


async def test_elicitation(message: str, ctx: Context[Any, Any]) -> str:
    return f"User response: {await ctx.elicit(message, _Answer)}"


async def test_elicitation_sep1034_defaults(ctx: Context[Any, Any]) -> str:
    return f"Elicitation completed: {await ctx.elicit('Please check', _Defaults)}"


async def test_elicitation_sep1330_enums(ctx: Context[Any, Any]) -> str:
    return f"Elicitation completed: {await ctx.elicit('Please choose', _Choices)}"


TOOLS = (
    test_simple_text,
    test_image_content,
    test_audio_content,
    test_embedded_resource,
    test_multiple_content_types,
    test_tool_with_logging,
    test_tool_with_progress,
    test_error_handling,
    test_x_mcp_header,
    test_sampling,
    test_elicitation,
    test_elicitation_sep1034_defaults,
    test_elicitation_sep1330_enums,
)


def _static_text() -> str:
    return "This is the content of the static text resource."


def _static_binary() -> bytes:
    return b64decode(PNG)


def _watched() -> str:
    return "Nobody is told when this changes."


def _from_template(id: str) -> str:  # noqa: A002 - the suite's name for it
    return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


def test_simple_prompt() -> list[UserMessage]:
    return [UserMessage("This is a simple prompt for testing.")]


def test_prompt_with_arguments(arg1: str, arg2: str) -> list[UserMessage]:
    return [UserMessage(f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'")]


def test_prompt_with_embedded_resource(resourceUri: str) -> list[UserMessage]:
    embedded = _embedded(resourceUri, "Embedded resource content for testing.")
    return [UserMessage(embedded), UserMessage("Please process the embedded resource above.")]


def test_prompt_with_image() -> list[UserMessage]:
    return [UserMessage(_image()), UserMessage("Please analyze the image above.")]


PROMPTS = (test_simple_prompt, test_prompt_with_arguments, test_prompt_with_embedded_resource, test_prompt_with_image)
