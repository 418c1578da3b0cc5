"""Whether a request comes from a page of our own: a cookie alone does not say that."""

from aiohttp import web

PUBLIC_URL = web.AppKey("public_url", str)
"""Where people reach Lotsen, if that is configured: then no other `Host` is believed."""


def same_origin(request: web.Request, *, required: bool) -> bool:
    """Whether the page that asks is ours, by its `Origin`.

    Args:
        required: what a request without one counts as.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return not required
    public_url = request.app.get(PUBLIC_URL)
    ours = {public_url} if public_url else {f"{s}://{request.host}" for s in ("http", "https")}
    return origin in ours


def posted_from_here(request: web.Request) -> bool:
    """Whether a form was sent from a page of ours.

    Browsers say so in `Sec-Fetch-Site` where the connection is safe, and in `Origin`.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin" and same_origin(request, required=False)
    return same_origin(request, required=True)
