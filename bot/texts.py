"""Swedish outside the dialogue: what the gateway itself has to say."""

import re

from nlu.danger import Danger

UNUSABLE = {
    "empty": "Det kom inget jag kunde läsa. Skriv gärna några ord.",
    "too_long": "Det blev för långt för mig på en gång, högst 8 000 tecken. "
    "Dela upp det i två meddelanden, så tar jag båda. Det du skrev är kvar hos dig.",
    "unknown_choice": "Det valet känner jag inte igen. Använd knapparna, eller skriv fritt.",
    "not_json": "Det meddelandet kunde jag inte läsa.",
}

PLATFORM_SEES = (
    "Innan vi börjar: {platform} vet vem du är och ser det du skriver. "
    "Jag sparar inget av det.\n\n"
    "Här kan du fråga hur något går till. Vill du rapportera gör du det på {url}."
)
CAN_BE_LINKED = (
    "Du kan också koppla {platform} till dig. Logga in på sidan, hämta en kod i menyn och skriv "
    "*/link* och koden här."
)
LINKED = (
    "Klart, {name}. Nu är {platform} kopplad till dig, så här kan du också rapportera och få "
    "påminnelser.\n\n{platform} ser det du skriver. Skriv */unlink* om du vill ta bort kopplingen."
)
UNLINKED = "Kopplingen är borttagen. Jag vet inte längre vem du är här."
NOT_LINKED = "Den här chatten är inte kopplad till någon."
WRONG_CODE = "Den koden stämmer inte, eller så är den för gammal. Hämta en ny på {url}."
TOO_MANY_CODES = "Det blev många försök. Vänta en timme, och hämta sedan en ny kod på {url}."

NOT_IN_GROUPS = (
    "Jag svarar inte i samtal med flera: det du berättar för mig ska ingen annan behöva läsa. "
    "Skriv gärna till mig i en egen chatt, så hjälper jag dig där. Är någon i fara, ring 112."
)
ONLY_TEXT = (
    "Jag kan bara läsa text, så det där har jag varken tittat på eller sparat. "
    "Berätta gärna med egna ord."
)
NOT_EDITED = (
    "Jag ser att du har ändrat ett meddelande, men jag läser bara det du skriver nytt. "
    "Skriv gärna ändringen som ett nytt meddelande."
)
MENU = {
    "start": "Börja, eller fortsätt där du var",
    "hjalp": "Vad jag kan hjälpa till med",
    "avbryt": "Avbryt det vi håller på med",
}
MENU_WHEN_LINKED = {"unlink": "Ta bort kopplingen till dig"}
"""Command → what it does."""
TEAMS_KEEPS = (
    "Hej {name}. Här i Teams kan du rapportera, fråga och få påminnelser, precis som på {url}."
    "\n\nTänk på att kommunen kan spara det som skrivs i Teams. Vill du att det du berättar bara "
    "ska finnas hos mig gör du det på {url}."
)
TEAMS_NOT_KNOWN = (
    "Innan vi börjar: jag hittar dig inte bland dem som använder mig här. Du kan inte rapportera "
    "i Teams, men du kan fråga hur något går till.\n\n"
    "Blev det fel? Be din chef att lägga till dig, eller vänd dig till {who}.\n\n"
    "Teams vet vem du är, och kommunen kan spara det som skrivs här. Jag sparar inget av det."
)
TEAMS_WITHOUT_CARDS = "Svara med något av de här orden: {choices}"
TEAMS_PICK_SEVERAL = "Du kan välja flera"

ANSWER_WITH_NUMBER = "Svara med en siffra, eller med egna ord."
ANSWER_WITH_NUMBERS = "Svara med en eller flera siffror, till exempel: 1, 3"
READY = "Klar"
PICK_FIRST = "Välj minst ett svar först."
SAVED = "Jag har sparat {name} i mappen du står i."

STALE_CHOICE = "Den knappen hör till något vi redan har lämnat. Vi är här nu:"
STALE_CHOICE_IDLE = "Den knappen hör till något vi redan har lämnat. Skriv vad du vill göra."
NOT_SAVED = (
    "Jag kunde inte spara det just nu, så jag har inte tagit emot det. "
    "Det du skrev är kvar hos dig. Försök igen om en liten stund."
)
NOT_SAVED_YET = (
    "Jag kan inte spara något just nu. Du behöver inte skriva det igen: jag tar emot det så snart "
    "det går, och svarar då."
)
LOGGED_OUT = (
    "Du är inte inloggad längre, för du står inte kvar bland dem som använder mig. "
    "Jag har inte tagit emot det du skrev. Blev det fel? Prata med din chef eller HR."
)
PAPER_NOT_THERE = "Det papperet finns inte, eller så är det inte ditt att hämta."
PAPER_NOT_NOW = "Jag kunde inte ta fram papperet just nu. Försök igen om en liten stund."
TURN_FAILED = (
    "Något gick fel hos mig. Det du har svarat tidigare är sparat. "
    "Skicka det sista en gång till om en liten stund."
)
ENGINE_AWAY = "Jag behöver en liten stund. Det du skrev är sparat, och jag svarar strax."
ENGINE_AWAY_ANONYMOUS = "Jag behöver en liten stund, sedan svarar jag."

