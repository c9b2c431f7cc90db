"""What all pages share: choices, caches, layout, maps and tables."""
