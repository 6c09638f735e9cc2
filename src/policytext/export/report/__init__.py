"""The report on an archive: one page of HTML that carries its evidence, prints, and loads nothing."""
