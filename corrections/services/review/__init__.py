"""What editors do with corrections: find, compare, decide, discuss, publish notices."""
