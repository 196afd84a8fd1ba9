// The page of a training job: sections that fold on a phone, and a log that is followed.

const $ = (selector, root = document) => root.querySelector(selector);

// On a phone all but the first sections begin folded; the one that the address names is open.

if (matchMedia("(max-width: 42rem)").matches) {
  for (const fold of document.querySelectorAll(".fold")) {
    fold.open = ["curves", "metrics"].includes(fold.closest("section").id);
  }
}

function openTarget() {
  const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  const fold = target && $(".fold", target);
  if (!fold) return;
  fold.open = true;
  target.scrollIntoView();
}

addEventListener("hashchange", openTarget);
openTarget();

const atEnd = (log) => log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
const follow = $("[data-follow]");

if (follow) {
  const box = $("input", follow);
  follow.hidden = false;
  box.addEventListener("change", () => {
    const log = $("[data-keep-end]");
    // A log that is not at its end stays where it is when lines are added.
    if (log) log.scrollTop = box.checked ? log.scrollHeight : log.scrollHeight - log.clientHeight - 24;
  });
  // The log is replaced as it grows.
  document.addEventListener(
    "scroll",
    ({ target }) => {
      if (target.matches?.("[data-keep-end]")) box.checked = atEnd(target);
    },
    true,
  );
}
