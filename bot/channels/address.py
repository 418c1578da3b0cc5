"""Where a request comes from, for counting only: an address is neither kept nor logged."""

from ipaddress import IPv6Address, ip_address, ip_network

from aiohttp import web

_OF_ONE_SUBSCRIBER = 64  # bits: whoever has an IPv6 address has all of its network


def address_of(request: web.Request, *, behind_proxy: bool) -> str | None:
    """What a request is counted under; see `counted_under`.

    Args:
        behind_proxy: whether a proxy of ours stands in front, which appends the address that it
            sees to `X-Forwarded-For`; what stands before that, anybody can write.
    """
    forwarded = request.headers.getall("X-Forwarded-For", []) if behind_proxy else []
    shown = forwarded[-1].rpartition(",")[2] if forwarded else request.remote or ""
    return counted_under(shown.strip())


def counted_under(shown: str) -> str | None:
    """An IPv4 address, or the network that an IPv6 address is of; "unknown" for what is neither.

    None for this machine itself, which is not counted: it is its operator, or a proxy behind which
    all look alike.
    """
    try:
        address = ip_address(shown.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        return None
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _OF_ONE_SUBSCRIBER), strict=False))
    return str(address)
