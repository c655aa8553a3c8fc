// Building elements without strings of HTML.

/** `props`: `class`, `text`, `data` (an object), `on` (an object of listeners), `at` (custom properties), else attributes. */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "text") element.textContent = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (name === "at") for (const [key, one] of Object.entries(value)) element.style.setProperty(key, one);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function mark(look, text) {
  return el("span", { class: `mark small ${look}`, text });
}

let says;

/** For the screen reader; the same text twice is read twice. */
export function say(text) {
  says ??= document.querySelector("[data-says]");
  says.textContent = "";
  requestAnimationFrame(() => {
    says.textContent = text;
  });
}

/** A message that goes by itself; `act` ({label, run}) gives it a button and more time. */
export function toast(text, { tone = "tone-info", act = null } = {}) {
  const box = document.querySelector("[data-toasts]");
  const note = el("div", { class: `note toast ${tone}` }, el("p", { text }));
  const close = () => note.remove();
  if (act) {
    const run = () => {
      close();
      act.run();
    };
    note.append(el("button", { type: "button", class: "compact", text: act.label, on: { click: run } }));
  }
  box.replaceChildren(note);
  const wait = tone === "tone-danger" || act ? 12_000 : 6_000;
  const later = () => (note.matches(":hover, :focus-within") ? setTimeout(later, 2_000) : close());
  setTimeout(later, wait);
}
