"""What tests read in a page's markup."""


def collapse_whitespace(page: str) -> str:
    """The page with every run of white space as one blank, so that a tag is found however it is broken over lines."""
    return " ".join(page.split())
