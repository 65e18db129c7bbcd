"""Objects that decide who may do what in an org: whoever could write them could give themselves any right."""

import re

_PROTECTED = re.compile(
    r"user|userrole|userlogin|userpackagelicense|profile|organization"
    r"|permissionset\w*|mutingpermissionset|fieldpermissions|objectpermissions|setupentityaccess|custompermission\w*"
    r"|apex\w*|auth\w*|login\w*|twofactor\w*|verificationhistory"
    r"|connectedapplication|externalclientapp\w*|oauth\w*|namedcredential|externalcredential\w*|certificate",
    re.IGNORECASE,
)


def is_protected(object_name: str) -> bool:
    """Whether writing its records needs the administrator's scope, whatever the signed-in user may do in Salesforce."""
    return _PROTECTED.fullmatch(object_name) is not None
