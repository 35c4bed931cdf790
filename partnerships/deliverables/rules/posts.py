"""Where a post may stand: links of the platforms, brought into one form so that the same post is known again."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, parse_qsl, quote, urlencode, urlsplit

from partnerships.core.errors import Refused
from partnerships.core.words import N_

URL_LENGTH = 500
BLOG = "blog"
NAMES: Mapping[str, str] = {
    "instagram": "Instagram",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "x": "X",
    "facebook": "Facebook",
    BLOG: N_("a blog"),
}
NO_LINK = N_("Please paste the whole link to your post, such as https://www.tiktok.com/@name/video/123.")
NO_POST = N_("This link leads to a profile or a start page, not to one post.")
WRONG_HOST = N_("This link does not lead to %(platforms)s.")
NOT_SAFE = N_("Please paste a plain https link, without a name, password or port in it.")

_HOSTS: Mapping[str, str] = {
    "instagram.com": "instagram",
    "tiktok.com": "tiktok",
    "vm.tiktok.com": "tiktok",
    "vt.tiktok.com": "tiktok",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "x.com": "x",
    "twitter.com": "x",
    "facebook.com": "facebook",
    "fb.watch": "facebook",
}
_HOST = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_TRACKING = re.compile(r"utm_.*|fbclid|gclid|igsh|igshid|si|feature|_[rt]|is_from_webapp|sender_device|mibextid")
_NAMED = re.compile(r"https://(?:www\.tiktok\.com/@|www\.instagram\.com/stories/|x\.com/)([\w.]+)/")
_CODE = r"[A-Za-z0-9_-]{1,64}"


@dataclass(frozen=True, slots=True)
class PostLink:
    """A post's platform and its https address in canonical form."""

    platform: str
    url: str


def canonical(text: str, platforms: Sequence[str]) -> PostLink:
    """Return the post that `text` leads to, or raise `Refused` (field "url"): it must be on one of `platforms`.

    Scheme and "www." may be missing; http becomes https; what only tracks the reader is left out.
    """
    parts = _split(text)
    host = parts.hostname or ""
    short = host.removeprefix("www.").removeprefix("m.")
    platform = _HOSTS.get(short, BLOG)
    if platform not in platforms:
        raise Refused(WRONG_HOST, field="url", platforms=" / ".join(NAMES[name] for name in platforms))
    path = re.sub(r"/{2,}", "/", parts.path)
    url = _FORMS[platform](short, path, parts.query)
    if url is None:
        raise Refused(NO_POST, field="url")
    return PostLink(platform, url)


def account_in(url: str) -> str | None:
    """Return whose account a canonical address names, without the "@"; many addresses name none."""
    found = _NAMED.match(url)
    return found[1] if found else None


def _split(text: str) -> SplitResult:
    """Take a link apart, or raise `Refused` for what no browser should be sent to."""
    text = text.strip()
    if not text or len(text) > URL_LENGTH or re.search(r"[\s\x00-\x1f\x7f\\<>\"]", text):
        raise Refused(NO_LINK, field="url")
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:
        raise Refused(NO_LINK, field="url") from None
    if parts.scheme not in {"https", "http"} or not _HOST.fullmatch(host):
        raise Refused(NO_LINK, field="url")
    if "@" in parts.netloc or port not in {None, 443}:
        raise Refused(NOT_SAFE, field="url")
    return parts._replace(netloc=host)


def _instagram(_host: str, path: str, _query: str) -> str | None:
    if found := re.fullmatch(rf"(?:/[\w.]+)?/(p|reel|reels|tv)/({_CODE})/?", path):
        kind = "reel" if found[1] == "reels" else found[1]
        return f"https://www.instagram.com/{kind}/{found[2]}/"
    if found := re.fullmatch(rf"/stories/([\w.]+)/({_CODE})/?", path):
        return f"https://www.instagram.com/stories/{found[1]}/{found[2]}/"
    if found := re.fullmatch(rf"/(s|share)/((?:reel/|p/)?{_CODE})/?", path):
        return f"https://www.instagram.com/{found[1]}/{found[2]}/"
    return None


def _tiktok(host: str, path: str, _query: str) -> str | None:
    if found := re.fullmatch(r"/@([\w.]+)/(video|photo)/(\d+)/?", path):
        return f"https://www.tiktok.com/@{found[1].lower()}/{found[2]}/{found[3]}"
    if found := re.fullmatch(r"/@([\w.]+)/live/?", path):
        return f"https://www.tiktok.com/@{found[1].lower()}/live"
    if found := re.fullmatch(rf"/(?:t/)?({_CODE})/?", path):
        if host != "tiktok.com":
            return f"https://{host}/{found[1]}/"
        return f"https://www.tiktok.com{path.rstrip('/')}/" if path.startswith("/t/") else None
    return None


def _youtube(host: str, path: str, query: str) -> str | None:
    if host == "youtu.be" and (found := re.fullmatch(rf"/({_CODE})/?", path)):
        return f"https://www.youtube.com/watch?v={found[1]}"
    if found := re.fullmatch(rf"/(shorts|live)/({_CODE})/?", path):
        return f"https://www.youtube.com/{found[1]}/{found[2]}"
    video = parse_qs(query).get("v", [""])[0]
    return f"https://www.youtube.com/watch?v={video}" if path == "/watch" and re.fullmatch(_CODE, video) else None


def _x(_host: str, path: str, _query: str) -> str | None:
    found = re.fullmatch(r"/(\w{1,15})/status/(\d+)(?:/.*)?", path)
    return f"https://x.com/{found[1].lower()}/status/{found[2]}" if found else None


def _facebook(host: str, path: str, query: str) -> str | None:
    if host == "fb.watch":
        return f"https://fb.watch{_clean(path)}" if path.strip("/") else None
    kept = [(name, value) for name, value in parse_qsl(query) if name in {"v", "story_fbid", "id", "fbid"}]
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) < 2 and not kept:
        return None
    return f"https://www.facebook.com{_clean(path)}" + (f"?{urlencode(kept)}" if kept else "")


def _blog(host: str, path: str, query: str) -> str | None:
    kept = [(name, value) for name, value in parse_qsl(query) if not _TRACKING.fullmatch(name)]
    if not path.strip("/") and not kept:
        return None
    return f"https://{host}{_clean(path)}" + (f"?{urlencode(kept)}" if kept else "")


def _clean(path: str) -> str:
    return quote(path, safe="/%:@!$&'()*+,;=~-._")


_FORMS: Mapping[str, Callable[[str, str, str], str | None]] = {
    "instagram": _instagram,
    "tiktok": _tiktok,
    "youtube": _youtube,
    "x": _x,
    "facebook": _facebook,
    BLOG: _blog,
}
