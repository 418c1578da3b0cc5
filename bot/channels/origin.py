"""Whether a request comes from a page of our own: a cookie alone does not say that."""

from urllib.parse import urlsplit

from aiohttp import web


def same_origin(request: web.Request, *, required: bool) -> bool:
    """Whether the page that asks is ours, by its `Origin`.

    Args:
        required: what a request without one counts as.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return not required
    return urlsplit(origin).netloc == request.host


def posted_from_here(request: web.Request) -> bool:
    """Whether a form was sent from a page of ours.

    Browsers say so in `Sec-Fetch-Site` where the connection is safe, and in `Origin`.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin" and same_origin(request, required=False)
    return same_origin(request, required=True)
