"""The publisher's own systems: how each kind is connected, and what goes to it. One module for each kind."""
