// Asking the server: JSON in and out, with the CSRF token; a refusal is thrown with its words.
import { csrfToken } from "../page.js";

export const addresses = JSON.parse(document.getElementById("board-addresses").textContent);

export class Refusal extends Error {
  constructor(status, body) {
    super(body.detail);
    this.status = status;
    this.code = body.code;
    this.rules = body.rules ?? [];
    this.forceable = Boolean(body.forceable) && this.rules.length > 0;
    this.changes = body.changes ?? [];
  }
}

export function address(name, id) {
  return addresses[name].replace("{id}", id);
}

async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    const detail = gettext("The server can't be reached. Nothing was changed; try again in a moment.");
    throw new Refusal(0, { code: "offline", detail });
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  const detail = gettext("The server could not do it. Nothing was changed; load the page again.");
  throw new Refusal(response.status, body ?? { code: "failed", detail });
}

export async function getJSON(url, options = {}) {
  return (await ask(url, { headers: { Accept: "application/json" }, ...options })).json();
}

export async function getHTML(url, options = {}) {
  const text = await (await ask(url, options)).text();
  return document.createRange().createContextualFragment(text);
}

export async function post(url, body = {}, options = {}) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  return (await ask(url, { method: "POST", headers, body: JSON.stringify(body), ...options })).json();
}
