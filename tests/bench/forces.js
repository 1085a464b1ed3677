// A layout of forces as browsers do it: springs along edges, nodes that push each other away within a grid of cells, and a
// room that cools in 300 rounds. Of the bench alone; nothing of it is served.
const ROUNDS = 300, TYPE = 12.5, LINE = 15, SVG = "http://www.w3.org/2000/svg";

function boxes(root) {
  return [...root.querySelectorAll("[data-n], [data-name]")].map((node) => {
    const each = [...node.querySelectorAll("text")].map((one) => one.getBoundingClientRect());
    return [Math.min(...each.map((b) => b.left)), Math.min(...each.map((b) => b.top)),
      Math.max(...each.map((b) => b.right)), Math.max(...each.map((b) => b.bottom))];
  });
}

function show(svg) {
  const style = document.createElement("style");
  style.textContent = `text { font: ${TYPE}px system-ui, sans-serif; }`;
  document.head.append(style);
  const start = performance.now();
  document.body.innerHTML = svg;
  const found = boxes(document.body);
  return [performance.now() - start, found];
}

function layOut({ names, edges, width, height }) {
  const start = performance.now(), many = names.length, k = Math.sqrt((width * height) / many);
  let seed = 1;
  const random = () => { seed = (seed * 16807) % 2147483647; return seed / 2147483647; };
  const x = Float64Array.from(names, () => random() * width), y = Float64Array.from(names, () => random() * height);
  const dx = new Float64Array(many), dy = new Float64Array(many), cell = 2 * k, across = Math.ceil(width / cell) + 1;
  for (let round = 0; round < ROUNDS; round++) {
    const heat = (width / 10) * (1 - round / ROUNDS), cells = new Map();
    dx.fill(0);
    dy.fill(0);
    const at = (i) => Math.floor(x[i] / cell) + across * Math.floor(y[i] / cell);
    for (let i = 0; i < many; i++) { const c = at(i); if (cells.has(c)) cells.get(c).push(i); else cells.set(c, [i]); }
    for (let i = 0; i < many; i++)
      for (const by of [0, 1, -1, across, -across, across + 1, across - 1, 1 - across, -1 - across])
        for (const j of cells.get(at(i) + by) ?? []) {
          if (i === j) continue;
          const ox = x[i] - x[j] || random() - 0.5, oy = y[i] - y[j] || random() - 0.5, far = Math.hypot(ox, oy);
          dx[i] += (ox / far) * ((k * k) / far);
          dy[i] += (oy / far) * ((k * k) / far);
        }
    for (const [i, j] of edges) {
      const ox = x[i] - x[j], oy = y[i] - y[j], far = Math.hypot(ox, oy) || 1, pull = far / k;
      dx[i] -= ox * pull; dy[i] -= oy * pull; dx[j] += ox * pull; dy[j] += oy * pull;
    }
    for (let i = 0; i < many; i++) {
      const far = Math.hypot(dx[i], dy[i]) || 1, step = Math.min(far, heat);
      x[i] = Math.min(Math.max(x[i] + (dx[i] / far) * step, 0), width);
      y[i] = Math.min(Math.max(y[i] + (dy[i] / far) * step, 0), height);
    }
  }
  const root = document.createElementNS(SVG, "svg");
  root.setAttribute("width", width);
  root.setAttribute("height", height);
  for (const [i, j] of edges) {
    const line = root.appendChild(document.createElementNS(SVG, "path"));
    line.setAttribute("d", `M${x[i]} ${y[i]}L${x[j]} ${y[j]}`);
    line.setAttribute("stroke", "#999");
  }
  for (let i = 0; i < many; i++) {
    const node = root.appendChild(document.createElementNS(SVG, "g"));
    node.dataset.name = "";
    names[i].split("\n").forEach((words, at) => {
      const text = node.appendChild(document.createElementNS(SVG, "text"));
      text.setAttribute("x", x[i]);
      text.setAttribute("y", y[i] + at * LINE);
      text.setAttribute("font-size", TYPE);
      text.setAttribute("font-family", "system-ui, sans-serif");
      text.textContent = words;
    });
  }
  document.body.append(root);
  const found = boxes(root);
  return [performance.now() - start, found];
}
