"""Passwords hashed in no time: what hashing costs in earnest is the library's to test."""

from argon2 import PasswordHasher

from corrections.private import accounts


def hash_quickly() -> None:
    """Hash with the least that the library allows, in this process and in those that are forked from it."""
    accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
