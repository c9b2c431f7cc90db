"""What a server that is meant to stay needs: a proxy, units, an image, a probe."""
