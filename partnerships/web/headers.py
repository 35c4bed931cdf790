"""The headers of every answer. A test compares the whole set, exactly."""

import secrets

from flask import Flask, Response, g, request

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def csp_nonce() -> str:
    """Return the nonce that scripts of this answer carry."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def content_security_policy(nonce: str) -> str:
    """Return the policy of our pages: nothing from elsewhere, no inline script."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",  # positions on the timeline are CSS variables
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )


def add_headers(app: Flask) -> None:
    """Put the headers on every answer that has not set its own."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", content_security_policy(csp_nonce()))
        g.pop("csp_nonce")  # `g` may outlive the request where an application context was pushed before it
        linked = request.blueprint == "links"
        response.headers.setdefault("Referrer-Policy", "no-referrer" if linked else "same-origin")
        if request.endpoint == "static":
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            response.headers.setdefault("Cache-Control", "no-store")
            response.vary.update(["Cookie", "HX-Request"])
        return response
