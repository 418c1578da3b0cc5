"""Swedish outside the dialogue: what the gateway itself has to say."""

from nlu.danger import Danger

UNUSABLE = {
    "empty": "Det kom inget jag kunde läsa. Skriv gärna några ord.",
    "too_long": "Det blev för långt för mig på en gång, högst 8 000 tecken. "
    "Dela upp det i två meddelanden, så tar jag båda. Det du skrev är kvar hos dig.",
    "unknown_choice": "Det valet känner jag inte igen. Använd knapparna, eller skriv fritt.",
    "not_json": "Det meddelandet kunde jag inte läsa.",
}

STALE_CHOICE = "Den knappen hör till något vi redan har lämnat. Vi är här nu:"
STALE_CHOICE_IDLE = "Den knappen hör till något vi redan har lämnat. Skriv vad du vill göra."
NOT_SAVED = (
    "Jag kunde inte spara det just nu, så jag har inte tagit emot det. "
    "Det du skrev är kvar hos dig. Försök igen om en liten stund."
)
PAPER_NOT_NOW = "Jag kunde inte ta fram papperet just nu. Försök igen om en liten stund."
TURN_FAILED = (
    "Något gick fel hos mig. Det du har svarat tidigare är sparat. "
    "Skicka det sista en gång till om en liten stund."
)
ENGINE_AWAY = "Jag behöver en liten stund. Det du skrev är sparat, och jag svarar strax."
ENGINE_AWAY_ANONYMOUS = "Jag behöver en liten stund, sedan svarar jag."

STILL_DANGER = (
    "*Ring 112* om det är fara. Det du skrev är kvar här. Säg till när du är i säkerhet."
)
NOW_SAFE = {
    Danger.PERSON: "Bra att du är i säkerhet. Då tar vi det i lugn och ro.",
    Danger.SUICIDE: "Bra. Du gjorde rätt. Då tar vi det i lugn och ro.",
}
OCCUPATIONAL_HEALTH = "företagshälsovården"
