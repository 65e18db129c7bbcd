"""Every URL that the emulated org answers."""

from collections.abc import Iterable, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from salesforce_emulator.bulk.worker import Worker
from salesforce_emulator.control import control_routes
from salesforce_emulator.edge import Edge
from salesforce_emulator.errors import Refused
from salesforce_emulator.faults import Faults
from salesforce_emulator.limits import Usage
from salesforce_emulator.org import Org
from salesforce_emulator.queries import Queries
from salesforce_emulator.routes import (
    batch,
    classic_jobs,
    collections,
    composite,
    endpoint,
    external_ids,
    ingest_jobs,
    limits,
    query,
    query_jobs,
    recent,
    replication,
    rows,
    search,
    sobjects,
    tree,
    uploads,
    versions,
)
from salesforce_emulator.routes.features import FEATURES
from salesforce_emulator.routes.not_emulated import NOT_EMULATED
from salesforce_emulator.routes.table import Resource
from salesforce_emulator.searches import Searches
from salesforce_emulator.signin import authorize, discovery, identity, tokens
from salesforce_emulator.signin.apps import App, Apps, demo_app
from salesforce_emulator.signin.errors import OAuthRefused
from salesforce_emulator.signin.sessions import Sessions
from salesforce_emulator.site import Site
from salesforce_emulator.soap.endpoint import soap

DAILY_REQUESTS = 1_000_000  # an Unlimited Edition org with 180 licences

# Below /services/data/vXX.X. The first that fits answers, also to the sub-requests of composite and batch.
RESOURCES = [
    Resource("", GET=versions.resources),
    Resource("/query", GET=query.query),
    Resource("/query/{locator}", GET=query.next_page),
    Resource("/queryAll", GET=query.query_all),
    Resource("/queryAll/{locator}", GET=query.next_page),
    Resource("/search", GET=search.search),
    Resource("/parameterizedSearch", GET=search.parameterized, POST=search.parameterized_post),
    Resource("/limits", GET=limits.limits),
    Resource("/limits/recordCount", GET=limits.record_count),
    Resource("/recent", GET=recent.recent),
    Resource("/composite", GET=versions.composite_resources, POST=composite.composite),
    Resource("/composite/batch", POST=batch.batch),
    Resource("/composite/tree/{object}", POST=tree.create),
    Resource("/composite/sobjects", POST=collections.create, PATCH=collections.update, DELETE=collections.delete),
    Resource("/composite/sobjects/{object}", GET=collections.read, POST=collections.read_posted),
    Resource("/composite/sobjects/{object}/{field}", PATCH=collections.upsert),
    Resource("/jobs", GET=versions.job_resources),
    Resource("/jobs/ingest", GET=ingest_jobs.every, POST=ingest_jobs.create),
    Resource("/jobs/ingest/{job}", GET=ingest_jobs.read, PATCH=ingest_jobs.change, DELETE=ingest_jobs.delete),
    Resource("/jobs/ingest/{job}/successfulResults", GET=ingest_jobs.successful),
    Resource("/jobs/ingest/{job}/failedResults", GET=ingest_jobs.failed),
    Resource("/jobs/ingest/{job}/unprocessedrecords", GET=ingest_jobs.unprocessed),
    Resource("/jobs/query", GET=query_jobs.every, POST=query_jobs.create),
    Resource("/jobs/query/{job}", GET=query_jobs.read, PATCH=query_jobs.change, DELETE=query_jobs.delete),
    Resource("/jobs/query/{job}/results", GET=query_jobs.results),
    Resource("/jobs/query/{job}/resultPages", GET=query_jobs.result_pages),
    *FEATURES,
    *NOT_EMULATED,
    Resource("/sobjects", GET=sobjects.every),
    Resource("/sobjects/{object}", GET=sobjects.basic, POST=rows.create),
    Resource("/sobjects/{object}/describe", GET=sobjects.describe),
    Resource("/sobjects/{object}/updated", GET=replication.updated),
    Resource("/sobjects/{object}/deleted", GET=replication.deleted),
    Resource("/sobjects/{object}/Id", POST=external_ids.create),
    Resource("/sobjects/{object}/{id}", GET=rows.read, PATCH=rows.update, DELETE=rows.delete),
    Resource(
        "/sobjects/{object}/{field}/{value}",
        GET=external_ids.read,
        PATCH=external_ids.upsert,
        DELETE=external_ids.delete,
    ),
]

