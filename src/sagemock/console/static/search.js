// Makes the Search page pleasant; it works without it.

const open = () => document.querySelectorAll("[data-edit][open]");

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") for (const each of open()) each.open = false;
});
document.addEventListener("click", ({ target }) => {
  for (const each of open()) if (!each.contains(target)) each.open = false;
});

// Ticks: the address has them all, on whatever page of the table they are.

const form = document.querySelector("[data-ticks]");
const PATH = location.pathname;

function boxes() {
  return [...document.querySelectorAll("input[type=checkbox][name=tick]")];
}

function startTicks() {
  const ticked = new Set(new URLSearchParams(location.search).getAll("tick"));
  const most = Number(form.dataset.max);
  const text = form.querySelector("[data-ticked]");
  const elsewhere = form.querySelector("[data-elsewhere]");
  const whole = document.createElement("input");
  whole.type = "checkbox";
  whole.setAttribute("aria-label", "Tick all on this page");

  function withTicks(address) {
    const url = new URL(address, location.href);
    url.searchParams.delete("tick");
    for (const name of ticked) url.searchParams.append("tick", name);
    return url.href;
  }

  // What the page shows and where it leads, after a change of the ticks.
  function show() {
    const here = boxes();
    for (const box of here) box.checked = ticked.has(box.value);
    whole.checked = here.length > 0 && here.every(({ checked }) => checked);
    whole.indeterminate = !whole.checked && here.some(({ checked }) => checked);
    const shown = new Set(here.map(({ value }) => value));
    elsewhere.replaceChildren(
      ...[...ticked].filter((name) => !shown.has(name)).map((value) => Object.assign(document.createElement("input"), { type: "hidden", name: "tick", value })),
    );
    form.querySelector("[data-clear]").hidden = ticked.size === 0;
    text.textContent = ticked.size < most ? `${ticked.size} ticked` : `${ticked.size} ticked, the most there can be`;
    for (const button of form.querySelectorAll("[data-action]")) {
      button.disabled = ticked.size < (button.dataset.action === "compare" ? 2 : 1);
    }
    for (const link of document.querySelectorAll("main a[href]")) {
      if (link.pathname === PATH && !("clear" in link.dataset)) link.href = withTicks(link.href);
    }
    history.replaceState(history.state, "", withTicks(location.href));
  }

  function tick(box, on) {
    if (!on) ticked.delete(box.value);
    else if (ticked.size < most) ticked.add(box.value);
  }

  function placeWhole() {
    const head = document.querySelector("thead .tick");
    if (head && !head.contains(whole)) head.replaceChildren(whole);
  }

  document.addEventListener("change", ({ target }) => {
    if (target === whole) for (const box of boxes()) tick(box, whole.checked);
    else if (target.name === "tick") tick(target, target.checked);
    else return;
    show();
  });
  document.querySelector("[data-search]").addEventListener("formdata", ({ formData }) => {
    for (const name of ticked) formData.append("tick", name);
  });
  // A page that follows something exchanges its table.
  new MutationObserver(() => {
    placeWhole();
    show();
  }).observe(document.querySelector(".results"), { childList: true });
  // A browser may restore boxes that were ticked when the page was left.
  addEventListener("pageshow", show);
  placeWhole();
  show();
}

if (form?.querySelector("[data-ticked]")) startTicks();
