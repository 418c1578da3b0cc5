"""The chat page as a person uses it: log in, write, tap, read."""

import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

STORY = (
    "Igår eftermiddag ringde en pappa i ett LVU-ärende "
    "och sa att han vet var jag bor och att han ska döda mig"
)
DANGER = "En klient står utanför mitt rum nu med en kniv och hotar mig"
READY = "Klar"
REFERENCE = re.compile(r"OP-\d{4}-\d{6}")

_SENDING = ".from-me:is([data-state=sending], [data-state=waiting])"
_ANSWER = (
    "xpath=//div[contains(@class, 'from-bot')]"
    "[not(following-sibling::div[contains(@class, 'from-me')])]"
)
_TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter((node) => {
  const style = getComputedStyle(node);
  const { left, right, width, height } = node.getBoundingClientRect();
  if (width <= 1 || height <= 1 || style.clipPath !== "none") return false;
  const scrolls = node.scrollWidth > node.clientWidth + 1 && style.overflowX === "auto";
  return left < -1 || right > innerWidth + 1 || scrolls;
}).map((node) => node.outerHTML.slice(0, 120))
  .concat(document.documentElement.scrollWidth > innerWidth ? ["the page scrolls"] : [])"""
_MOST_QUESTIONS = 15
_PREFERRED = ("Skicka in", "Ja, det stämmer", "Ja, arbetsgivaren", "Ja", "Vet ej")


@dataclass(frozen=True)
class Size:
    """A window: its size in CSS pixels, and whether fingers or a mouse are used."""

    name: str
    width: int
    height: int
    touch: bool = False


DESKTOP = Size("desktop", 1280, 900)
PHONE = Size("phone", 360, 740, touch=True)


class ChatPage:
    """One window with the chat.

    Args:
        tab: the browser's page.
        url: where Lotsen listens.
        size: of the window.
    """

    def __init__(self, tab: Page, url: str, size: Size) -> None:
        self.tab = tab
        self.url = url
        self.size = size

    # --- parts of the page

    @property
    def log(self) -> Locator:
        return self.tab.get_by_role("log")

    @property
    def box(self) -> Locator:
        return self.tab.get_by_role("textbox", name="Skriv till Lotsen")

    @property
    def send_button(self) -> Locator:
        return self.tab.get_by_role("button", name="Skicka", exact=True)

    @property
    def account(self) -> Locator:
        return self.tab.locator("#account-button")

    @property
    def status(self) -> Locator:
        return self.tab.locator("#status")

    @property
    def own_lines(self) -> Locator:
        return self.log.locator(".from-me")

    @property
    def answer(self) -> Locator:
        """What Lotsen has said since the person last said something."""
        return self.tab.locator(_ANSWER)

    @property
    def choices(self) -> Locator:
        """The answers that can be tapped now."""
        return self.log.locator(".choice:enabled")

    def choice(self, title: str) -> Locator:
        """The newest answer of that title that can be tapped."""
        return self.log.get_by_role("button", name=title, exact=True, disabled=False).last

    # --- what a person does

    async def open(self) -> None:
        """Go to the page."""
        await self.tab.goto(self.url)

    async def press(self, target: Locator) -> None:
        """Tap with a finger or click with a mouse, as the window has it."""
        await (target.tap() if self.size.touch else target.click())

    async def become(self, first_name: str) -> None:
        """Choose a demo person on the welcome card."""
        await self.press(self.person(first_name))
        await self.greeted(first_name)

    async def greeted(self, first_name: str) -> None:
        """Wait for the greeting."""
        await expect(self.account).to_contain_text(first_name)
        await self.hears(f"Hej {first_name}")
        await self.settled()

    def person(self, first_name: str) -> Locator:
        """The button that makes one a demo person."""
        return self.tab.get_by_role("button", name=re.compile(f"^{first_name} "))

    async def go_on_as_nobody(self) -> None:
        """Leave the welcome card without logging in."""
        await self.press(self.tab.get_by_role("button", name="Fortsätt utan att logga in"))
        await self.hears("Hej")

    async def write(self, text: str) -> None:
        """Put text in the box, without sending it."""
        await self.box.fill(text)

    async def send(self) -> None:
        """Send what is in the box."""
        await self.press(self.send_button)

    async def say(self, text: str) -> None:
        """Write and send, and wait for the whole answer."""
        await self.write(text)
        await self.send()
        await self.settled()

    async def tap(self, *titles: str) -> None:
        """Tap one answer after the other, and wait for the whole answer to each."""
        for title in titles:
            await self.press(self.choice(title))
            await self.settled()

    async def mark(self, *titles: str) -> None:
        """Mark several answers that may hold at once."""
        for title in titles:
            await self.press(self.choice(title))
            await expect(self.choice(title)).to_have_attribute("aria-pressed", "true")

    async def finish(self) -> str:
        """Answer whatever is asked, and send in; returns the reference."""
        for _ in range(_MOST_QUESTIONS):
            if found := REFERENCE.search(" ".join(await self.answer.all_inner_texts())):
                return found[0]
            titles = await self.choices.all_inner_texts()
            wanted = next((t for t in _PREFERRED if t in titles), titles[0])
            if await self.log.locator(".several .choice:enabled").count():
                await self.mark(wanted)
                wanted = READY
            await self.tap(wanted)
        raise AssertionError("no reference")

    # --- what a person sees

    async def hears(self, pattern: str) -> None:
        """Wait until Lotsen's latest answer says it."""
        await expect(self.answer.filter(has_text=re.compile(pattern)).last).to_be_visible()

    async def settled(self) -> None:
        """Wait until Lotsen has said all it had to say."""
        await expect(self.log.locator(_SENDING)).to_have_count(0)
        await expect(self.tab.locator("#typing")).to_be_hidden()
        await expect(self.log.locator(".line").last).to_have_class(re.compile("from-bot"))

    async def reference(self) -> str:
        """The number of the report that was just sent in."""
        await self.hears(REFERENCE.pattern)
        found = REFERENCE.search(" ".join(await self.answer.all_inner_texts()))
        assert found
        return found[0]

    def lines(self, text: str) -> Locator:
        """The lines of the conversation that hold a text."""
        return self.log.locator(".bubble").filter(has_text=text)

    async def texts(self) -> list[str]:
        """The lines of the conversation, without the answers to tap."""
        return await self.log.locator(".bubble").all_inner_texts()

    async def fits(self) -> bool:
        """Whether nothing sticks out to the side or has to be scrolled to."""
        wide: list[str] = await self.tab.evaluate(_TOO_WIDE)
        assert wide == []
        return True
