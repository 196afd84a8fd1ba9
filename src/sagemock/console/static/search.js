// Makes the Search page pleasant; it works without it.

const open = () => document.querySelectorAll("[data-edit][open]");

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") for (const each of open()) each.open = false;
});
document.addEventListener("click", ({ target }) => {
  for (const each of open()) if (!each.contains(target)) each.open = false;
});
