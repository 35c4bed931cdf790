"""Links to posts, brought into one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.core.errors import Refused
from partnerships.creators.tables import Platform
from partnerships.deliverables.rules.posts import NAMES, account_in, canonical

EVERYWHERE = tuple(NAMES)


@pytest.mark.parametrize(
    ("text", "platform", "url"),
    [
        ("https://www.instagram.com/p/Cx_1-a/?igsh=abc", "instagram", "https://www.instagram.com/p/Cx_1-a/"),
        ("instagram.com/dewi/reel/Cx1/", "instagram", "https://www.instagram.com/reel/Cx1/"),
        ("http://m.instagram.com/reels/Cx1", "instagram", "https://www.instagram.com/reel/Cx1/"),
        ("https://instagram.com/stories/dewi/3141", "instagram", "https://www.instagram.com/stories/dewi/3141/"),
        ("https://instagram.com/stories/highlights/9/", "instagram", "https://www.instagram.com/stories/highlights/9/"),
        ("https://www.tiktok.com/@Dewi.s/video/73?_t=1&_r=1", "tiktok", "https://www.tiktok.com/@dewi.s/video/73"),
        ("tiktok.com/@dewi/photo/73", "tiktok", "https://www.tiktok.com/@dewi/photo/73"),
        ("https://www.tiktok.com/@dewi/live", "tiktok", "https://www.tiktok.com/@dewi/live"),
        ("https://vt.tiktok.com/ZS123/", "tiktok", "https://vt.tiktok.com/ZS123/"),
        ("https://www.tiktok.com/t/ZS123", "tiktok", "https://www.tiktok.com/t/ZS123/"),
        ("https://youtu.be/dQw4?si=x", "youtube", "https://www.youtube.com/watch?v=dQw4"),
        ("https://m.youtube.com/watch?app=x&v=dQw4&t=3", "youtube", "https://www.youtube.com/watch?v=dQw4"),
        ("youtube.com/shorts/dQw4", "youtube", "https://www.youtube.com/shorts/dQw4"),
        ("https://twitter.com/Dewi/status/12?s=20", "x", "https://x.com/dewi/status/12"),
        ("https://x.com/dewi/status/12/photo/1", "x", "https://x.com/dewi/status/12"),
        ("https://www.facebook.com/watch/?v=99&mibextid=q", "facebook", "https://www.facebook.com/watch/?v=99"),
        ("https://fb.watch/abc/", "facebook", "https://fb.watch/abc/"),
        ("https://dewi.example.com/2026/serum?utm_source=x&p=1", "blog", "https://dewi.example.com/2026/serum?p=1"),
        ("  https://dewi.example.com:443/a  ", "blog", "https://dewi.example.com/a"),
    ],
)
def test_the_same_post_has_one_address_however_it_was_copied(text: str, platform: str, url: str) -> None:
    post = canonical(text, EVERYWHERE)

    assert (post.platform, post.url) == (platform, url)
    assert canonical(post.url, EVERYWHERE) == post


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "my post",
        "https://",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://tiktok.com/@a/video/1",
        "https://tiktok.com/@a/video/1 https://x.com",
        "https://user:pass@tiktok.com/@a/video/1",
        "https://tiktok.com:8080/@a/video/1",
        "https://tiktok.com:port/@a/video/1",
        "https://[::1]/a",
        "https://127.0.0.1/a",
        "https://localhost/a",
        "https://tiktok.com\\@evil.example/a",
        "https://dewi.example.com/" + "a" * 500,
        "https://www.tiktok.com/@dewi",
        "https://www.tiktok.com/",
        "https://www.instagram.com/dewi/",
        "https://www.youtube.com/@dewi",
        "https://www.youtube.com/watch?v=",
        "https://x.com/dewi",
        "https://www.facebook.com/dewi",
        "https://fb.watch/",
        "https://dewi.example.com/",
        '"><script>alert(1)</script>',
    ],
)
def test_what_is_no_link_to_a_post_is_refused_beside_the_field(text: str) -> None:
    with pytest.raises(Refused) as refused:
        canonical(text, EVERYWHERE)

    assert refused.value.field == "url"


@pytest.mark.parametrize(
    "text", ["https://tiktok.com.evil.example/@a/video/1", "https://eviltiktok.com/@a/video/1", "https://youtu.be/x"]
)
def test_a_link_to_another_place_says_where_the_post_belongs(text: str) -> None:
    with pytest.raises(Refused, match="does not lead to Instagram / TikTok"):
        canonical(text, ("instagram", "tiktok"))


def test_every_platform_of_a_creator_has_its_links() -> None:
    assert set(NAMES) == set(Platform)


@given(st.text())
def test_any_text_is_a_clean_https_link_or_refused(text: str) -> None:
    try:
        url = canonical(text, EVERYWHERE).url
    except Refused as refused:
        url = f"https://refused.example/{refused.field}"

    assert url.startswith("https://")
    assert not set(url) & set("<>\"'\\ \n\t")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://www.tiktok.com/@Dewi.diary/video/7123", "dewi.diary"),
        ("https://www.instagram.com/stories/dewi_diary/3123/", "dewi_diary"),
        ("https://twitter.com/dewidiary/status/12", "dewidiary"),
        ("https://www.instagram.com/reel/Cabc/", None),
        ("https://vm.tiktok.com/ZM1234/", None),
        ("https://youtu.be/abc", None),
    ],
)
def test_an_address_that_names_an_account_says_which(text: str, name: str | None) -> None:
    assert account_in(canonical(text, EVERYWHERE).url) == name
