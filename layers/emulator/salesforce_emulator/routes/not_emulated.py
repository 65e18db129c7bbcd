"""What the platform has under /services/data and the emulated org does not: each is refused by name."""

from salesforce_emulator.routes.table import Resource

FEATURES = {
    "/apps": "OAuth credentials of apps",
    "/async": "generated OpenAPI specifications",
    "/chatter": "this part of Chatter",
    "/commerce": "Commerce",
    "/connect": "Connect",
    "/consent": "consent",
    "/contact-tracing": "contact tracing",
    "/dedupe": "dedupe",
    "/domino": "Domino",
    "/eclair": "Eclair",
    "/emailConnect": "e-mail connect",
    "/event": "other event resources",
    "/folders": "folders",
    "/graphql": "GraphQL",
    "/jsonxform": "JSON transformation",
    "/knowledgeManagement": "translations of articles",
    "/licensing": "licensing",
    "/localizedvalue": "localized values",
    "/metadata": "Metadata API",
    "/mobile": "mobile configuration",
    "/named": "named queries",
    "/nouns": "nouns",
    "/payments": "payments",
    "/process": "other process resources",
    "/scheduling": "scheduling",
    "/support": "other support resources",
    "/tooling": "this part of the Tooling API",
    "/ui-api": "this part of the User Interface API",
    "/wave": "CRM Analytics",
}
OF_OBJECTS = {
    "/sobjects/OpportunityLineItem/{id}/OpportunityLineItemSchedules": "product schedules",
    "/sobjects/{object}/{id}/richTextImageFields": "images in rich text",
}

NOT_EMULATED = [
    Resource(f"{path}/{{rest}}", feature=f"{feature} (/services/data/vXX.X{path})")
    for path, feature in (FEATURES | OF_OBJECTS).items()
]
