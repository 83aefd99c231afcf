"""The JSON API and its models."""