CALL_112 = "*Ring 112* om det är fara."
STILL_DANGER = f"{CALL_112} Det du skrev är kvar här. Säg till när du är i säkerhet."
NOW_SAFE = {
    Danger.PERSON: "Bra att du är i säkerhet. Då tar vi det i lugn och ro.",
    Danger.SUICIDE: "Bra. Du gjorde rätt. Då tar vi det i lugn och ro.",
}
TOO_MANY = (
    "Det kom många meddelanden på kort tid. Vänta en minut och skicka igen. "
    f"Det du skrev är kvar hos dig. {CALL_112}"
)
FORGOTTEN = (
    "Det var en stund sedan du skrev, så jag har glömt vårt samtal. "
    "Skriv när du vill, så börjar vi om."
)
OCCUPATIONAL_HEALTH = "företagshälsovården"

SAID = {
    "klart": "Noterat: klart med ”{step}”.",
    "mottagen": "Tack. Den som rapporterade får veta att du har tagit emot den.",
    "avslutad": "Händelsen är avslutad. Den som rapporterade får veta det.",
    "senare": "Jag påminner dig nästa arbetsdag om ”{step}”.",
    "behovs_inte": "Noterat: ”{step}” behövs inte.",
    "anmalt": "Noterat: det är anmält.",
    "ingen_anmalan": "Noterat: det blir ingen anmälan.",
    "hur_det_gar": "Noterat hur det går med anmälan.",
    "angra": "Svaret är borttaget. ”{step}” står kvar att göra.",
    "bjud_in": "HR är inbjudna, och får veta det.",
    "lamna": "Du har lämnat över händelsen. Den som tar över får veta det.",
    "borta": "Noterat. Jag påminner den du valde så länge.",
    "tillbaka": "Välkommen tillbaka. Jag påminner dig igen.",
}
"""What is said on the pages of incidents when something has been done."""

PROBLEMS = {
    "changed": "Det gick inte, för händelsen har ändrats. Så här ser den ut nu.",
    "answered": "Det har {who} redan svarat på. Ångra det svaret först om det är fel.",
    "too_long": "Det blev för långt, högst 8 000 tecken. Korta lite och spara igen.",
    "reason": "Välj eller skriv varför. Det räcker med några ord.",
    "by": "Välj vem som har anmält.",
    "day": "Välj en dag som är i dag eller tidigare.",
    "outcome": "Skriv ett nummer eller välj vad som har hänt.",
    "steps": "Innan du kan avsluta behövs svar på: {steps}.",
    "no_hr": "Ingen på HR kan bjudas in i den här händelsen.",
    "to": "Välj någon i listan.",
    "until": "Välj en dag som är i dag eller senare.",
}
"""What is said there when it could not be done; what was typed is still in the form."""

NOT_LOGGED_IN = (
    "Du är inte inloggad. Logga in i chatten, och öppna sedan händelserna från menyn uppe till "
    "höger."
)
LOG_IN_AND_COME_BACK = "Du är inte inloggad. Logga in, så kommer du tillbaka hit."
NOT_THERE = "Den händelsen finns inte, eller så är den inte din att ta hand om."
NOT_NOW = "Jag kunde inte läsa eller spara det just nu. Försök igen om en liten stund."

SEARCH = {
    "empty": "Skriv några ord om det du undrar.",
    "too_long": "Det blev för långt, högst 8 000 tecken. Korta lite och sök igen.",
}
"""What is said on the page of routines when nothing could be searched for."""

NO_SUCH_ROUTINE = "Den texten finns inte, eller så har den bytt namn. Leta i listan, eller sök."
ROUTINE_OWNERS = {"hr": "HR", "security": "säkerhetsfunktionen", "legal": "juristen"}
LOGIN_DOORS = {
    "unknown": (
        "Du är inte upplagd i Lotsen",
        "Inloggningen gick bra, men jag hittar dig inte bland dem som använder Lotsen här.",
        "Be din chef att lägga till dig, eller vänd dig till {who}.",
        "Inget om dig har sparats. Du kan ställa frågor i chatten utan att logga in.",
    ),
    "declined": (
        "Du är inte inloggad",
        "Inloggningen avbröts, eller så släppte den inte in dig. Du kan försöka igen, eller "
        "ställa frågor i chatten utan att logga in.",
    ),
    "not_proven": (
        "Det gick inte att logga in",
        "Inloggningen gick inte att bekräfta. Det händer om den tar för lång tid eller är öppen "
        "i flera flikar. Försök en gång till.",
    ),
    "away": (
        "Det går inte att logga in just nu",
        "Jag får ingen kontakt med kommunens inloggning. Försök igen om en liten stund. Du kan "
        "ställa frågor i chatten utan att logga in.",
    ),
}
"""Heading and text of the page for somebody who was not logged in."""
WHOEVER_RUNS_LOTSEN = "den som sköter Lotsen i kommunen"

_ABOVE = re.compile(r"(?<=ogga in),? här uppe")


def elsewhere(text: str, url: str) -> str:
    """The text for a chat elsewhere, where nobody can log in *här uppe*, but on the web page."""
    return _ABOVE.sub(f" på {url}", text)
