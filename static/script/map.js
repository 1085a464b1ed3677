// The map: what hangs together with a node is lit while it is pointed at or focused, arrows lead from node to node, what is
// picked stands in the middle, and the map is drawn along by the mouse. Without a script nodes are picked, and the map is scrolled.
for (const map of document.querySelectorAll("[data-map]")) {
  const nodes = [...map.querySelectorAll("a.map-node")];
  const edges = new Map();
  for (const edge of map.querySelectorAll("[data-e]"))
    for (const end of edge.dataset.e.split(" ")) edges.set(end, [...(edges.get(end) ?? []), edge]);
  const light = (node, on) => edges.get(node?.dataset.n)?.forEach((edge) => edge.classList.toggle("lit", on));
  for (const [begin, end] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    map.addEventListener(begin, (event) => light(event.target.closest(".map-node"), true));
    map.addEventListener(end, (event) => light(event.target.closest(".map-node"), false));
  }

  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const middle = (node) => { const box = node.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
  map.addEventListener("keydown", (event) => {
    const way = WAYS[event.key], here = event.target.closest("a.map-node");
    if (!way || !here || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const [x, y] = middle(here);
    let best = null, least = Infinity;
    for (const node of nodes) {
      const [dx, dy] = [middle(node)[0] - x, middle(node)[1] - y];
      const along = dx * way[0] + dy * way[1], aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
      if (along > 4 && along + 3 * aside < least) [best, least] = [node, along + 3 * aside];
    }
    best?.focus();
  });

  const picked = map.querySelector(".picked")?.getBoundingClientRect();
  const room = map.getBoundingClientRect();
  if (picked) map.scrollTo(picked.x - room.x - room.width / 2, picked.y - room.y - room.height / 2);

  let from = null;
  map.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0 && !event.target.closest("a"))
      from = [event.clientX + map.scrollLeft, event.clientY + map.scrollTop];
  });
  map.addEventListener("pointermove", (event) => {
    if (!from) return;
    map.classList.add("dragged");
    map.scrollTo(from[0] - event.clientX, from[1] - event.clientY);
  });
  for (const end of ["pointerup", "pointerleave"])
    map.addEventListener(end, () => { from = null; map.classList.remove("dragged"); });
}
