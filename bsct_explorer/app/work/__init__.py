"""Work behind the page, and the caches that all sessions share."""
