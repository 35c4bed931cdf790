"""Many partnerships at once, and one of them whole: what waits for whom, the timeline, the story."""
