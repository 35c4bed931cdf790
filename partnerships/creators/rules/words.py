"""What platforms are called. They are names, the same in every language."""

PLATFORMS = {
    "instagram": "Instagram",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "x": "X",
    "facebook": "Facebook",
    "blog": "Blog",
}
