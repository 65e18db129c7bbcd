// The TypeScript SDK's client: prints the address to sign in at, reads the callback's address, runs a query; again with
// its access token revoked, and again with its refresh token revoked.
// Arguments: the server's URL, a redirect URI, a SOQL query.
import { createInterface } from "node:readline/promises";
import { auth, UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [url, redirectUri, soql] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin });
const callbacks = lines[Symbol.asyncIterator]();
const kept = {};
const provider = {
  redirectUrl: redirectUri,
  clientMetadata: { client_name: "TypeScript SDK", redirect_uris: [redirectUri] },
  clientInformation: () => kept.client,
  saveClientInformation: (client) => (kept.client = client),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => (kept.tokens = tokens),
  invalidateCredentials: (scope) => scope === "tokens" && delete kept.tokens,
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

// What asks for a sign-in is done again after it.
async function signedIn(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    const callback = new URL((await callbacks.next()).value);
    await auth(provider, { serverUrl: url, authorizationCode: callback.searchParams.get("code") });
    return work();
  }
}

async function revoke(token) {
  const { client_id, client_secret } = kept.client;
  const body = new URLSearchParams({ client_id, ...(client_secret && { client_secret }), token });
  const answer = await fetch(new URL("/revoke", url), { method: "POST", body });
  if (!answer.ok) throw new Error(await answer.text());
}

const client = await signedIn(connect);
const query = () => client.callTool({ name: "executeQuery", arguments: { soql } });
const tools = await client.listTools();
const results = [await query()];
const first = kept.tokens;
await revoke(first.access_token);
results.push(await query());
const renewed = kept.tokens.refresh_token !== first.refresh_token;
await revoke(kept.tokens.refresh_token);
results.push(await signedIn(query));
console.log(JSON.stringify({ tools: tools.tools.length, renewed, results }));
await client.close();
lines.close();
