"""What is stored: events, articles, intents, and the errors of reading and writing them."""
