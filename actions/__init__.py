"""rasa-sdk actions: they translate between Rasa's tracker, casework and nlu; no rule is here."""
