// Lights the path through the node that is pointed at or has the focus, and dims the rest.

// The nodes that are reached from one along the edges, itself among them.
function reached(start, edges, from, to) {
  const nodes = new Set([start]);
  for (const node of nodes) {
    for (const { dataset } of edges) if (dataset[from] === node) nodes.add(dataset[to]);
  }
  return nodes;
}

function show(node) {
  for (const each of document.querySelectorAll(".graph .lit")) each.classList.remove("lit");
  for (const each of document.querySelectorAll(".graph svg")) each.classList.toggle("traced", each.contains(node));
  if (!node) return;
  const edges = [...node.ownerSVGElement.querySelectorAll(".edge")];
  const before = reached(node.dataset.node, edges, "to", "from");
  const after = reached(node.dataset.node, edges, "from", "to");
  for (const each of edges) {
    const { from, to } = each.dataset;
    const isOnPath = (before.has(from) && before.has(to)) || (after.has(from) && after.has(to));
    each.classList.toggle("lit", isOnPath);
  }
  for (const each of node.ownerSVGElement.querySelectorAll(".node")) {
    each.classList.toggle("lit", before.has(each.dataset.node) || after.has(each.dataset.node));
  }
}

const nodeOf = (element) => element?.closest?.(".graph .node") ?? null;

document.addEventListener("pointerover", ({ target }) => show(nodeOf(target) ?? nodeOf(document.activeElement)));
document.addEventListener("focusin", ({ target }) => show(nodeOf(target)));
document.addEventListener("focusout", () => show(null));
