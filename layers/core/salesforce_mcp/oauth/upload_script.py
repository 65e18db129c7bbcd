"""What a browser with JavaScript does with the upload form: sends the file in parts, and each part again if need be."""

from salesforce_mcp.oauth.page import Script

_TEXT = """
const form = document.querySelector("form[data-parts]");
const said = document.getElementById("said"), bar = document.querySelector("progress");
const tell = (text) => { said.textContent = text; };
const headers = { "x-form": form.dataset.token };
async function ask(path, body) {
  const answer = await fetch(form.dataset.parts + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error((await answer.text()) || "The server did not take the file.");
  return answer;
}
async function put(address, part) {
  const own = new URL(address, location.href).origin === location.origin;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(address, { method: "PUT", headers: own ? headers : {}, body: part });
      if (answer.ok) return answer.headers.get("etag");
    } catch { /* the line is down: try again */ }
    if (attempt === 5) throw new Error("The upload broke off. Press Upload to try again.");
    await new Promise((done) => setTimeout(done, 1000 * 2 ** attempt));
  }
}
async function send(file) {
  if (file.size > LARGEST) throw new Error("The file is larger than 5 GB. Cut it into several.");
  const { id, size, addresses } = await (await ask("", { size: file.size })).json();
  const tags = [];
  let next = 0, done = 0;
  async function one() {
    while (next < addresses.length) {
      const at = next++, part = file.slice(at * size, (at + 1) * size);
      tags[at] = await put(addresses[at], part);
      done += part.size;
      bar.value = done / file.size;
      tell(`${Math.floor(100 * done / file.size)} % of ${(file.size / 1e6).toFixed(1)} MB`);
    }
  }
  await Promise.all([one(), one(), one()]);
  await ask("/whole", { id, tags });
}
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button"), file = form.querySelector("input[type=file]").files[0];
  button.disabled = true; bar.hidden = false; tell("0 %");
  try {
    await send(file);
    location.assign(form.dataset.parts.replace(/\\/parts$/, ""));
  } catch (error) {
    button.disabled = false; bar.hidden = true; tell(error.message);
  }
});
"""


def upload_script(*, largest: int, connects_to: str) -> Script:
    return Script(_TEXT.replace("LARGEST", str(largest)), connects_to)
