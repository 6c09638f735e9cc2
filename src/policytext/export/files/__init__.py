"""Files for the tools that historians work with."""
