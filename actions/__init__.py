"""rasa-sdk actions: they translate between Rasa's tracker and casework and nlu; no rule lives here."""
