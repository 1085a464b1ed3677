// The map: what hangs together with a node is lit while it is pointed at or focused, arrows lead from node to node, what is
// picked stands in the middle, and the map is drawn along by the mouse. It grows under Ctrl and the wheel, two fingers, and + and -;
// the wheel alone scrolls the page. Without a script nodes are picked, and the map is scrolled and drawn larger by links.
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

  const drawing = map.querySelector("svg"), plane = drawing.viewBox.baseVal;
  const zoom = (by, x, y) => {
    const was = drawing.getBoundingClientRect(), room = map.getBoundingClientRect();
    const seen = Math.min(was.width, (was.height * plane.width) / plane.height);
    const width = Math.min(Math.max(seen * by, plane.width / 8), plane.width * 3), grown = width / seen;
    map.classList.remove("whole");
    drawing.setAttribute("width", width);
    drawing.setAttribute("height", (width * plane.height) / plane.width);
    map.scrollTo((x - was.x - (was.width - seen) / 2) * grown - (x - room.x), (y - was.y) * grown - (y - room.y));
    const told = document.querySelector(".map-zoom span.button");
    if (told) told.textContent = `${Math.round((100 * width) / plane.width)} %`;
  };
  map.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), event.clientX, event.clientY);
  }, { passive: false });
  let apart = 0;
  map.addEventListener("touchstart", () => { apart = 0; }, { passive: true });
  map.addEventListener("touchmove", (event) => {
    if (event.touches.length !== 2) return;
    event.preventDefault();
    const [one, other] = event.touches, now = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    if (apart) zoom(now / apart, (one.clientX + other.clientX) / 2, (one.clientY + other.clientY) / 2);
    apart = now;
  }, { passive: false });

  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const middle = (node) => { const box = node.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
  map.addEventListener("keydown", (event) => {
    const way = WAYS[event.key], here = event.target.closest("a.map-node");
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "+" || event.key === "-") zoom(event.key === "+" ? 1.25 : 0.8, ...middle(here ?? map));
    if (!way || !here) return;
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
