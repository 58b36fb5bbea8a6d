"""An OpenAI-compatible chat server around one function that answers many questions together.

The lab asks for a stream; what it gets is a stream of one piece. Questions that arrive while others are answered form the next
batch, so that a small model on a CPU reads a hundred dialogues at once.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse, StreamingResponse

GATHERING_SECONDS = 0.05  # questions of one update arrive within moments of each other


@dataclass(frozen=True)
class Question:
    messages: list[dict[str, str]]
    temperature: float
    token_limit: int


@dataclass(frozen=True)
class Answer:
    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    is_complete: bool = True


def serve(
    model_name: str, answer_all: Callable[[list[Question]], list[Answer]], port: int, most_at_once: int = 128
) -> None:
    """Serves until it is stopped. `answer_all` gets at most `most_at_once` questions and answers each, in order."""
    waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
    arrived = asyncio.Event()
    app = FastAPI()

    async def work() -> None:
        while True:
            await arrived.wait()
            await asyncio.sleep(GATHERING_SECONDS)
            batch = waiting[:most_at_once]
            del waiting[:most_at_once]
            if not waiting:
                arrived.clear()
            try:
                answers = await asyncio.to_thread(answer_all, [question for question, _ in batch])
            except Exception as failure:
                for _, future in batch:
                    future.set_exception(failure)
                continue
            for (_, future), answer in zip(batch, answers, strict=True):
                future.set_result(answer)

    @app.on_event("startup")
    async def start() -> None:
        app.state.worker = asyncio.create_task(work())

    @app.get("/v1/models")
    async def models() -> dict:
        return {"object": "list", "data": [{"id": model_name, "object": "model"}]}

    @app.post("/v1/chat/completions")
    async def complete(body: dict):
        question = Question(body["messages"], float(body.get("temperature", 1)), int(body.get("max_tokens", 256)))
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        waiting.append((question, future))
        arrived.set()
        try:
            answer = await future
        except Exception as failure:
            return JSONResponse({"error": {"message": str(failure)}}, status_code=400)
        usage = {"prompt_tokens": answer.prompt_tokens, "completion_tokens": answer.completion_tokens}
        finish = "stop" if answer.is_complete else "length"
        if not body.get("stream"):
            message = {"role": "assistant", "content": answer.text}
            return {"choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": usage}
        piece = {"index": 0, "delta": {"content": answer.text}, "finish_reason": finish}
        chunks = [{"choices": [piece]}, {"choices": [], "usage": usage}]
        lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks] + ["data: [DONE]\n\n"]
        return StreamingResponse(iter(lines), media_type="text/event-stream")

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
