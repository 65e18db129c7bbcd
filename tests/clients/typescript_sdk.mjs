// The TypeScript SDK's client: prints the address to sign in at, reads the callback's address, runs one query.
// Arguments: the server's URL, a redirect URI, a SOQL query.
import { createInterface } from "node:readline/promises";
import { auth, UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [url, redirectUri, soql] = process.argv.slice(2);
const kept = {};
const provider = {
  redirectUrl: redirectUri,
  clientMetadata: { client_name: "TypeScript SDK", redirect_uris: [redirectUri] },
  clientInformation: () => kept.client,
  saveClientInformation: (client) => (kept.client = client),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => (kept.tokens = tokens),
  codeVerifier: () => kept.verifier,
  saveCodeVerifier: (verifier) => (kept.verifier = verifier),
  redirectToAuthorization: (address) => console.log(JSON.stringify({ signIn: address.href })),
};

async function connect() {
  const client = new Client({ name: "typescript-sdk-test", version: "1.0.0" });
  const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });
  await client.connect(transport);
  return client;
}

async function signIn() {
  const lines = createInterface({ input: process.stdin });
  const callback = new URL((await lines[Symbol.asyncIterator]().next()).value);
  lines.close();
  await auth(provider, { serverUrl: url, authorizationCode: callback.searchParams.get("code") });
}

let client;
try {
  client = await connect();
} catch (error) {
  if (!(error instanceof UnauthorizedError)) throw error;
  await signIn();
  client = await connect();
}
const tools = await client.listTools();
const result = await client.callTool({ name: "executeQuery", arguments: { soql } });
console.log(JSON.stringify({ server: client.getServerVersion(), tools: tools.tools.length, result }));
await client.close();
