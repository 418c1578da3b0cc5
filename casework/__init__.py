"""The record: people, drafts, incidents, tallies, prompts; no channel, dialogue or reader."""
