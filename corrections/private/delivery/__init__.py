"""What waits to be sent: letters, and messages to the systems that a publication is connected to."""
