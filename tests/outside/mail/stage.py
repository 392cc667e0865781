"""A mail server that answers as a test says: refusals, silence, and a count of connections."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answers = Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class AnsweringServer:
    """What a mail server did.

    Args:
        answers: by command (RCPT, DATA) and address: what to answer; "" answers nothing.
        taken: addresses of letters it took, in their order.
    """

    answers: Answers
    port: int = 0
    connections: int = 0
    taken: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one client until it leaves."""
        self.connections += 1
        to = ""
        writer.write(b"220 test\r\n")
        while line := (await reader.readline()).decode():
            verb = line[:4].upper()
            if verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
            answer = self.answers.get(verb, {}).get(to)
            if answer == "":
                await reader.read()
                break
            if verb == "DATA" and answer is None:
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                self.taken.append(to)
            writer.write(f"{answer or '250 yes'}\r\n".encode())
            if verb == "QUIT":
                break
        writer.close()


@asynccontextmanager
async def answering(answers: Answers) -> AsyncIterator[AnsweringServer]:
    """A server on a free port."""
    server = AnsweringServer(answers)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
