"""Which lines stand together, and what each stretch is: a heading, a list, a footnote, a page's furniture."""
