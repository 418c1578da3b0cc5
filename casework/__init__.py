"""The record: people, drafts, incidents, tallies, prompts; it knows no channel, dialogue or reader."""
