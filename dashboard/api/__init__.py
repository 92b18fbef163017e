"""Routes beside the pages: the live stream, geometry, sign-in, exports, health."""
