// Signs in with a real browser, as a person would: presses what is on the page until the client's callback is reached.
// One argument, a JSON object: address, callback, username, password, javaScript, width, chromium, pictures (a folder),
// ours (the origin whose pages are pictured), before and after (our addresses to look at, before and after signing in).
// Prints one JSON object: callback (where the browser ended), pages (what each page showed), complaints (its console).
import { createServer } from "node:http";
import { chromium } from "playwright-core";

const asked = JSON.parse(process.argv[2]);
const browser = await chromium.launch({
  executablePath: asked.chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const context = await browser.newContext({
  javaScriptEnabled: asked.javaScript,
  viewport: { width: asked.width, height: asked.width < 600 ? 800 : 700 },
  isMobile: asked.width < 600,
  hasTouch: asked.width < 600,
});
const page = await context.newPage();
const seen = { pages: [], complaints: [] };
page.on("console", (message) => message.type() === "error" && seen.complaints.push(message.text()));
page.on("pageerror", (error) => seen.complaints.push(String(error)));
// The client's own address: a request that a redirect leads to cannot be answered from here in any other way.
// An application's own scheme needs no server, and leads the browser nowhere.
const callback = new URL(asked.callback);
const client = createServer((request, response) => {
  if (request.url.startsWith(callback.pathname)) seen.callback ??= new URL(request.url, callback).href;
  response.setHeader("content-type", "text/html").end("<title>Signed in</title>");
});
if (callback.protocol === "http:") await new Promise((listening) => client.listen(callback.port, "localhost", listening));

async function look(name = "") {
  await page.waitForLoadState("load");
  if (seen.callback && !name) return;
  const heading = (await page.locator("h1").first().innerText()).trim();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const labels = await page.locator("input:not([type=hidden])").evaluateAll((inputs) => inputs.map((input) => input.labels?.length ?? 0));
  const small = await page.locator("button, .go").evaluateAll((targets) => targets.filter((target) => target.getBoundingClientRect().height < 44).length);
  const links = await page.locator("a").evaluateAll((anchors) => anchors.map((anchor) => anchor.href));
  seen.pages.push({ address: page.url(), heading, overflow, small, links, unlabelled: labels.filter((count) => count === 0).length });
  if (!page.url().startsWith(asked.ours)) return;
  name ||= { "/authorize": "consent", "/consent": "onward", "/callback": "connected" }[new URL(page.url()).pathname];
  await page.screenshot({ path: `${asked.pictures}/${name}-${asked.width < 600 ? "phone" : "desktop"}.png`, fullPage: true });
}

for (const [name, address] of Object.entries(asked.before ?? {})) {
  await page.goto(address);
  await look(name);
}
await page.goto(asked.address);
await look();
for (let step = 0; step < 6 && !seen.callback && !seen.pages.at(-1).heading.startsWith("You are connected"); step++) {
  if (await page.locator("input[type=password]").count()) {
    await page.locator("input[type=text], input[type=email]").first().fill(asked.username);
    await page.locator("input[type=password]").fill(asked.password);
  }
  const agree = page.getByRole("button", { name: /^(allow|approve|continue|log in|sign in)/i }).first();
  await Promise.all([page.waitForNavigation(), agree.click()]);
  await look();
}
for (const [name, address] of Object.entries(asked.after ?? {})) {
  await page.goto(address);
  await look(name);
}
await browser.close();
client.close();
console.log(JSON.stringify(seen));
