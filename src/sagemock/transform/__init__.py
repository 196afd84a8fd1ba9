"""How batch transform cuts objects into requests, and makes objects of the answers; pure."""
