"""The queue as a whole: its pages, and the searches that editors have saved."""
