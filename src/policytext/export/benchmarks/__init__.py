"""Measured runs as tables, pages and folders that can be made again."""
