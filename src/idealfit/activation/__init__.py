"""Lists that somebody works from: whom to open next, whom not, whom to win back, what is in the pipeline."""

from idealfit.activation.lists import write_lists
from idealfit.activation.settings import ListSettings

__all__ = ["ListSettings", "write_lists"]
