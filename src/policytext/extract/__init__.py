"""Layer 3: dates, legislation, speakers and statements, as spaCy components that read clean text."""
