// The address search of the place picker: a combobox with a list, by keyboard, mouse or touch.
const WAIT_MS = 200;

export function attachSearch(root, choose) {
  const box = root.querySelector("[data-picker-search]");
  const input = box.querySelector("input");
  const list = box.querySelector("ul");
  const status = root.querySelector("[data-picker-status]");
  box.hidden = false;
  let results = [];
  let active = -1;
  let timer = 0;
  let request = null;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    active = index;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
    if (index >= 0) {
      input.setAttribute("aria-activedescendant", list.children[index].id);
      list.children[index].scrollIntoView({ block: "nearest" });
    }
  };
  const pick = (index) => {
    input.value = results[index].label;
    choose(results[index]);
    close();
  };
  const show = (answer) => {
    results = answer.results;
    list.replaceChildren(...results.map((result, index) => itemOf(list.id, result, index)));
    list.hidden = results.length === 0;
    input.setAttribute("aria-expanded", String(results.length > 0));
    active = -1;
    status.textContent =
      answer.error || (results.length ? "" : gettext("No address found. Click on the map where the place is."));
  };
  const ask = async () => {
    request?.abort();
    const query = input.value.trim();
    if (query.length < 2) {
      close();
      return;
    }
    request = new AbortController();
    try {
      const url = `${root.dataset.searchUrl}?q=${encodeURIComponent(query)}`;
      const response = await fetch(url, { signal: request.signal, headers: { Accept: "application/json" } });
      show(await response.json());
    } catch (error) {
      if (error.name !== "AbortError") {
        close();
        status.textContent = gettext("The search does not answer. Click on the map where the place is.");
      }
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault(); // The form is not sent by choosing an address.
      if (!list.hidden && results.length) {
        pick(Math.max(active, 0));
      }
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + results.length) % results.length);
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) {
      pick([...list.children].indexOf(item));
    }
  });
  input.addEventListener("blur", close);
}

function itemOf(listId, result, index) {
  const item = document.createElement("li");
  item.id = `${listId}-${index}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const quality = document.createElement("small");
  quality.textContent = result.quality_label;
  item.append(result.label, quality);
  return item;
}
