"""Which IP addresses are public; documents come from nowhere else (RFC 6890, IANA special-purpose registries)."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NOT_PUBLIC_4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
# Everything public in IPv6 is within 2000::/3; taken out of it is what embeds an IPv4 address or is not routed.
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = [
    IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]  # fmt: skip


def is_public(address: str) -> bool:
    """False too for what is no address in its canonical notation (0x7f.1, 2130706433, fe80::1%eth0)."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _NOT_PUBLIC_4)
    if parsed.scope_id or parsed not in _PUBLIC_6 or any(parsed in network for network in _NOT_PUBLIC_6):
        return False
    return not _is_isatap(parsed)


def _is_isatap(address: IPv6Address) -> bool:
    # RFC 5214 §6.1: the interface identifier holds an IPv4 address after 00-00-5E-FE (or 02-00-5E-FE).
    return (int(address) >> 32) & 0xFFFFFFFF in {0x00005EFE, 0x02005EFE}
