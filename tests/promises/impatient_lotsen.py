"""`lotsen up` where a few seconds of silence are a quarter of an hour."""

import argparse
import asyncio
from pathlib import Path

from bot import logs
from bot.app import serve
from bot.memory import begin_again_wiping
from bot.settings import Settings, read_configuration

SECONDS = 6.0


def main() -> None:
    """Run it with the options that tests give every Lotsen."""
    begin_again_wiping()
    logs.set_up()
    parser = argparse.ArgumentParser()
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--port", type=int)
    parser.add_argument("--data", type=Path)
    chosen = parser.parse_args()
    wanted = Settings(
        chosen.data,
        port=chosen.port,
        demo=chosen.demo,
        configuration=read_configuration(chosen.data),
        anonymous_seconds=SECONDS,
    )
    asyncio.run(serve(wanted, lambda _line: None))


if __name__ == "__main__":
    main()
