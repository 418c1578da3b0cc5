"""What stands in somebody's way on a page: found by axe-core, or measured."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def scanner() -> str:
    """axe-core, as packed in axe-playwright-python."""
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-playwright-python is not installed")
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")


async def obstacles(tab: Page, scan: str) -> list[str]:
    """What axe-core finds once the page is still."""
    await tab.evaluate(
        "() => Promise.all(document.getAnimations()"
        ".filter((each) => each.effect.getComputedTiming().iterations === 1)"
        ".map((each) => each.finished))"
    )
    await tab.evaluate(scan + "; 0")
    found: dict[str, Any] = await tab.evaluate(
        "(rules) => axe.run({ runOnly: rules, resultTypes: ['violations'] })", AXE_RULES
    )
    return [
        f"{violation['id']}: {node['html'][:150]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
