"""Read a caption as a person would look at it: what it discloses, what it claims, and in which language.

Every finding points at words of the text as it was written. Finding nothing means that the word lists found nothing.
"""
