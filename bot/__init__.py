"""Speaks: the app, its channels, the conversation gateway and the command line."""
