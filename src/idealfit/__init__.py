"""idealfit: an Ideal Customer Profile from a company's own records."""

__version__ = "0.1.0"
