"""What decides who may do what in an org: whoever could write or run it could give themselves any right."""

import re

_PROTECTED = re.compile(
    r"user|userrole|userlogin|userpackagelicense|useraccess\w*|userprovisioning\w*|profile|organization"
    r"|group|groupmember|queuesobject|networkmembergroup"
    r"|permissionset\w*|mutingpermissionset|sessionpermsetactivation"
    r"|fieldpermissions|objectpermissions|setupentityaccess|custompermission\w*"
    r"|apex\w*|auth\w*|login\w*|twofactor\w*|verificationhistory"
    r"|connectedapplication|externalclientapp\w*|oauth\w*|namedcredential|externalcredential\w*|externaldata\w*|certificate"
    # What puts a file before everybody who has its address, mails in the company's name, or runs for whoever mails it.
    r"|contentdistribution\w*|orgwideemailaddress|emailservices\w*|staticresource",
    re.IGNORECASE,
)


def is_protected(object_name: str) -> bool:
    """Whether writing its records needs the administrator's scope, whatever the signed-in user may do in Salesforce."""
    return _PROTECTED.fullmatch(object_name) is not None


# By words of their names: the guide names the first two, products add their own with each release.
# https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_obj_activate_session_permission_set.htm
_ABOUT_RIGHTS = re.compile(
    r"perm(?:ission)?set|permission|useraccess|groupmember|password|freeze|credential|oauth|connectedapp|multifactor"
    r"|(?:auth|login|revoke|user)\w{0,20}session"
    r"|^(?:create|clone|edit|update|activate|deactivate|delete|lock|unlock|provision|register)\w{0,20}user",
    re.IGNORECASE,
)


def changes_rights(standard_action: str) -> bool:
    """Whether running this action of the platform is as good as writing a protected record."""
    return _ABOUT_RIGHTS.search(standard_action) is not None
