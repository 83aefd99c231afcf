"""Plain text: a headline or a standfirst that has no markup."""
