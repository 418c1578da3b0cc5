"""Reads Swedish descriptions of events; pure functions of text, without database or network."""
