// A person at the upload page, in a real browser. One argument, a JSON object; what to do is in its `steps`:
//   signIn {address, callback, username, password}: to the client's callback, allowing everything
//   upload {url, file}: choose the file and press Upload, until the page asks whether this is right
//   confirm: press Use this file
//   open {url}: go there; a download counts as opened
// Also: javaScript, width, chromium, state (a file in which the browser's session is kept), pictures (a folder).
// Prints one JSON object: callback, pages (heading, text, overflow, unlabelled), downloads (texts), complaints.
import { createServer } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const asked = JSON.parse(process.argv[2]);
const browser = await chromium.launch({
  executablePath: asked.chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const context = await browser.newContext({
  javaScriptEnabled: asked.javaScript,
  viewport: { width: asked.width, height: 800 },
  storageState: asked.state && existsSync(asked.state) ? asked.state : undefined,
});
const page = await context.newPage();
const seen = { pages: [], downloads: [], complaints: [] };
page.on("console", (message) => message.type() === "error" && seen.complaints.push(message.text()));
page.on("pageerror", (error) => seen.complaints.push(String(error)));

async function look(name) {
  await page.waitForLoadState("load");
  const text = await page.locator("main").innerText();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const labels = await page.locator("input:not([type=hidden])").evaluateAll((inputs) => inputs.map((input) => input.labels?.length ?? 0));
  const heading = (await page.locator("h1").first().innerText()).trim();
  seen.pages.push({ heading, text, overflow, unlabelled: labels.filter((count) => count === 0).length });
  if (asked.pictures) await page.screenshot({ path: `${asked.pictures}/upload-${name}-${asked.width < 600 ? "phone" : "desktop"}.png`, fullPage: true });
}

const steps = {
  async signIn({ address, callback, username, password }) {
    const home = new URL(callback);
    const client = createServer((request, response) => {
      if (request.url.startsWith(home.pathname)) seen.callback ??= new URL(request.url, home).href;
      response.setHeader("content-type", "text/html").end("<title>Signed in</title>");
    });
    await new Promise((listening) => client.listen(home.port, "localhost", listening));
    await page.goto(address);
    for (let step = 0; step < 6 && !seen.callback; step++) {
      if (await page.locator("input[value=full]").count()) await page.locator("input[value=full]").check();
      if (await page.locator("input[type=password]").count()) {
        await page.locator("input[type=text], input[type=email]").first().fill(username);
        await page.locator("input[type=password]").fill(password);
      }
      const agree = page.getByRole("button", { name: /^(allow|approve|continue|log in|sign in)/i }).first();
      await Promise.all([page.waitForNavigation(), agree.click()]);
      await page.waitForLoadState("load");
    }
    client.close();
  },
  async upload({ url, file }) {
    await page.goto(url);
    await look("1-choose");
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByRole("button", { name: "Use this file" }).waitFor();
    await look("2-see");
  },
  async confirm() {
    await page.getByRole("button", { name: "Use this file" }).click();
    await page.getByRole("heading", { name: "The file is ready" }).waitFor();
    await look("3-ready");
  },
  async open({ url }) {
    const coming = page.waitForEvent("download", { timeout: 3000 }).catch(() => null);
    await page.goto(url).catch((error) => { if (!/Download is starting/.test(String(error))) throw error; });
    const download = await coming;
    if (download) seen.downloads.push(readFileSync(await download.path(), "utf8"));
    else await look("4-open");
  },
};
for (const { step, ...more } of asked.steps) await steps[step](more);
if (asked.state) await context.storageState({ path: asked.state });
await browser.close();
console.log(JSON.stringify(seen));
