"""Where people are: each channel translates between its own protocol and `bot.messages`."""
