"""The refusals we know, as tables: Salesforce's code or HTTP status, which failure it is, and what to do next.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from salesforce_mcp.errors import (
    Conflict,
    Failure,
    InvalidQuery,
    InvalidRecord,
    LimitExceeded,
    Misconfigured,
    NotFound,
    NotPermitted,
    Refused,
    SignInRequired,
    Unavailable,
)

Class = type[Failure]

_DESCRIBE = "Use describeObject to see the object's fields and what each accepts."
SELECTIVE = (
    "Make the filter selective: an indexed field (Id, Name, OwnerId, RecordTypeId, CreatedDate, SystemModstamp, "
    "a lookup or an external id), a narrower date range, fewer columns, a LIMIT."
)
_SYNTAX = "Correct the statement at the marked place: API names as in describeObject, text in 'single quotes'."
LATER = "Try again in a few minutes; see https://status.salesforce.com for maintenance windows."
_LOCKED = "Another change holds the record. Try again in a moment, or write fewer related records at once."
_RIGHTS = "The signed-in user lacks this right. An administrator grants it by profile or permission set."
_API_OFF = "An administrator enables the permission 'API Enabled' in the user's profile or a permission set."

# errorCode → what it is, and what to do. A code that is not here is explained by its HTTP status.
BY_CODE: dict[str, tuple[Class, str]] = {
    "INVALID_SESSION_ID": (SignInRequired, "Sign in to Salesforce again."),
    "INVALID_AUTH_HEADER": (SignInRequired, "Sign in to Salesforce again."),
    # Queries and searches
    "MALFORMED_QUERY": (InvalidQuery, _SYNTAX),
    "MALFORMED_SEARCH": (
        InvalidQuery,
        "Write FIND {words} RETURNING Object(Field, …), with \\ before ? & | ! { } etc.",
    ),
    "INVALID_SEARCH": (InvalidQuery, "Search for words of at least two characters."),
    "INVALID_QUERY_FILTER_OPERATOR": (InvalidQuery, "Use an operator that this field's type knows; " + _DESCRIBE),
    "INVALID_QUERY_LOCATOR": (
        InvalidQuery,
        "The cursor has expired or was changed: run the query again from its start.",
    ),
    "NUMBER_OUTSIDE_VALID_RANGE": (
        InvalidQuery,
        "OFFSET goes up to 2,000: page by ORDER BY Id and WHERE Id > the last one.",
    ),
    "QUERY_TOO_COMPLICATED": (InvalidQuery, "Ask in several smaller queries."),
    "QUERY_TIMEOUT": (InvalidQuery, SELECTIVE),
    "REQUEST_RUNNING_TOO_LONG": (InvalidQuery, SELECTIVE),
    "OPERATION_TOO_LARGE": (InvalidQuery, SELECTIVE),
    "EXCEEDED_ID_LIMIT": (InvalidQuery, "Group or filter so that the result has at most 2,000 rows."),
    # Records
    "INVALID_FIELD": (InvalidRecord, _DESCRIBE),
    "INVALID_TYPE": (NotFound, "Use listAllObjects to see the objects this user may use."),
    "BAD_REQUEST": (InvalidRecord, "Of a report, getReport with show=columns tells columns and filters."),
    "REQUIRED_FIELD_MISSING": (InvalidRecord, "Give a value for each of the fields named."),
    "INVALID_REPLICATION_DATE": (
        InvalidQuery,
        "The span begins at most 30 days ago, and ends in the past but after it begins.",
    ),
    "INVALID_FIELD_FOR_INSERT_UPDATE": (
        InvalidRecord,
        "Leave these fields out: they are read-only, or not writable for this user.",
    ),
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": (
        InvalidRecord,
        "A rule of this org refused the values: change them as its message says.",
    ),
    "FIELD_INTEGRITY_EXCEPTION": (InvalidRecord, "The values do not fit together; " + _DESCRIBE),
    "STRING_TOO_LONG": (InvalidRecord, "Shorten the text to the length named."),
    "INVALID_EMAIL_ADDRESS": (InvalidRecord, "Give an address such as name@example.com."),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": (
        InvalidRecord,
        "Use one of the picklist values that describeObject lists.",
    ),
    "INVALID_CROSS_REFERENCE_KEY": (
        InvalidRecord,
        "The id refers to nothing of the right kind that this user can use; look it up first.",
    ),
    "MALFORMED_ID": (InvalidRecord, "Ids have 15 or 18 characters and belong to one object; look the record up first."),
    "JSON_PARSER_ERROR": (
        InvalidRecord,
        "Send numbers as numbers, dates as 2026-11-22, date-times as 2026-11-22T09:30:00Z.",
    ),
    "CANNOT_UPDATE_CONVERTED_LEAD": (
        InvalidRecord,
        "The lead was converted: change its contact, account or opportunity instead.",
    ),
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": (
        InvalidRecord,
        "Automation of this org (a trigger) refused the change; its message says why.",
    ),
    "CANNOT_EXECUTE_FLOW_TRIGGER": (
        InvalidRecord,
        "Automation of this org (a flow) failed; an administrator finds why in Setup → Flows.",
    ),
    "DELETE_FAILED": (Conflict, "Other records depend on this one: delete or move them first."),
    # Clashes
    "DUPLICATES_DETECTED": (
        Conflict,
        "Compare with the matches: update one of those, or ask the user whether to create it all the same.",
    ),
    "DUPLICATE_VALUE": (
        Conflict,
        "Another record has this value in a unique field: update that record, or choose another value.",
    ),
    "DUPLICATE_EXTERNAL_ID": (Conflict, "Several records have this external id: choose one by its record id."),
    "ENTITY_IS_LOCKED": (
        Conflict,
        "The record is locked by an approval: it is free again when that is decided or recalled.",
    ),
    "UNABLE_TO_LOCK_ROW": (Conflict, _LOCKED),
    "ALREADY_IN_PROCESS": (Conflict, "The record is in an approval already: decide or recall that one first."),
    # Nothing there
    "NOT_FOUND": (
        NotFound,
        "Check the object's API name and the id: the record may be deleted or hidden from this user.",
    ),
    "ENTITY_IS_DELETED": (NotFound, "The record is in the recycle bin; within 15 days undeleteRecords brings it back."),
    "UNDELETE_FAILED": (NotFound, "executeQueryAll with IsDeleted = TRUE shows what is in the recycle bin."),
    "METHOD_NOT_ALLOWED": (
        NotPermitted,
        "This resource does not take that operation; custom metadata, for example, is read-only here.",
    ),
    # Rights
    "INSUFFICIENT_ACCESS": (NotPermitted, _RIGHTS),
    "INSUFFICIENT_ACCESS_OR_READONLY": (NotPermitted, _RIGHTS),
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": (
        NotPermitted,
        "The user may not use the record that the id refers to. " + _RIGHTS,
    ),
    "CANNOT_INSERT_UPDATE": (NotPermitted, _RIGHTS),
    "FUNCTIONALITY_NOT_ENABLED": (
        NotPermitted,
        "The org does not have this feature switched on; an administrator does that in Setup.",
    ),
    "API_DISABLED_FOR_ORG": (NotPermitted, _API_OFF),
    "API_CURRENTLY_DISABLED": (NotPermitted, _API_OFF),
    # Allocations
    "REQUEST_LIMIT_EXCEEDED": (
        LimitExceeded,
        "It counts the last 24 hours and frees up hour by hour. Use executeComposite or a bulk job for many.",
    ),
    "STORAGE_LIMIT_EXCEEDED": (
        LimitExceeded,
        "The org's storage is full: delete records or files, or buy storage. getOrganizationLimits shows it.",
    ),
    "TXN_SECURITY_METERING_ERROR": (
        LimitExceeded,
        "A transaction security policy of this org stopped the query; ask the administrator.",
    ),
    "EXCEEDED_MAX_SEMIJOIN_SUBSELECTS": (InvalidQuery, "Use at most two IN (SELECT …) filters in one query."),
    # The server
    "SERVER_UNAVAILABLE": (Unavailable, LATER),
    "UNKNOWN_EXCEPTION": (
        Unavailable,
        "Salesforce failed inside; try once more, then give its ErrorId to Salesforce support.",
    ),
    "UNSUPPORTED_API_VERSION": (Misconfigured, "Set SALESFORCE_API_VERSION to a version that listApiVersions shows."),
    "NOT_EMULATED": (Refused, "The emulated org does not know this feature; a real org does."),
}

BY_STATUS: dict[int, tuple[Class, str]] = {
    300: (Conflict, "Several records have this external id: choose one by its record id."),
    400: (InvalidRecord, "Correct what the message names."),
    401: (SignInRequired, "Sign in to Salesforce again."),
    403: (NotPermitted, _RIGHTS),
    404: (NotFound, "Check the object's API name and the id."),
    405: (NotPermitted, "This resource does not take that operation."),
    406: (Unavailable, LATER),
    409: (Conflict, "The record or job has moved on: read it again first."),
    410: (Misconfigured, "Set SALESFORCE_API_VERSION to a version that listApiVersions shows."),
    412: (Conflict, "The record has changed since it was read: read it again first."),
    413: (InvalidRecord, "Send less at once."),
    414: (InvalidQuery, "Select fewer fields, or filter by fewer ids."),
    415: (InvalidRecord, "The content type is not accepted here."),
    420: (Unavailable, LATER),
    429: (LimitExceeded, "Wait a minute, and send fewer requests at once."),
    431: (InvalidRecord, "Send less at once."),
}
