// Makes the pages more convenient; all of them work without it.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// Runs an action a while after its last call for the same element.
function debounced(action, milliseconds) {
  const timers = new WeakMap();
  return (element) => {
    clearTimeout(timers.get(element));
    timers.set(element, setTimeout(action, milliseconds, element));
  };
}

// Adds an empty row to a form, with the number that the server would give it.
function addRow(rows, row) {
  const number = rows.children.length + 1;
  for (const input of $$("input", row)) input.value = "";
  for (const label of $$(".hidden", row)) label.textContent = label.textContent.replace(/\d+$/, number);
  rows.append(row);
  $("input", row).focus();
}

// Suggestions of property names, and the operators that the chosen property takes.

const search = $("[data-search]");

function startSearch() {
  const filters = $("[data-filters]");
  const blank = filters.lastElementChild.cloneNode(true);
  const words = new Map($$("option", blank).map((each) => [each.value, each.text]));
  let requests = 0;

  async function suggest(input) {
    const hint = input.value;
    const request = ++requests;
    const asked = new URLSearchParams({ resource: search.elements.resource.value, hint });
    for (const name of ["account", "region"]) {
      const field = search.elements[name];
      if (field) asked.set(name, field.value);
    }
    const answer = await fetch(`/sagemock/suggestions.json?${asked}`).catch(() => null);
    if (!answer?.ok) return;
    const { suggestions } = await answer.json();
    // Responses may arrive in another order than the requests, and all rows share one list.
    if (request === requests) {
      $("#properties").replaceChildren(...suggestions.map(({ name }) => new Option("", name)));
    }
    if (input.value !== hint) return;
    const exact = suggestions.find(({ name }) => name === hint);
    offer($("select", input.closest(".filter")), exact ? exact.operators : [...words.keys()]);
  }

  function offer(select, operators) {
    const chosen = select.value;
    select.replaceChildren(
      ...operators.map((name) => new Option(words.get(name) ?? name, name, false, name === chosen)),
    );
  }

  const look = debounced(suggest, 120);
  search.addEventListener("input", ({ target }) => {
    if ("property" in target.dataset) look(target);
  });
  search.addEventListener("focusin", ({ target }) => {
    if ("property" in target.dataset) suggest(target);
  });
  const add = $("[data-add-filter]");
  add.hidden = false;
  add.addEventListener("click", () => addRow(filters, blank.cloneNode(true)));
  search.elements.resource.addEventListener("change", () => search.requestSubmit());
  // Keep empty rows out of the URL. A value alone is searched for in names.
  search.addEventListener("formdata", ({ formData }) => {
    for (const name of ["property", "operator", "value"]) formData.delete(name);
    for (const row of filters.children) {
      if ($$("input", row).every(({ value }) => !value.trim())) continue;
      for (const field of $$("input, select", row)) formData.append(field.name, field.value);
    }
  });
}

if (search) startSearch();

// "/" focuses the search for all resources, as in many tools.

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    const field = $("[data-find]");
    field.focus();
    field.select();
  }
  if (event.key === "Escape") for (const each of $$(".picker[open], .place[open], .menu[open]")) each.open = false;
});

document.addEventListener("click", ({ target }) => {
  for (const each of $$(".picker[open], .place[open], .menu[open]")) if (!each.contains(target)) each.open = false;
});

// Copies scripts to the clipboard.

for (const button of $$("[data-copy]")) {
  if (!navigator.clipboard) continue;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText($("code", button.parentElement).textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = label), 1500);
  });
}


// Adds rows to a form without a request to the server.

for (const button of $$("[data-more]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const rows = $("[data-rows]", button.parentElement);
    addRow(rows, rows.lastElementChild.cloneNode(true));
  });
}

// A page with a changing resource reloads itself, and replaces the parts that differ.

function toEnd() {
  for (const log of $$("[data-keep-end]")) log.scrollTop = log.scrollHeight;
}

const named = (each) => `${each.tagName} ${each.name} ${each.getAttribute("href") ?? each.value}`;

// Keeps what the user is working with: the focus, ticks, and scroll positions.
function replacePart(part, replacement) {
  const focused = part.contains(document.activeElement) && named(document.activeElement);
  const ticked = new Set($$("input:checked", part).map(named));
  const scrolled = $$(".scroll, [data-keep-end]", part).map((each) => ({
    left: each.scrollLeft,
    top: each.scrollTop,
    atEnd: "keepEnd" in each.dataset && each.scrollTop + each.clientHeight >= each.scrollHeight - 4,
  }));
  const folds = $$("details", part).map((each) => each.open);
  part.replaceWith(document.adoptNode(replacement));
  for (const each of $$("input", replacement)) each.checked = ticked.has(named(each));
  $$(".scroll, [data-keep-end]", replacement).forEach((each, index) => {
    const { left, top, atEnd } = scrolled[index] ?? { left: 0, top: 0, atEnd: true };
    each.scrollTo(left, atEnd ? each.scrollHeight : top);
  });
  $$("details", replacement).forEach((each, index) => (each.open = folds[index] ?? each.open));
  if (focused) $$("a, input, button", replacement).find((each) => named(each) === focused)?.focus({ preventScroll: true });
}

async function follow() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  // Tries again when the server does not answer; leaves the page as it is when it no longer exists.
  if (!response) setTimeout(follow, 5000);
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of $$("[data-live]")) {
    const replacement = fresh.getElementById(part.id);
    if (replacement && replacement.outerHTML !== part.outerHTML) replacePart(part, replacement);
  }
  if ($("[data-live-page]", fresh)) setTimeout(follow, document.hidden ? 5000 : 1000);
}

toEnd();
if ($("[data-live-page]")) setTimeout(follow, 700);
