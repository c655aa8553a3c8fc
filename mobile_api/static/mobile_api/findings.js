// Says at once whether a value is normal, while it is being typed or chosen.

export function judgeForm(form) {
  const number = form.elements.number?.value.trim().replace(",", ".");
  if (number) return judgeNumber(Number(number), form.dataset);
  const chosen = form.querySelector("input[type=radio]:checked");
  return chosen?.dataset.normal ? chosen.dataset.normal === "true" : null;
}

function judgeNumber(value, { low, high }) {
  if (Number.isNaN(value) || (low === undefined && high === undefined)) return null;
  return (low === undefined || value >= Number(low)) && (high === undefined || value <= Number(high));
}

export function showFlag(form) {
  const flag = form.querySelector("[data-flag]");
  if (flag) flag.replaceChildren(...badgeFor(judgeForm(form)));
}

export function badgeFor(normal, text = "") {
  if (normal === null && !text) return [];
  const badge = document.createElement("span");
  const outside = normal === false;
  badge.className = `badge ${outside ? "tone-warning shape-triangle" : normal ? "tone-good shape-tick" : "tone-muted shape-dot"}`;
  const verdict = outside ? gettext("outside normal") : normal ? gettext("normal") : "";
  badge.textContent = [text, text && !outside ? "" : verdict].filter(Boolean).join(" · ");
  return [badge];
}

// The value as the summary line shows it until the server's own words arrive.
export function describeForm(form) {
  const unit = form.querySelector("label[for^='v-']")?.textContent.match(/\((.+)\)/)?.[1] ?? "";
  const number = form.elements.number?.value.trim().replace(",", ".");
  if (number) return `${Number(number).toLocaleString(document.documentElement.lang)} ${unit}`.trim();
  return form.querySelector("input[type=radio]:checked")?.nextElementSibling.textContent ?? "";
}
