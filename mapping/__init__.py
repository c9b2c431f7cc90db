"""Common Ground's engine: postcodes, places, layers, overlap, boundaries and maps."""
