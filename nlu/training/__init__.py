"""Trains and measures the reader; never imported by the running app."""
