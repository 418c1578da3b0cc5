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
NOT_THERE = "Den händelsen finns inte, eller så är den inte din att ta hand om."
NOT_NOW = "Jag kunde inte läsa eller spara det just nu. Försök igen om en liten stund."