ANY = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

# Known to the platform, not built here.
OTHER_SERVICES = [
    "/services/apexrest/{rest:path}",
    "/services/oauth2/device/{rest:path}",
    "/services/oauth2/register",
    "/services/oauth2/singleaccess",
    "/services/wsdl/{rest:path}",
    "/cometd/{rest:path}",
]

routes = [
    Route("/", authorize.home),
    Route("/login", authorize.home),
    Route("/login", authorize.log_in, methods=["POST"]),
    Route("/secur/logout.jsp", authorize.log_out),
    Route("/.well-known/openid-configuration", discovery.openid_configuration),
    Route("/services/oauth2/authorize", authorize.authorize),
    Route("/services/oauth2/approve", authorize.approve, methods=["POST"]),
    Route("/services/oauth2/token", tokens.token, methods=["GET", "POST"]),
    Route("/services/oauth2/revoke", identity.revoke, methods=["GET", "POST"]),
    Route("/services/oauth2/introspect", identity.introspect, methods=["POST"]),
    Route("/services/oauth2/userinfo", identity.userinfo, methods=["GET", "POST"]),
    Route("/id/keys", identity.keys),
    Route("/id/{organization}/{user}", identity.identity, methods=["GET", "POST"]),
    Route("/services/Soap/{wsdl}/{version}", soap, methods=["POST"]),
    Route("/services/Soap/{wsdl}/{version}/{organization}", soap, methods=["POST"]),
    Route("/services/data", versions.every),
    Route("/services/data/{version}/jobs/ingest/{job}/batches", uploads.upload, methods=["PUT"]),
    Route("/services/data/{rest:path}", endpoint.data, methods=ANY),
    Route("/services/async/{version}/{rest:path}", classic_jobs.classic_jobs, methods=ANY),
    *(Route(path, endpoint.other_service, methods=ANY) for path in OTHER_SERVICES),
]


def build_app(
    org: Org,
    *,
    instance_url: str | None = None,
    faults: Faults | None = None,
    apps: Iterable[App] = (),
    callback_urls: Sequence[str] = (),
    certificate: str = "",
    control: bool = False,
    daily_requests: int = DAILY_REQUESTS,
) -> Starlette:
    """The org as an ASGI app.

    Absolute URLs follow each request's Host unless `instance_url` is fixed. `callback_urls` and `certificate` (PEM)
    belong to the demo app. `control` opens /__emulator__/ to this machine.
    """
    queries, faults = Queries(org), faults or Faults()
    site = Site(
        org=org,
        queries=queries,
        searches=Searches(org),
        apps=Apps(org.connection),
        sessions=Sessions(org),
        faults=faults,
        usage=Usage(org.now, daily_requests),
        bulk=Worker(org, queries, faults),
        resources=RESOURCES,
        instance_url=(instance_url or "").rstrip("/"),
    )
    site.faults.attach(site.sessions, site.usage)
    recent.create_table(org.connection)
    authorize.create_table(org.connection)
    for app in (demo_app(tuple(callback_urls), certificate), *apps):
        site.apps.register(app)
    starlette = Starlette(
        routes=[*(control_routes(org) if control else []), *routes],
        middleware=[Middleware(Edge, site=site)],
        exception_handlers={
            OAuthRefused: tokens.render_refusal,
            Refused: endpoint.render_refused,
            404: endpoint.render_not_found,
            405: endpoint.render_wrong_verb,
            Exception: endpoint.render_unexpected,
        },
    )
    starlette.state.site = site
    return starlette
