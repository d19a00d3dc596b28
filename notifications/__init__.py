"""From a target that slips to the word that reaches a person: watch, ladder, outbox, channels."""
